import { describe, expect, it } from 'vitest';
import { add, desired, goodUpdate, inTurn, logicalId, modify, role, run, stackEvent } from './apply-fakes.ts';
import { STACK, STACK_ARN, described, stackOf, updateOf, withDigest } from './fakes.ts';

describe('applyStack', () => {
  it('makes a checked change set and follows it to its end, in nine calls', async () => {
    const { result, operations, events } = run(goodUpdate());
    expect(await result).toEqual({ outcome: 'applied' });
    expect(operations()).toEqual([
      'DescribeStacks',
      'CreateChangeSet',
      'DescribeChangeSet',
      'DescribeChangeSet',
      'DescribeStackEvents',
      'ExecuteChangeSet',
      'DescribeStackEvents',
      'DescribeStackEvents',
      'DescribeStacks',
    ]);
    expect(events).toContainEqual({
      type: 'stack-progress',
      stack: STACK,
      message: `${STACK} UPDATE_COMPLETE`,
    });
  });

  it('gives CloudFormation the role, the tags and the capability, and names the change set by its digests', async () => {
    const { result, calls } = run(goodUpdate());
    await result;
    const input = calls.find(({ operation }) => operation === 'CreateChangeSet')?.input;
    expect(input).toMatchObject({
      StackName: STACK,
      ChangeSetType: 'UPDATE',
      RoleARN: 'arn:aws:iam::111111111111:role/cfn',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Tags: [
        { Key: 'edl:owner', Value: 'acme' },
        { Key: 'edl:instance', Value: 'dev01' },
      ],
      TemplateBody: JSON.stringify(desired.template),
    });
    expect(input).not.toHaveProperty('ImportExistingResources');
    expect(input?.['ChangeSetName']).toMatch(new RegExp(`^edl-${desired.digest.slice(7, 19)}-[0-9a-f]{8}$`));
  });

  it('uses ARNs after the creation, never names', async () => {
    const { result, calls } = run(goodUpdate());
    await result;
    for (const { operation, input } of calls.slice(2)) {
      expect(input['ChangeSetName'] ?? input['StackName'], operation).toMatch(/^arn:/);
    }
  });

  it('reads a change set again that leaves details out', async () => {
    const vague = { ...modify, ResourceChange: { ...modify.ResourceChange, Details: [], Replacement: undefined } };
    const answers = {
      ...goodUpdate(),
      DescribeChangeSet: inTurn(
        { Status: 'CREATE_COMPLETE', Changes: [vague] },
        { Status: 'CREATE_COMPLETE', Changes: [modify] },
      ),
    };
    const { result } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
  });

  it('reads all pages of a change set, and refuses what is on the second', async () => {
    const other = { ...add, ResourceChange: { ...add.ResourceChange, LogicalResourceId: 'Other' } };
    const answers = {
      ...goodUpdate(),
      DescribeChangeSet: (input: Readonly<Record<string, unknown>>) =>
        input['NextToken'] === 'two'
          ? { Status: 'CREATE_COMPLETE', Changes: [other] }
          : { Status: 'CREATE_COMPLETE', Changes: [modify], NextToken: 'two' },
    };
    const { result, operations } = run(answers);
    expect(await result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4021' }] });
    expect(operations()).toContain('DeleteChangeSet');
    expect(operations()).not.toContain('ExecuteChangeSet');
  });

  it('finds nothing to do when the template is the deployed one', async () => {
    const empty = {
      Status: 'FAILED',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    };
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(described('CREATE_COMPLETE', withDigest(desired.digest))),
      DescribeChangeSet: inTurn(empty),
    };
    const { result, operations } = run(answers);
    expect(await result).toEqual({ outcome: 'unchanged' });
    expect(operations()).toContain('DeleteChangeSet');
  });

  it('tells why a change set could not be calculated, with the details of early validation', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeChangeSet: inTurn({
        Status: 'FAILED',
        StatusReason: 'AWS::EarlyValidation::PropertyValidation failed. Use the DescribeEvents API.',
      }),
      DescribeEvents: inTurn({
        OperationEvents: [
          {
            LogicalResourceId: logicalId,
            ValidationPath: '/Properties/Path',
            ValidationStatusReason: 'must start with /',
          },
        ],
      }),
    };
    const { result, operations } = run(answers);
    const outcome = await result;
    expect(outcome).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4022' }] });
    expect(JSON.stringify(outcome)).toContain(`${logicalId}/Properties/Path: must start with /`);
    expect(operations()).toContain('DeleteChangeSet');
  });

  it('does not believe a status whose outputs are those of another template', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(described('UPDATE_COMPLETE', withDigest('sha256:other'))),
    };
    const { result } = run(answers);
    expect(await result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4027' }] });
  });

  it('protects the bootstrap stack from deletion', async () => {
    const bootstrap = stackOf([role], { bootstrap: true });
    const answers = { ...goodUpdate(), UpdateTerminationProtection: inTurn({}) };
    const { result, calls } = run(answers, [updateOf(role)], bootstrap);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(calls.at(-1)).toMatchObject({
      operation: 'UpdateTerminationProtection',
      input: { StackName: STACK_ARN, EnableTerminationProtection: true },
    });
  });

  it.each(['IMPORT_ROLLBACK_FAILED', 'SOMETHING_NEW'])('explains how to free a stack in %s', async (status) => {
    const { result, operations } = run({ DescribeStacks: inTurn(described(status)) });
    await expect(result).rejects.toThrow(/aws cloudformation [a-z-]+.* --stack-name edl-dev01-access-team-oncology/);
    expect(operations()).toEqual(['DescribeStacks']);
  });

  it('refuses a stack that carries no tags of ours', async () => {
    const { result } = run({
      DescribeStacks: inTurn(described('CREATE_COMPLETE', { Tags: [{ Key: 'edl:owner', Value: 'other' }] })),
    });
    await expect(result).rejects.toMatchObject({ code: 'EDL-4028' });
  });

  it('reports why an update failed, from all events since its start', async () => {
    const roleFailed = {
      ...stackEvent('2', 'UPDATE_FAILED', 'Invalid principal in policy'),
      LogicalResourceId: logicalId,
      PhysicalResourceId: 'edl-dev01-team-oncology',
      ResourceType: 'AWS::IAM::Role',
    };
    const answers = {
      ...goodUpdate(),
      DescribeStackEvents: inTurn(
        { StackEvents: [stackEvent('old', 'CREATE_COMPLETE')] },
        {
          StackEvents: [
            stackEvent('3', 'UPDATE_ROLLBACK_COMPLETE'),
            stackEvent('1', 'UPDATE_IN_PROGRESS'),
            stackEvent('old', 'CREATE_COMPLETE'),
          ],
        },
        {
          StackEvents: [
            stackEvent('3', 'UPDATE_ROLLBACK_COMPLETE'),
            roleFailed,
            stackEvent('1', 'UPDATE_IN_PROGRESS'),
            stackEvent('old', 'CREATE_COMPLETE'),
          ],
        },
      ),
    };
    const { result } = run(answers);
    expect(await result).toMatchObject({
      outcome: 'failed',
      failures: [
        { code: 'EDL-4020', id: role.id, message: expect.stringContaining('Invalid principal in policy.') as string },
      ],
    });
  });
});
