import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import { DeleteRoleCommand, TagRoleCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  liveRole,
  allow,
  bucket,
  changeSet,
  createStack,
  executeChangeSet,
  role,
  trustOf,
  useSandbox,
} from './support.ts';

const world = useSandbox();

const REVERT = { DeploymentMode: 'REVERT_DRIFT' as const };
const EMPTY = "The submitted information didn't contain changes.";
const describeByHand = (RoleName: string, Description: string): Promise<unknown> =>
  world.clients.iam.send(new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration: 3600 }));

test('C18 C21 a role that was changed by hand is shown three ways and put back', async () => {
  const template = { Resources: { Role: role('c18-role', { Description: 'deployed' }) } };
  await createStack(world.clients, 'c18', template);
  await describeByHand('c18-role', 'by hand');
  expect((await changeSet(world.clients, 'c18', template)).StatusReason).toContain(EMPTY);
  const shown = await changeSet(world.clients, 'c18', template, { ...REVERT, ChangeSetName: 'revert' });
  expect(shown).toMatchObject({ DeploymentMode: 'REVERT_DRIFT', StackDriftStatus: 'DRIFTED' });
  const change = shown.Changes?.[0]?.ResourceChange;
  expect(change).toMatchObject({ Action: 'Modify', Replacement: 'False', ResourceDriftStatus: 'MODIFIED' });
  expect(change?.Details).toHaveLength(1);
  expect(change?.Details?.[0]?.Target).toMatchObject({
    Path: '/Properties/Description',
    BeforeValue: 'by hand',
    BeforeValueFrom: 'ACTUAL_STATE',
    AfterValue: 'deployed',
    AfterValueFrom: 'TEMPLATE',
    Drift: { PreviousValue: 'deployed', ActualValue: 'by hand', DriftDetectionTimestamp: expect.any(Date) as Date },
  });
  expect(change?.BeforeContext).toContain('by hand');
  expect(change?.PreviousDeploymentContext).not.toContain('by hand');
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('UPDATE_COMPLETE');
  expect((await liveRole(world.clients, 'c18-role'))?.Description).toBe('deployed');
});

test('C19 what is no drift shows nothing', async () => {
  const Resources = {
    Role: role('c19-role', {
      MaxSessionDuration: 3600,
      ManagedPolicyArns: [{ Ref: 'Two' }, { Ref: 'One' }],
      Policies: ['z', 'a'].map((name) => ({ PolicyName: name, PolicyDocument: allow(`s3:${name}`) })),
    }),
    One: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: allow('s3:Get*') } },
    Two: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: allow('s3:Put*') } },
    Inline: {
      Type: 'AWS::IAM::RolePolicy',
      Properties: { RoleName: { Ref: 'Bare' }, PolicyName: 'p', PolicyDocument: allow('s3:Get*') },
    },
    Bare: role('c19-bare'),
    Bucket: bucket('c19-bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ Id: 'old', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }],
      },
    }),
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        Description: '',
        EnableKeyRotation: true,
        PendingWindowInDays: 7,
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
          ],
        },
      },
    },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/c19', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
  };
  expect((await createStack(world.clients, 'c19', { Resources })).StackStatus).toBe('CREATE_COMPLETE');
  await world.clients.iam.send(new TagRoleCommand({ RoleName: 'c19-role', Tags: [{ Key: 'theirs', Value: 'x' }] }));
  await describeByHand('c19-bare', 'of no template');
  const shown = await changeSet(world.clients, 'c19', { Resources }, REVERT);
  expect(shown.Changes).toEqual([]);
  expect(shown.StatusReason).toContain(EMPTY);
  expect(shown.StackDriftStatus).toBe('IN_SYNC');
  const Key = { ...Resources.Key, Properties: { ...Resources.Key.Properties, Description: 'new' } };
  const changed = await changeSet(
    world.clients,
    'c19',
    { Resources: { ...Resources, Key } },
    { ...REVERT, ChangeSetName: 'b' },
  );
  expect(changed.Changes?.map((each) => each.ResourceChange?.ResourceDriftIgnoredAttributes)).toEqual([
    [{ Path: '/Properties/PendingWindowInDays', Reason: 'WRITE_ONLY_PROPERTY' }],
  ]);
});

