import type { ResourceChange } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { coverable, judgeRevert } from '../../src/aws/heal/coverage.ts';
import { revertStack } from '../../src/aws/heal/revert-stack.ts';
import type { HealWork, StackHealed } from '../../src/reconciler/model/heal.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import { ARN, inTurn, noStack, stackEvent } from './apply-fakes.ts';
import { contextOf, described, fakeCloudFormation, STACK, STACK_ARN, workOf, type Answer } from './fakes.ts';
import { part, SCOPE, workOn } from './heal-fakes.ts';

const role = workOn('iam-role', {
  type: 'AWS::IAM::Role',
  stack: STACK,
  parts: [part('/Policies/0', { a: 1 }, { a: 2 }), part('/Policies/1', { b: 1 }, undefined)],
});
const { live: _live, ...gone } = { ...role, parts: [] };
const group = workOn('athena-workgroup', {
  type: 'AWS::Athena::WorkGroup',
  parts: [part('/State', 'DISABLED', 'ENABLED')],
});

const detail = (path: string, more: object = {}) => ({
  Evaluation: 'Static' as const,
  ChangeSource: 'DirectModification' as const,
  Target: { Attribute: 'Properties' as const, Name: path.split('/')[2] ?? '', Path: path },
  ...more,
});

const modify = (...details: NonNullable<ResourceChange['Details']>): ResourceChange => ({
  Action: 'Modify',
  LogicalResourceId: logicalIdOf(role.id),
  ResourceType: 'AWS::IAM::Role',
  Replacement: 'False',
  Details: details,
});

const drifted = modify(detail('/Properties/Policies/0/PolicyDocument'));

describe('what a change set must cover', () => {
  it('what the template says, and not what somebody added, nor types that CloudFormation cannot see', () => {
    expect(coverable(role)).toEqual([{ id: role.id, path: '/Policies/0' }]);
    expect(coverable(gone)).toEqual([{ id: role.id }]);
    expect(coverable(group)).toEqual([]);
    expect(coverable(workOn('kms-key', { parts: [part('/Grants/0', {}, undefined)] }))).toEqual([]);
  });
});

describe('judgeRevert', () => {
  const problems = (changes: readonly ResourceChange[], objects: readonly HealWork[] = [role]): readonly string[] => {
    const verdict = judgeRevert(changes, objects);
    return verdict.status === 'good' ? [] : verdict.problems;
  };

  it.each<[string, ResourceChange, readonly HealWork[]]>([
    ['the drifted property, in place', drifted, [role]],
    ['a deleted object made anew', { ...drifted, Action: 'Add' }, [gone]],
    [
      'a record of what agrees already beside it',
      modify(...(drifted.Details ?? []), detail('/Properties/Path', { ChangeSource: 'NoModification' })),
      [role],
    ],
    [
      'a follow-up of something else beside it',
      modify(
        ...(drifted.Details ?? []),
        detail('/Properties/Path', { Evaluation: 'Dynamic', ChangeSource: 'ResourceReference' }),
      ),
      [role],
    ],
  ])('good: %s', (_what, change, objects) => {
    expect(problems([change], objects)).toEqual([]);
  });

  it.each<[string, readonly ResourceChange[], readonly HealWork[], string]>([
    ['another property', [drifted, modify(detail('/Properties/Description'))], [role], '/Properties/Description'],
    ['another object', [drifted, { ...drifted, LogicalResourceId: 'Other' }], [role], 'Other (AWS::IAM::Role)'],
    ['another type under the name', [{ ...drifted, ResourceType: 'AWS::SNS::Topic' }], [role], 'AWS::SNS::Topic'],
    ['a replacement', [{ ...drifted, Replacement: 'Conditional' }], [role], 'would replace'],
    ['a removal', [{ ...drifted, Action: 'Remove' }], [role], 'would Remove'],
    ['an addition of what is there', [{ ...drifted, Action: 'Add' }], [role], 'anew'],
    ['a change without details', [modify()], [role], 'does not say what'],
    [
      'a change of a policy of the template',
      [drifted, modify({ ...detail('/Properties/Policies'), Target: { Attribute: 'DeletionPolicy' } })],
      [role],
      'would also change',
    ],
    ['nothing of the drift', [], [role], 'does not show /Policies/0'],
    ['nothing of what is gone', [], [gone], 'does not show that somebody deleted it'],
  ])('bad: %s', (_what, changes, objects, words) => {
    expect(problems(changes, objects).join('; ')).toContain(words);
  });

  it('an altered template of a stack needs no change of its objects', () => {
    const stack = workOn('stack', { id: `stack/${STACK}`, parts: [part('/Outputs/X', { Value: 1 }, undefined)] });
    expect(judgeRevert([], [stack])).toEqual({ status: 'good', covered: [{ id: stack.id, path: '/Outputs/X' }] });
  });
});

