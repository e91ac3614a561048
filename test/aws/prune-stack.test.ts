import { describe, expect, it } from 'vitest';
import { pruneStack } from '../../src/aws/cloudformation/prune-stack.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import {
  STACK,
  STACK_ARN,
  contextOf,
  described,
  fakeCloudFormation,
  pruneOf,
  roleResource,
  sdkError,
  workOf,
} from './fakes.ts';

const role = roleResource('edl-dev01-team-oncology');
const summary = (logicalId: string, type: string, status = 'CREATE_COMPLETE') => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: `physical-${logicalId}`,
  ResourceType: type,
  ResourceStatus: status,
});
const deletion = (id: string, status: string) => ({
  EventId: id,
  StackId: STACK_ARN,
  StackName: STACK,
  LogicalResourceId: STACK,
  PhysicalResourceId: STACK_ARN,
  ResourceType: 'AWS::CloudFormation::Stack',
  ResourceStatus: status,
  Timestamp: new Date(0),
});

const run = async (
  resources: readonly object[],
  changes: readonly Change[] = [pruneOf(role)],
  stack: object = described('CREATE_COMPLETE'),
) => {
  let events = 0;
  const { client, calls } = fakeCloudFormation({
    DescribeStacks: () => {
      if (stack instanceof Error) throw stack;
      return stack;
    },
    ListStackResources: () => ({ StackResourceSummaries: resources }),
    DeleteStack: () => ({}),
    DescribeStackEvents: () => {
      events += 1;
      return {
        StackEvents:
          events === 1
            ? [deletion('old', 'CREATE_COMPLETE')]
            : [deletion('1', 'DELETE_COMPLETE'), deletion('old', 'CREATE_COMPLETE')],
      };
    },
  });
  const context = contextOf(client, workOf(changes, undefined, { roleArn: 'arn:aws:iam::111111111111:role/cfn' }));
  const outcome = await Promise.resolve()
    .then(() => pruneStack(context))
    .catch((error: unknown) => error);
  return { outcome, operations: calls.map(({ operation }) => operation), calls };
};

describe('pruneStack', () => {
  it('deletes a stack whose every resource is pruned by the plan', async () => {
    const { outcome, calls } = await run([summary(logicalIdOf(role.id), 'AWS::IAM::Role')]);
    expect(outcome).toEqual({ outcome: 'applied' });
    expect(calls.find(({ operation }) => operation === 'DeleteStack')?.input).toMatchObject({
      StackName: STACK_ARN,
      RoleARN: 'arn:aws:iam::111111111111:role/cfn',
    });
  });

  it('refuses by the plan alone when a change holds data', async () => {
    const { outcome, operations } = await run([], [pruneOf(role, true)]);
    expect(outcome).toMatchObject({ code: 'EDL-4025' });
    expect(operations).toEqual([]);
  });

  it.each(['AWS::S3::Bucket', 'AWS::KMS::Key'])(
    'refuses a stack that holds an %s, whatever the plan says',
    async (type) => {
      const planned: Change = { ...pruneOf(role), type, id: 'unknown/Data' };
      const { outcome, operations } = await run([summary('Data', type)], [planned]);
      expect(outcome).toMatchObject({ code: 'EDL-4025' });
      expect(operations).not.toContain('DeleteStack');
    },
  );

  it('refuses a stack that holds what the plan does not prune', async () => {
    const { outcome, operations } = await run([
      summary(logicalIdOf(role.id), 'AWS::IAM::Role'),
      summary('Other', 'AWS::SNS::Topic'),
    ]);
    expect(outcome).toMatchObject({ code: 'EDL-4021' });
    expect(String(outcome)).toContain('physical-Other (AWS::SNS::Topic)');
    expect(operations).not.toContain('DeleteStack');
  });

  it('does not mind what is gone already', async () => {
    const { outcome } = await run([summary('Other', 'AWS::S3::Bucket', 'DELETE_COMPLETE')]);
    expect(outcome).toEqual({ outcome: 'applied' });
  });

  it('refuses a stack of somebody else', async () => {
    const { outcome, operations } = await run([], [pruneOf(role)], described('CREATE_COMPLETE', { Tags: [] }));
    expect(outcome).toMatchObject({ code: 'EDL-4028' });
    expect(operations).toEqual(['DescribeStacks']);
  });

  it('leaves a protected stack to people', async () => {
    const { outcome, operations } = await run(
      [],
      [pruneOf(role)],
      described('CREATE_COMPLETE', { EnableTerminationProtection: true }),
    );
    expect(outcome).toMatchObject({ code: 'EDL-4030' });
    expect(operations).not.toContain('DeleteStack');
  });

  it('finds nothing to do when the stack is gone', async () => {
    const gone = sdkError('ValidationError', `Stack with id ${STACK} does not exist`);
    expect((await run([], [pruneOf(role)], gone)).outcome).toEqual({ outcome: 'unchanged' });
  });
});
