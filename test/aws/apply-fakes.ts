import { applyStack, type StackOutcome } from '../../src/aws/cloudformation/apply-stack.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import type { Event } from '../../src/reconciler/model/events.ts';
import type { Stack } from '../../src/reconciler/model/resource.ts';
import {
  STACK,
  STACK_ARN,
  contextOf,
  described,
  fakeCloudFormation,
  recorder,
  roleResource,
  sdkError,
  stackOf,
  updateOf,
  virtualTimer,
  withDigest,
  workOf,
  type Answer,
  type SentCall,
} from './fakes.ts';

/** The change set that the fake makes. */
export const ARN = 'arn:aws:cloudformation:eu-west-1:111111111111:changeSet/edl-x/1';
/** The one role of the stack. */
export const role = roleResource('edl-dev01-team-oncology');
/** The stack that is applied. */
export const desired = stackOf([role]);
/** The role's logical id. */
export const logicalId = logicalIdOf(role.id);

/** What CloudFormation lists for an update of the role. */
export const modify = {
  Type: 'Resource',
  ResourceChange: {
    Action: 'Modify',
    LogicalResourceId: logicalId,
    ResourceType: 'AWS::IAM::Role',
    Replacement: 'False',
    Details: [{ Evaluation: 'Static', ChangeSource: 'DirectModification' }],
  },
};
/** What CloudFormation lists for its creation. */
export const add = {
  Type: 'Resource',
  ResourceChange: { Action: 'Add', LogicalResourceId: logicalId, ResourceType: 'AWS::IAM::Role' },
};

/** An event about the stack itself. */
export const stackEvent = (id: string, status: string, reason?: string) => ({
  EventId: id,
  StackId: STACK_ARN,
  StackName: STACK,
  LogicalResourceId: STACK,
  PhysicalResourceId: STACK_ARN,
  ResourceType: 'AWS::CloudFormation::Stack',
  ResourceStatus: status,
  ResourceStatusReason: reason,
  Timestamp: new Date(0),
});

/** Answers one after another; the last one again and again. */
export const inTurn = (...answers: readonly (object | Error)[]) => {
  let next = 0;
  return (): object => {
    const answer = answers[Math.min(next, answers.length - 1)] ?? {};
    next += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
};

/** What DescribeStacks answers for a stack that is not there. */
export const noStack = sdkError('ValidationError', `Stack with id ${STACK} does not exist`);

/** A stack that is there, whose update goes well. */
export const goodUpdate = (stack: Stack = desired) => ({
  DescribeStacks: inTurn(described('UPDATE_COMPLETE'), described('UPDATE_COMPLETE', withDigest(stack.digest))),
  CreateChangeSet: inTurn({ Id: ARN, StackId: STACK_ARN }),
  DescribeChangeSet: inTurn({ Status: 'CREATE_PENDING' }, { Status: 'CREATE_COMPLETE', Changes: [modify] }),
  ExecuteChangeSet: inTurn({}),
  DeleteChangeSet: inTurn({}),
  DescribeStackEvents: inTurn(
    { StackEvents: [stackEvent('old', 'CREATE_COMPLETE')] },
    { StackEvents: [stackEvent('1', 'UPDATE_IN_PROGRESS'), stackEvent('old', 'CREATE_COMPLETE')] },
    { StackEvents: [stackEvent('2', 'UPDATE_COMPLETE'), stackEvent('1', 'UPDATE_IN_PROGRESS')] },
  ),
});

/** What became of one apply, and how. */
export interface AppliedStack {
  readonly result: Promise<StackOutcome>;
  readonly calls: readonly SentCall[];
  readonly events: readonly Event[];
  readonly timer: ReturnType<typeof virtualTimer>;
  readonly operations: () => readonly string[];
}

/** Applies a stack against a fake CloudFormation that gives these answers. */
export const run = (
  answers: Readonly<Record<string, Answer>>,
  changes: readonly Change[] = [updateOf(role)],
  stack: Stack = desired,
): AppliedStack => {
  const { client, calls } = fakeCloudFormation(answers);
  const reporter = recorder();
  const timer = virtualTimer();
  const work = workOf(changes, stack, { roleArn: 'arn:aws:iam::111111111111:role/cfn' });
  const result = applyStack(contextOf(client, work, { reporter, timer }), stack);
  return { result, calls, events: reporter.events, timer, operations: () => calls.map(({ operation }) => operation) };
};
