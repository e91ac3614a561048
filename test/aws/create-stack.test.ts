import { describe, expect, it } from 'vitest';
import { changeSetName } from '../../src/aws/cloudformation/change-set.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import type { Stack } from '../../src/reconciler/model/resource.ts';
import { add, desired, goodUpdate, inTurn, logicalId, noStack, role, run, stackEvent } from './apply-fakes.ts';
import {
  STACK_ARN,
  contextOf,
  createOf,
  described,
  fakeCloudFormation,
  roleResource,
  stackOf,
  updateOf,
  withDigest,
  workOf,
} from './fakes.ts';

describe('applyStack, when there is no stack', () => {
  const created = {
    ...goodUpdate(),
    DescribeStacks: inTurn(noStack, described('CREATE_COMPLETE', withDigest(desired.digest))),
    DescribeChangeSet: inTurn({ Status: 'CREATE_COMPLETE', Changes: [add] }),
    DescribeStackEvents: inTurn({
      StackEvents: [
        stackEvent('2', 'CREATE_COMPLETE'),
        stackEvent('1', 'CREATE_IN_PROGRESS'),
        stackEvent('0', 'REVIEW_IN_PROGRESS'),
      ],
    }),
  };

  it('creates it', async () => {
    const { result, calls } = run(created, [createOf(role)]);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(calls[1]?.input).toMatchObject({ ChangeSetType: 'CREATE' });
  });

  it('protects a new bootstrap stack before its change set runs: whoever is killed after that leaves none unprotected', async () => {
    const protectedStack = { ...withDigest(desired.digest), EnableTerminationProtection: true };
    const answers = {
      ...created,
      DescribeStacks: inTurn(noStack, described('CREATE_COMPLETE', protectedStack)),
      UpdateTerminationProtection: inTurn({}),
    };
    const bootstrap = stackOf([role], { bootstrap: true });
    const { result, operations, calls } = run(answers, [createOf(role)], bootstrap);
    expect(await result).toEqual({ outcome: 'applied' });
    const at = operations().indexOf('UpdateTerminationProtection');
    expect(operations().indexOf('ExecuteChangeSet')).toBe(at + 1);
    expect(calls[at]?.input).toEqual({ StackName: STACK_ARN, EnableTerminationProtection: true });
    expect(operations().filter((name) => name === 'UpdateTerminationProtection')).toHaveLength(1);
  });

  it('lifts the protection of a shell, and removes it', async () => {
    const answers = {
      ...created,
      DescribeStacks: inTurn(
        described('REVIEW_IN_PROGRESS', { EnableTerminationProtection: true }),
        described('DELETE_COMPLETE'),
        described('CREATE_COMPLETE', withDigest(desired.digest)),
      ),
      ListStackResources: inTurn({ StackResourceSummaries: [] }),
      UpdateTerminationProtection: inTurn({}),
      DeleteStack: inTurn({}),
    };
    const { result, operations, calls } = run(answers, [createOf(role)]);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(operations().slice(2, 4)).toEqual(['UpdateTerminationProtection', 'DeleteStack']);
    expect(calls[2]?.input).toEqual({ StackName: STACK_ARN, EnableTerminationProtection: false });
  });

  it('removes the shell of an earlier attempt first', async () => {
    const answers = {
      ...created,
      DescribeStacks: inTurn(
        described('ROLLBACK_COMPLETE'),
        described('DELETE_COMPLETE'),
        described('CREATE_COMPLETE', withDigest(desired.digest)),
      ),
      ListStackResources: inTurn({
        StackResourceSummaries: [
          { LogicalResourceId: logicalId, ResourceType: 'AWS::IAM::Role', ResourceStatus: 'DELETE_COMPLETE' },
        ],
      }),
      DeleteStack: inTurn({}),
    };
    const { result, operations, calls } = run(answers, [createOf(role)]);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(operations().slice(0, 5)).toEqual([
      'DescribeStacks',
      'ListStackResources',
      'DeleteStack',
      'DescribeStacks',
      'CreateChangeSet',
    ]);
    expect(calls[2]?.input).toMatchObject({ StackName: STACK_ARN });
  });

  it('keeps a shell that still holds a bucket', async () => {
    const bucket = {
      LogicalResourceId: 'B',
      PhysicalResourceId: 'acme-data',
      ResourceType: 'AWS::S3::Bucket',
      ResourceStatus: 'DELETE_SKIPPED',
    };
    const { result, operations } = run({
      DescribeStacks: inTurn(described('ROLLBACK_COMPLETE')),
      ListStackResources: inTurn({ StackResourceSummaries: [bucket] }),
    });
    await expect(result).rejects.toMatchObject({ code: 'EDL-4029' });
    expect(operations()).not.toContain('DeleteStack');
  });

  it('leaves nothing behind when the change set is refused', async () => {
    const answers = {
      ...created,
      DescribeStacks: inTurn(noStack, described('REVIEW_IN_PROGRESS', { Tags: [] }), described('DELETE_COMPLETE')),
      ListStackResources: inTurn({ StackResourceSummaries: [] }),
      DeleteStack: inTurn({}),
    };
    const { result, operations } = run(answers, []);
    expect(await result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4021' }] });
    expect(operations()).toContain('DeleteStack');
    expect(operations()).not.toContain('ExecuteChangeSet');
  });
});

describe('changeSetName', () => {
  it('is the same for the same template and changes, and another for others', () => {
    const { client } = fakeCloudFormation({});
    const name = (changes: readonly Change[], stack: Stack) =>
      changeSetName(stack, contextOf(client, workOf(changes, stack)));
    expect(name([updateOf(role)], desired)).toBe(name([updateOf(role)], desired));
    expect(name([updateOf(role)], desired)).not.toBe(name([createOf(role)], desired));
    expect(name([updateOf(role)], desired)).not.toBe(name([updateOf(role)], stackOf([roleResource('b')])));
  });
});
