import { describe, expect, it } from 'vitest';
import { applyStack } from '../../src/aws/cloudformation/apply-stack.ts';
import {
  STACK,
  contextOf,
  createOf,
  described,
  fakeCloudFormation,
  roleResource,
  sdkError,
  stackOf,
  workOf,
} from './fakes.ts';

const role = roleResource('edl-dev01-team-oncology');

const run = (answers: Parameters<typeof fakeCloudFormation>[0]) => {
  const { client, calls } = fakeCloudFormation(answers);
  const desired = stackOf([role]);
  const result = applyStack(contextOf(client, workOf([createOf(role)], desired)), desired);
  return { result, operations: () => calls.map(({ operation }) => operation) };
};

describe('a stuck stack of which nobody can tell what it holds is left alone', () => {
  it.each([
    ['REVIEW_IN_PROGRESS', 'AccessDenied', 'EDL-4004'],
    ['ROLLBACK_COMPLETE', 'AccessDenied', 'EDL-4004'],
    ['CREATE_FAILED', 'AccessDenied', 'EDL-4004'],
    ['ROLLBACK_FAILED', 'Throttling', 'EDL-4005'],
    ['DELETE_FAILED', 'AccessDenied', 'EDL-4004'],
  ])('%s, where ListStackResources ends in %s', async (status, failure, code) => {
    const { result, operations } = run({
      DescribeStacks: () => described(status),
      ListStackResources: () => {
        throw sdkError(failure, 'no');
      },
    });
    await expect(result).rejects.toMatchObject({ code });
    expect(operations()).toEqual(['DescribeStacks', 'ListStackResources']);
  });
});

describe('what nobody but people can decide is refused with what they can do', () => {
  it('IMPORT_ROLLBACK_FAILED: CloudFormation knows no way back', async () => {
    const { result, operations } = run({ DescribeStacks: () => described('IMPORT_ROLLBACK_FAILED') });
    await expect(result).rejects.toMatchObject({
      code: 'EDL-4023',
      message: expect.stringContaining(
        `aws cloudformation describe-stack-resources --stack-name ${STACK} --region eu-west-1`,
      ) as string,
    });
    expect(operations()).toEqual(['DescribeStacks']);
  });

  it('a rollback that fails again: only resources whose own rollback failed may be left out', async () => {
    const failed = (LogicalResourceId: string, ResourceStatus: string, ResourceStatusReason?: string) => ({
      LogicalResourceId,
      ResourceType: 'AWS::IAM::Role',
      ResourceStatus,
      PhysicalResourceId: LogicalResourceId.toLowerCase(),
      ...(ResourceStatusReason === undefined ? {} : { ResourceStatusReason }),
    });
    const ended = {
      EventId: '2',
      StackId: 'arn:x',
      PhysicalResourceId: 'arn:x',
      ResourceType: 'AWS::CloudFormation::Stack',
      ResourceStatus: 'UPDATE_ROLLBACK_FAILED',
    };
    let looks = 0;
    const { result } = run({
      DescribeStacks: () => described('UPDATE_ROLLBACK_FAILED'),
      DescribeStackEvents: () => {
        looks += 1;
        return { StackEvents: looks === 1 ? [{ ...ended, EventId: '1' }] : [ended, { ...ended, EventId: '1' }] };
      },
      ContinueUpdateRollback: () => ({}),
      ListStackResources: () => ({
        StackResourceSummaries: [
          failed('Stays', 'UPDATE_FAILED', 'Policy is gone'),
          failed('Stopped', 'UPDATE_FAILED', 'Resource update cancelled'),
          failed('Fine', 'UPDATE_COMPLETE'),
        ],
      }),
    });
    await expect(result).rejects.toMatchObject({
      code: 'EDL-4240',
      message: expect.stringContaining('--resources-to-skip Stays --stack-name') as string,
    });
  });
});