test('C20 a template that agrees with the drift is only recorded', async () => {
  await createStack(world.clients, 'c20', { Resources: { Role: role('c20-role', { Description: 'deployed' }) } });
  await describeByHand('c20-role', 'by hand');
  const agreed = { Resources: { Role: role('c20-role', { Description: 'by hand' }) } };
  const shown = await changeSet(world.clients, 'c20', agreed, REVERT);
  const change = shown.Changes?.[0]?.ResourceChange;
  expect(change).toMatchObject({
    Action: 'SyncWithActual',
    Details: [
      {
        ChangeSource: 'NoModification',
        Target: {
          AttributeChangeType: 'SyncWithActual',
          AfterValue: 'by hand',
          Drift: { PreviousValue: 'deployed', ActualValue: 'by hand' },
        },
      },
    ],
  });
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('UPDATE_COMPLETE');
  expect((await changeSet(world.clients, 'c20', agreed, { ChangeSetName: 'again' })).StatusReason).toContain(EMPTY);
});

test('C21 deleted resources are made anew, and a failed run goes back to the live state', async () => {
  const both = {
    Gone: role('c21-gone', { Description: 'deployed' }),
    Role: role('c21-role', { Description: 'deployed' }),
  };
  await createStack(world.clients, 'c21', { Resources: both });
  await world.clients.iam.send(new DeleteRoleCommand({ RoleName: 'c21-gone' }));
  await describeByHand('c21-role', 'by hand');
  const broken = role('c21-broken', {
    AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }),
  });
  const failing = { Resources: { ...both, Broken: { ...broken, DependsOn: ['Role', 'Gone'] } } };
  const failed = await changeSet(world.clients, 'c21', failing, REVERT);
  expect(
    failed.Changes?.map((each) => [each.ResourceChange?.Action, each.ResourceChange?.ResourceDriftStatus]),
  ).toEqual([
    ['Add', undefined],
    ['Add', 'DELETED'],
    ['Modify', 'MODIFIED'],
  ]);
  expect((await executeChangeSet(world.clients, failed)).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await liveRole(world.clients, 'c21-role'))?.Description).toBe('by hand');
  await expect(liveRole(world.clients, 'c21-gone')).rejects.toThrow();
  const shown = await changeSet(world.clients, 'c21', { Resources: both }, { ...REVERT, ChangeSetName: 'again' });
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('UPDATE_COMPLETE');
  expect([
    (await liveRole(world.clients, 'c21-gone'))?.Description,
    (await liveRole(world.clients, 'c21-role'))?.Description,
  ]).toEqual(['deployed', 'deployed']);
});

test('C22 blind types show nothing of their drift', async () => {
  const group = (Description: string): object => ({
    Resources: { Group: { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'c22-group', Description } } },
  });
  await createStack(world.clients, 'c22', group('deployed'));
  await world.clients.athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'c22-group', Description: 'by hand' }));
  expect((await changeSet(world.clients, 'c22', group('deployed'), REVERT)).StatusReason).toContain(EMPTY);
  const shown = await changeSet(world.clients, 'c22', group('new'), { ...REVERT, ChangeSetName: 'new' });
  expect(shown.Changes?.[0]?.ResourceChange).toMatchObject({
    ResourceDriftStatus: 'UNSUPPORTED',
    Details: [{ Target: { BeforeValue: 'deployed', BeforeValueFrom: 'PREVIOUS_DEPLOYMENT_STATE' } }],
  });
  await expect(
    changeSet(world.clients, 'c22-new', group('new'), { ...REVERT, ChangeSetType: 'CREATE' }),
  ).rejects.toThrow('only for change sets of type UPDATE');
});
