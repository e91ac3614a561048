import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
} from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { createOf, pruneOf, recorder, roleResource, stackOf, updateOf, workOf } from './fakes.ts';
import { startTestAws, type TestAws } from './sandbox.ts';
import {
  ALL,
  broken,
  bucketResource,
  cfn,
  createStack,
  document,
  findStack,
  halt,
  hasBucket,
  iam,
  inTemplate,
  messageOf,
  s3,
  serviceRole,
  settled,
  statusOf,
  updateStack,
} from './stuck-support.ts';

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

const apply = (name: string, role: Resource, roleArn?: string, change = createOf(role)): Promise<StackResult> =>
  test
    .driver('cloudformation')
    .apply(workOf([change], stackOf([role], { name }), roleArn === undefined ? {} : { roleArn }), recorder());
const hasRole = (RoleName: string): Promise<boolean> =>
  iam()
    .send(new GetRoleCommand({ RoleName }))
    .then(
      () => true,
      () => false,
    );

describe('apply mends a stack in', () => {
  it('UPDATE_ROLLBACK_FAILED: it goes on with the rollback, and leaves nothing out by itself', async () => {
    const name = 'edl-dev01-access-team-halted';
    const role = roleResource('edl-dev01-team-halted');
    const mend = await halt(name, role);
    expect(await statusOf(name)).toBe('UPDATE_ROLLBACK_FAILED');

    const refused = messageOf(await apply(name, role, undefined, updateOf(role)));
    expect(refused).toMatch(/^EDL-4240 .*it failed again: IamRole.*halted/);
    expect(refused).toContain(
      `continue-update-rollback --resources-to-skip ${logicalIdOf(role.id)} --stack-name ${name}`,
    );
    expect(await statusOf(name)).toBe('UPDATE_ROLLBACK_FAILED');

    await mend();
    expect(await apply(name, role, undefined, updateOf(role))).toMatchObject({ outcome: 'applied' });
    expect(await statusOf(name)).toBe('UPDATE_COMPLETE');
  });

  it('UPDATE_FAILED: it goes back to the last good state, and then to what git has', async () => {
    const name = 'edl-dev01-access-team-paused';
    const role = roleResource('edl-dev01-team-paused');
    const other = roleResource('edl-dev01-team-paused-other');
    await createStack(name, inTemplate(role));
    const resources = { ...inTemplate(role, { Description: 'by hand' }), ...inTemplate(other), ...broken(role) };
    expect(await updateStack(name, resources, { DisableRollback: true })).toBe('UPDATE_FAILED');
    expect(await apply(name, role, undefined, updateOf(role))).toMatchObject({ outcome: 'applied' });
    expect(await statusOf(name)).toBe('UPDATE_COMPLETE');
    const { Role } = await iam().send(new GetRoleCommand({ RoleName: 'edl-dev01-team-paused' }));
    expect([Role?.Description ?? '', await hasRole('edl-dev01-team-paused-other')]).toEqual(['', false]);
  });

  it('ROLLBACK_FAILED: what the creation made goes, then it is created', async () => {
    const name = 'edl-dev01-access-team-remains';
    const role = roleResource('edl-dev01-team-remains');
    const service = await serviceRole('remains-cfn', 'iam:DeleteRole');
    const resources = { ...inTemplate(role), ...broken(role) };
    expect(await createStack(name, resources, { RoleARN: service.arn })).toBe('ROLLBACK_FAILED');
    await service.mend();
    expect(await apply(name, role, service.arn)).toMatchObject({ outcome: 'applied' });
    expect(await statusOf(name)).toBe('CREATE_COMPLETE');
  });

  it('ROLLBACK_FAILED whose cause is still there: it says why; and what is left is adopted later', async () => {
    const name = 'edl-dev01-access-team-remaining';
    const role = roleResource('edl-dev01-team-remaining');
    const service = await serviceRole('remaining-cfn', 'iam:DeleteRole');
    const resources = { ...inTemplate(role), ...broken(role) };
    expect(await createStack(name, resources, { RoleARN: service.arn })).toBe('ROLLBACK_FAILED');
    expect(messageOf(await apply(name, role, service.arn))).toMatch(
      /^EDL-4242 .*tried to delete it, and that failed: IamRole/,
    );
    expect(messageOf(await apply(name, role, service.arn))).toMatch(/^EDL-4243 .*kept what was left of it/);
    expect([await statusOf(name), await hasRole('edl-dev01-team-remaining')]).toEqual(['none', true]);
  });

  it('CREATE_FAILED: likewise; and a plan that does not create it whole is made again', async () => {
    const name = 'edl-dev01-access-team-kept';
    const role = roleResource('edl-dev01-team-kept');
    const resources = { ...inTemplate(role), ...broken(role) };
    expect(await createStack(name, resources, { DisableRollback: true })).toBe('CREATE_FAILED');
    expect(messageOf(await apply(name, role, undefined, updateOf(role)))).toMatch(/^EDL-4243 .*plan and apply again/);
    expect(await statusOf(name)).toBe('none');
    expect(await apply(name, role)).toMatchObject({ outcome: 'applied' });
  });

  it('DELETE_FAILED: nobody loses access where git has it; a prune finishes the deletion', async () => {
    const name = 'edl-dev01-access-team-half';
    const role = roleResource('edl-dev01-team-half');
    const { Policy } = await iam().send(new CreatePolicyCommand({ PolicyName: 'half', PolicyDocument: document(ALL) }));
    const attachment = { RoleName: 'edl-dev01-team-half', PolicyArn: Policy?.Arn ?? '' };
    const stick = async (): Promise<void> => {
      await createStack(name, inTemplate(role));
      await iam().send(new AttachRolePolicyCommand(attachment));
      await cfn().send(new DeleteStackCommand({ StackName: name }));
      expect(await settled(name)).toBe('DELETE_FAILED');
    };
    await stick();
    expect(messageOf(await apply(name, role, undefined, updateOf(role)))).toMatch(
      /^EDL-4243 .*kept what was left of it: edl-dev01-team-half \(AWS::IAM::Role\)/,
    );
    expect([await statusOf(name), await hasRole('edl-dev01-team-half')]).toEqual(['none', true]);

    await iam().send(new DetachRolePolicyCommand(attachment));
    await iam().send(new DeleteRoleCommand({ RoleName: 'edl-dev01-team-half' }));
    await stick();
    const prune = workOf([pruneOf(role)], undefined, { name });
    expect(await test.driver('cloudformation').apply(prune, recorder())).toMatchObject({ outcome: 'failed' });
    await iam().send(new DetachRolePolicyCommand(attachment));
    expect(await test.driver('cloudformation').apply(prune, recorder())).toMatchObject({ outcome: 'applied' });
    expect(await hasRole('edl-dev01-team-half')).toBe(false);
    await iam().send(new DeletePolicyCommand({ PolicyArn: attachment.PolicyArn }));
  });
});