describe('revertStack', () => {
  const run = async (more: Readonly<Record<string, Answer>>, template?: object) => {
    const { client, calls } = fakeCloudFormation({
      DescribeStacks: inTurn(described('UPDATE_COMPLETE')),
      CreateChangeSet: inTurn({ Id: ARN, StackId: STACK_ARN }),
      DescribeChangeSet: inTurn({ Status: 'CREATE_COMPLETE', Changes: [{ ResourceChange: drifted }] }),
      DeleteChangeSet: inTurn({}),
      ExecuteChangeSet: inTurn({}),
      DescribeStackEvents: inTurn(
        { StackEvents: [stackEvent('old', 'CREATE_COMPLETE')] },
        { StackEvents: [stackEvent('1', 'UPDATE_COMPLETE'), stackEvent('old', 'CREATE_COMPLETE')] },
      ),
      ...more,
    });
    const healing = { scope: SCOPE, name: STACK, region: 'eu-west-1', objects: [role], artifactsBucket: 'b' };
    const context = contextOf(client, workOf([], undefined));
    const result: StackHealed = await revertStack(context, {
      ...healing,
      ...(template === undefined ? {} : { template: { Resources: {} } }),
    });
    return { result, calls, operations: calls.map(({ operation }) => operation) };
  };

  it('executes a change set that does what it should, with the template that the stack has', async () => {
    const { result, calls } = await run({});
    expect(result).toEqual({ status: 'reverted', covered: [{ id: role.id, path: '/Policies/0' }] });
    const created = calls.find(({ operation }) => operation === 'CreateChangeSet')?.input;
    expect(created).toMatchObject({ DeploymentMode: 'REVERT_DRIFT', UsePreviousTemplate: true, StackName: STACK_ARN });
    expect(created).not.toHaveProperty('RoleARN');
  });

  it('takes the declared template where the deployed one was tampered with', async () => {
    const { calls } = await run({}, {});
    const created = calls.find(({ operation }) => operation === 'CreateChangeSet')?.input;
    expect(created).toMatchObject({ TemplateBody: '{"Resources":{}}' });
    expect(created).not.toHaveProperty('UsePreviousTemplate');
  });

  it.each<[string, object]>([
    [
      'does more',
      {
        Status: 'CREATE_COMPLETE',
        Changes: [{ ResourceChange: drifted }, { ResourceChange: { ...drifted, LogicalResourceId: 'Other' } }],
      },
    ],
    ['is empty', { Status: 'FAILED', StatusReason: "The submitted information didn't contain changes." }],
    ['was refused', { Status: 'FAILED', StatusReason: 'No' }],
  ])('deletes a change set that %s, and changes nothing', async (_what, answer) => {
    const { result, operations } = await run({ DescribeChangeSet: inTurn(answer) });
    expect(result.status).toBe('refused');
    expect(operations).toContain('DeleteChangeSet');
    expect(operations).not.toContain('ExecuteChangeSet');
  });

  it.each<[string, Answer, string]>([
    ['is gone', inTurn(noStack), 'Run edl apply'],
    ['is stuck', inTurn(described('UPDATE_ROLLBACK_FAILED')), 'UPDATE_ROLLBACK_FAILED'],
    ['is not ours', inTurn(described('UPDATE_COMPLETE', { Tags: [] })), 'not ours'],
  ])('a stack that %s is left alone', async (_what, answer, words) => {
    const { result, operations } = await run({ DescribeStacks: answer });
    expect(result).toMatchObject({ reason: expect.stringContaining(words) as string });
    expect(operations).not.toContain('CreateChangeSet');
  });

  it('a run that is rolled back is told', async () => {
    const { result } = await run({
      DescribeStackEvents: inTurn(
        { StackEvents: [stackEvent('old', 'CREATE_COMPLETE')] },
        {
          StackEvents: [stackEvent('1', 'UPDATE_ROLLBACK_COMPLETE', 'no right'), stackEvent('old', 'CREATE_COMPLETE')],
        },
      ),
    });
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('UPDATE_ROLLBACK_COMPLETE') as string,
    });
  });
});
