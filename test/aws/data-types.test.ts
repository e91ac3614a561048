import { expect, it } from 'vitest';
import { dataIn } from '../../src/aws/cloudformation/stack-resources.ts';

it.each([
  ['AWS::S3::Bucket', true],
  ['AWS::KMS::Key', true],
  ['AWS::DynamoDB::Table', true],
  ['AWS::Lambda::Function', true],
  [undefined, true],
  ['AWS::IAM::Role', false],
  ['AWS::IAM::ManagedPolicy', false],
  ['AWS::Athena::WorkGroup', false],
  ['AWS::KMS::Alias', false],
  ['AWS::S3::BucketPolicy', false],
])('a stack that holds a resource of type %s may hold data: %s', (ResourceType, isData) => {
  const resource = {
    LogicalResourceId: 'One',
    PhysicalResourceId: 'one',
    ResourceType,
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: new Date(0),
  } as const;
  expect(dataIn([resource])).toHaveLength(isData ? 1 : 0);
  // What is gone, and what was never made, holds nothing.
  expect(dataIn([{ ...resource, ResourceStatus: 'DELETE_COMPLETE' }])).toEqual([]);
  expect(dataIn([{ ...resource, PhysicalResourceId: '' }])).toEqual([]);
});