describe('apply never deletes a stack that may hold data, nor data of it, in', () => {
  /** Makes the status by hand in a stack with a bucket. */
  type Producer = (name: string, role: Resource, bucket: object) => Promise<unknown>;
  const KEEP = { DisableRollback: true };
  const failing = (role: Resource, bucket: object): object => ({ ...inTemplate(role), ...bucket, ...broken(role) });
  const rows: readonly [string, string, Producer, RegExp | 'mended'][] = [
    [
      'CREATE_FAILED',
      'a',
      (name, role, bucket) => createStack(name, failing(role, bucket), KEEP),
      /^EDL-4241 [^]*If all of it may go, run:\n\$ aws cloudformation delete-stack --stack-name/,
    ],
    [
      'ROLLBACK_FAILED',
      'b',
      async (name, role, bucket) => {
        const { arn } = await serviceRole(`${name}-cfn`, 's3:DeleteBucket');
        await createStack(name, failing(role, bucket), { RoleARN: arn });
      },
      /^EDL-4241 /,
    ],
    [
      'DELETE_FAILED',
      'c',
      async (name, role, bucket) => {
        await createStack(name, { ...inTemplate(role), ...bucket });
        await s3().send(new PutObjectCommand({ Bucket: `acme-${name}`, Key: 'data', Body: 'data' }));
        await cfn().send(new DeleteStackCommand({ StackName: name }));
        await settled(name);
      },
      /^EDL-4241 [^]*\n\$ aws cloudformation delete-stack --retain-resources S3Bucket/,
    ],
    [
      'UPDATE_FAILED',
      'd',
      async (name, role, bucket) => {
        await createStack(name, inTemplate(role));
        await updateStack(name, failing(role, bucket), KEEP);
      },
      /^EDL-4241 .*That update has made acme-\S+ \(AWS::S3::Bucket\)[^]*run:\n\$ aws cloudformation rollback-stack/,
    ],
    [
      'UPDATE_FAILED',
      'e',
      async (name, role, bucket) => {
        await createStack(name, failing(role, bucket), KEEP);
        await updateStack(name, { ...failing(role, bucket), ...inTemplate(roleResource(`${name}-more`)) }, KEEP);
      },
      /^EDL-4244 .*tell of no good state before/,
    ],
    [
      'UPDATE_FAILED',
      'f',
      async (name, role, bucket) => {
        await createStack(name, { ...inTemplate(role), ...bucket });
        await updateStack(name, failing(role, bucket), KEEP);
      },
      'mended',
    ],
    ['UPDATE_ROLLBACK_FAILED', 'g', async (name, role, bucket) => (await halt(name, role, bucket))(), 'mended'],
  ];
  it.each(rows)('%s (%s)', async (status, letter, produce, expected) => {
    const name = `edl-dev01-data-${letter}`;
    const role = roleResource(`${name}-role`);
    const bucket = bucketResource(`acme-${name}`);
    await produce(name, role, inTemplate(bucket));
    const before = await findStack(name);
    expect(before?.StackStatus).toBe(status);
    const desired = stackOf([role, bucket], { name });
    const result = await test
      .driver('cloudformation')
      .apply(workOf([updateOf(role), updateOf(bucket)], desired), recorder());
    const after = await findStack(name);
    expect([after?.StackId, await hasBucket(`acme-${name}`)]).toEqual([before?.StackId, true]);
    if (expected === 'mended') expect([result.outcome, after?.StackStatus]).toEqual(['applied', 'UPDATE_COMPLETE']);
    else expect([messageOf(result), after?.StackStatus]).toEqual([expect.stringMatching(expected), status]);
  });

  it('any, where somebody put what EDL does not know, or where it is not ours', async () => {
    const role = roleResource('edl-dev01-team-foreign');
    const resources = { ...inTemplate(role), ...broken(role) };
    const user = {
      User: {
        Type: 'AWS::IAM::OIDCProvider',
        Properties: { Url: 'https://token.example', ClientIdList: ['x'], ThumbprintList: ['a'.repeat(40)] },
      },
    };
    const name = 'edl-dev01-access-team-foreign';
    expect(await createStack(name, { ...resources, ...user }, KEEP)).toBe('CREATE_FAILED');
    expect(messageOf(await apply(name, role))).toMatch(/^EDL-4241 .*AWS::IAM::OIDCProvider/);
    const theirs = 'edl-dev01-access-team-theirs';
    const their = roleResource('edl-dev01-team-theirs');
    const more = { ...KEEP, Tags: [] };
    expect(await createStack(theirs, { ...inTemplate(their), ...broken(their) }, more)).toBe('CREATE_FAILED');
    expect(messageOf(await apply(theirs, their))).toMatch(/^EDL-4028 /);
    expect([await statusOf(name), await statusOf(theirs)]).toEqual(['CREATE_FAILED', 'CREATE_FAILED']);
  });
});
