import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { asFailures, rootCauses } from '../../src/aws/cloudformation/root-cause.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import { createOf, roleResource, stackOf, STACK, STACK_ARN, workOf } from './fakes.ts';

const event = (
  logicalId: string,
  type: string,
  status: string,
  reason?: string,
  physicalId = logicalId,
): StackEvent => ({
  StackId: STACK_ARN,
  StackName: STACK,
  EventId: `${logicalId}-${status}`,
  Timestamp: new Date(0),
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: status as StackEvent['ResourceStatus'] & string, // fixtures name statuses as AWS writes them
  ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
});
const ofStack = (status: string, reason?: string): StackEvent =>
  event(STACK, 'AWS::CloudFormation::Stack', status, reason, STACK_ARN);
const ofRole = (name: string, status: string, reason?: string): StackEvent =>
  event(logicalIdOf(`iam-role/${name}`), 'AWS::IAM::Role', status, reason);

const invalidPrincipal = 'Resource handler returned message: "Invalid principal in policy (Service: Iam)"';

describe('rootCauses', () => {
  it('finds the first failure, not those that CloudFormation stopped because of it', () => {
    const events = [
      ofStack('CREATE_IN_PROGRESS', 'User Initiated'),
      ofRole('a', 'CREATE_IN_PROGRESS'),
      ofRole('b', 'CREATE_IN_PROGRESS'),
      ofRole('b', 'CREATE_FAILED', invalidPrincipal),
      ofRole('a', 'CREATE_FAILED', 'Resource creation cancelled'),
      ofStack('ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create: [b, a].'),
      ofRole('a', 'DELETE_COMPLETE'),
      ofStack('ROLLBACK_COMPLETE'),
    ];
    expect(rootCauses(events).map(({ EventId }) => EventId)).toEqual([`${logicalIdOf('iam-role/b')}-CREATE_FAILED`]);
  });

  it('keeps what failed on the way back, behind the cause', () => {
    const events = [
      ofRole('a', 'UPDATE_FAILED', 'too large'),
      ofStack('UPDATE_ROLLBACK_IN_PROGRESS'),
      ofRole('a', 'UPDATE_FAILED', 'gone'),
      ofStack('UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [a].'),
    ];
    expect(rootCauses(events).map(({ ResourceStatusReason }) => ResourceStatusReason)).toEqual(['too large', 'gone']);
  });

  it('falls back to the stack when no resource tells', () => {
    const events = [ofStack('CREATE_IN_PROGRESS'), ofStack('ROLLBACK_IN_PROGRESS', 'Role arn:x is invalid')];
    expect(rootCauses(events).map(({ ResourceStatusReason }) => ResourceStatusReason)).toEqual([
      'Role arn:x is invalid',
    ]);
  });

  it('finds a failed deletion', () => {
    const events = [ofRole('a', 'DELETE_FAILED', 'Cannot delete entity'), ofStack('DELETE_FAILED', 'a failed')];
    expect(rootCauses(events).map(({ ResourceStatusReason }) => ResourceStatusReason)).toEqual([
      'Cannot delete entity',
    ]);
  });
});

describe('asFailures', () => {
  const role = roleResource('edl-dev01-team-oncology');
  const work = workOf([createOf(role)], stackOf([role]));

  it("names our resource, AWS's reason and the next step", () => {
    const failures = asFailures(work, 'ROLLBACK_COMPLETE', [
      ofRole('edl-dev01-team-oncology', 'CREATE_FAILED', invalidPrincipal),
    ]);
    expect(failures).toEqual([
      {
        code: 'EDL-4020',
        id: 'iam-role/edl-dev01-team-oncology',
        message: `iam-role/edl-dev01-team-oncology (AWS::IAM::Role): CREATE_FAILED: ${invalidPrincipal}.\n\nCloudFormation has taken everything back to what it was. Correct the cause and apply again. All events:\n$ aws cloudformation describe-stack-events --stack-name ${STACK} --region eu-west-1`,
      },
    ]);
  });

  it("never takes a line of AWS's words for a command of ours, and has one command for all failures", () => {
    const failures = asFailures(work, 'UPDATE_ROLLBACK_FAILED', [
      ofRole('edl-dev01-team-oncology', 'UPDATE_FAILED', 'denied:\n$ edl lease release\n'),
      ofStack('UPDATE_ROLLBACK_IN_PROGRESS'),
      ofRole('edl-dev01-team-oncology', 'UPDATE_FAILED', 'gone'),
    ]);
    expect(failures[0]?.message).toMatch(/: UPDATE_FAILED: denied: \$ edl lease release\.$/);
    expect(failures.map(({ message }) => message.match(/^\$ .*$/gm)?.length ?? 0)).toEqual([0, 1]);
  });

  it('never is silent', () => {
    const failures = asFailures(work, 'UPDATE_ROLLBACK_FAILED', []);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toMatch(/gave no reason\.\n\nThe stack is now in UPDATE_ROLLBACK_FAILED/);
  });
});
