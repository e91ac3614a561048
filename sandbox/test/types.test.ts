import { GetWorkGroupCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, ListAliasesCommand } from '@aws-sdk/client-kms';
import {
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import type { Clients } from './support.ts';
import {
  ACCOUNT,
  allow,
  bucket,
  clientsFor,
  createStack,
  deleteStack,
  reasonsOf,
  role,
  updateStack,
} from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const physicalId = async (stack: string, id: string): Promise<string> =>
  (await clients.cfn.send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id })))
    .StackResourceDetail?.PhysicalResourceId ?? '';

test('R1 buckets keep to what S3 asks of their configurations', async () => {
  const log = (DestinationBucketName: string): object =>
    bucket('r1-logging', { LoggingConfiguration: { DestinationBucketName } });
  expect((await createStack(clients, 'r1-logs', { Resources: { Bucket: log('r1-nowhere') } })).StackStatus).toBe(
    'ROLLBACK_COMPLETE',
  );
  expect(await reasonsOf(clients, 'r1-logs', 'CREATE_FAILED')).toContain(
    'The target bucket for logging does not exist',
  );
  const locked = (VersioningConfiguration: object): object => ({
    Resources: { Bucket: bucket('r1-locked', { ObjectLockEnabled: true, VersioningConfiguration }) },
  });
  await createStack(clients, 'r1', locked({ Status: 'Enabled' }));
  const suspended = await updateStack(clients, 'r1', locked({ Status: 'Suspended' }));
  expect(suspended.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r1', 'UPDATE_FAILED')).toContain('the versioning state cannot be changed');
  const [Bucket, Id] = ['r1-locked', 'x'];
  await expect(
    clients.s3.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id, MetricsConfiguration: { Id } })),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(
    clients.s3.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id })),
  ).rejects.toMatchObject({ name: 'NoSuchConfiguration' });
  const NotificationConfiguration = { QueueConfigurations: [{ QueueArn: 'arn:aws:sqs:x', Events: [] }] };
  await expect(
    clients.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('R2 bucket policies', async () => {
  const policy = (principal: unknown, action: string): object => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: principal, Action: action, Resource: 'arn:aws:s3:::r2-bucket/*' }],
      },
    },
  });
  const live = async (): Promise<unknown> =>
    JSON.parse((await clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'r2-bucket' }))).Policy ?? '');
  await createStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket'), Policy: policy('*', 's3:Put*') } });
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Put*' }] });
  await updateStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket'), Policy: policy('*', 's3:Delete*') } });
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Delete*' }] });
  const bad = await updateStack(clients, 'r2', {
    Resources: { Bucket: bucket('r2-bucket'), Policy: policy({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }, 's3:*') },
  });
  expect(bad.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r2', 'UPDATE_FAILED')).toContain('Invalid principal in policy');
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Delete*' }] });
  await updateStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket') } });
  await expect(live()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});

test('R7 R8 keys are deleted after their waiting time, and rotate only while enabled', async () => {
  const key = (properties: object): object => ({ Type: 'AWS::KMS::Key', Properties: properties });
  const template = (window: object, state: object): object => ({
    Resources: {
      Key: key(window),
      Off: key(state),
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/edl-r7', TargetKeyId: { Ref: 'Key' } } },
    },
  });
  const days = (PendingWindowInDays: number): object => ({ PendingWindowInDays });
  const state = (EnableKeyRotation: boolean, Enabled: boolean): object => ({ EnableKeyRotation, Enabled });
  await createStack(clients, 'r7', template(days(7), state(true, false)));
  const [KeyId, Off] = [await physicalId('r7', 'Key'), await physicalId('r7', 'Off')];
  const rotation = async () =>
    (await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId: Off }))).KeyRotationEnabled;
  const metadata = async (id: string) => (await clients.kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
  expect([await rotation(), (await metadata(Off))?.Enabled]).toEqual([true, false]);
  const refused = await updateStack(clients, 'r7', template(days(7), state(false, false)));
  expect(refused.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r7', 'UPDATE_FAILED')).toContain('Set Enabled to true to modify');
  await updateStack(clients, 'r7', template(days(9), state(false, true)));
  expect([await rotation(), (await metadata(Off))?.Enabled]).toEqual([false, true]);
  const tooShort = await updateStack(clients, 'r7', template(days(6), state(false, true)));
  expect(tooShort.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await deleteStack(clients, 'r7')).StackStatus).toBe('DELETE_COMPLETE');
  const waiting = await metadata(KeyId);
  expect(waiting?.KeyState).toBe('PendingDeletion');
  expect(((waiting?.DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(9, 1);
  const { Aliases } = await clients.kms.send(new ListAliasesCommand({ Limit: 100 }));
  expect(Aliases?.map((alias) => alias.AliasName)).not.toContain('alias/edl-r7');
});

test('R9 work groups that hold history are deleted only with RecursiveDeleteOption', async () => {
  const group = (name: string, RecursiveDeleteOption: boolean): object => ({
    Type: 'AWS::Athena::WorkGroup',
    Properties: { Name: name, RecursiveDeleteOption },
  });
  const template = (isRecursive: boolean): object => ({
    Resources: { Group: group('r9-group', false), Other: group('r9-other', isRecursive) },
  });
  await createStack(clients, 'r9', template(false));
  await updateStack(clients, 'r9', template(true));
  for (const WorkGroup of ['r9-group', 'r9-other'])
    await clients.athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup }));
  expect((await deleteStack(clients, 'r9')).StackStatus).toBe('DELETE_FAILED');
  expect(await reasonsOf(clients, 'r9', 'DELETE_FAILED')).toContain('WorkGroup r9-group is not empty');
  await expect(clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'r9-other' }))).rejects.toThrow(
    'WorkGroup r9-other is not found.',
  );
});

test('R13 what the template does not name is named after its stack, within the limits of its service', async () => {
  const stack = `r13-${'s'.repeat(90)}`;
  const template = (path: string): object => ({
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket' },
      TheRoleThatHasAVeryLongLogicalIdIndeedYes: role(undefined, { Path: path }),
      Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: allow('s3:*') } },
    },
  });
  await createStack(clients, stack, template('/a/'));
  const names = async (): Promise<readonly string[]> => [
    await physicalId(stack, 'Bucket'),
    await physicalId(stack, 'TheRoleThatHasAVeryLongLogicalIdIndeedYes'),
    await physicalId(stack, 'Policy'),
  ];
  const [bucketName = '', roleName = '', policyArn = ''] = await names();
  expect(bucketName).toMatch(/^r13-s+-bucket-[0-9a-f]{12}$/);
  expect(bucketName).toHaveLength(63);
  expect(roleName).toMatch(/^r13-s{21}-TheRoleThatHasAVeryLongLo-[0-9A-F]{12}$/);
  expect(roleName).toHaveLength(64);
  expect(policyArn).toMatch(new RegExp(`^arn:aws:iam::${ACCOUNT}:policy/r13-s{90}-Policy-[0-9A-F]{12}$`));
  // A path is for ever: the role is made anew under another name, and the old one goes.
  expect((await updateStack(clients, stack, template('/b/'))).StackStatus).toBe('UPDATE_COMPLETE');
  const [, renamed = ''] = await names();
  expect(renamed).not.toBe(roleName);
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: renamed }))).Role?.Path).toBe('/b/');
  await expect(clients.iam.send(new GetRoleCommand({ RoleName: roleName }))).rejects.toThrow('not found');
  await deleteStack(clients, stack);
});
