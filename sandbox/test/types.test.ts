import { GetWorkGroupCommand, ListTagsForResourceCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, REGION, bucket, clientsFor, createStack, deleteStack, reasonsOf, updateStack } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const block = (value: boolean): object => ({
  BlockPublicAcls: value,
  IgnorePublicAcls: value,
  BlockPublicPolicy: value,
  RestrictPublicBuckets: value,
});
const encryption = (SSEAlgorithm: string, KMSMasterKeyID?: string): object => ({
  ServerSideEncryptionConfiguration: [
    {
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }) },
    },
  ],
});
const physicalId = async (stack: string, id: string): Promise<string> =>
  (await clients.cfn.send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id })))
    .StackResourceDetail?.PhysicalResourceId ?? '';

test('R1 buckets', async () => {
  const first = bucket('r1-bucket', {
    BucketEncryption: encryption('aws:kms', 'arn:aws:kms:eu-west-1:111111111111:alias/k'),
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: block(true),
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    LifecycleConfiguration: {
      Rules: [
        { Id: 'abort', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        {
          Id: 'old',
          Status: 'Enabled',
          Prefix: 'x/',
          NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
        },
      ],
    },
  });
  const stack = await createStack(clients, 'r1', {
    Resources: { Bucket: first },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
      Domain: { Value: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } },
    },
  });
  expect(stack.Outputs?.map((output) => output.OutputValue)).toEqual([
    'arn:aws:s3:::r1-bucket',
    'r1-bucket.s3.eu-west-1.amazonaws.com',
  ]);
  const Bucket = 'r1-bucket';
  const rule = async () =>
    (await clients.s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules?.[0];
  expect(await rule()).toMatchObject({
    BucketKeyEnabled: true,
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: 'arn:aws:kms:eu-west-1:111111111111:alias/k',
    },
  });
  expect((await clients.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  expect((await clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(
    block(true),
  );
  expect((await clients.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules).toEqual([
    { ObjectOwnership: 'BucketOwnerEnforced' },
  ]);
  const rules = async () => (await clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
  expect(await rules()).toMatchObject([
    { ID: 'abort', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    {
      ID: 'old',
      Filter: { Prefix: 'x/' },
      NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
    },
  ]);
  const second = bucket('r1-bucket', {
    BucketEncryption: encryption('AES256'),
    PublicAccessBlockConfiguration: block(false),
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  });
  expect((await updateStack(clients, 'r1', { Resources: { Bucket: second } })).StackStatus).toBe('UPDATE_COMPLETE');
  expect((await rule())?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
  expect((await clients.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
  expect((await clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(
    block(false),
  );
  await expect(rules()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
  expect((await deleteStack(clients, 'r1')).StackStatus).toBe('DELETE_COMPLETE');
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

test('R7 R8 keys and aliases', async () => {
  const policy = (action: string): object => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: action, Resource: '*' }],
  });
  const key = (properties: object): object => ({
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: policy('kms:*'), ...properties },
  });
  const alias = (target: string): object => ({
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/edl-r7', TargetKeyId: { Ref: target } },
  });
  await createStack(clients, 'r7', {
    Resources: {
      Key: key({ EnableKeyRotation: true, Description: 'a', Tags: [{ Key: 'k', Value: 'v' }] }),
      Other: key({}),
      Alias: alias('Key'),
    },
  });
  const KeyId = await physicalId('r7', 'Key');
  const metadata = async (id: string) => (await clients.kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
  expect(await metadata(KeyId)).toMatchObject({ Description: 'a', Enabled: true, KeyUsage: 'ENCRYPT_DECRYPT' });
  expect((await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled).toBe(true);
  expect((await clients.kms.send(new ListResourceTagsCommand({ KeyId }))).Tags).toContainEqual({
    TagKey: 'k',
    TagValue: 'v',
  });
  const target = async () =>
    (await clients.kms.send(new ListAliasesCommand({ Limit: 100 }))).Aliases?.find(
      (candidate) => candidate.AliasName === 'alias/edl-r7',
    )?.TargetKeyId;
  expect(await target()).toBe(KeyId);
  await updateStack(clients, 'r7', {
    Resources: {
      Key: key({ KeyPolicy: policy('kms:Decrypt'), EnableKeyRotation: false, Description: 'b' }),
      Other: key({}),
      Alias: alias('Other'),
    },
  });
  expect((await metadata(KeyId))?.Description).toBe('b');
  expect((await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled).toBe(false);
  expect(
    JSON.parse((await clients.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy ?? ''),
  ).toEqual(policy('kms:Decrypt'));
  expect((await clients.kms.send(new ListResourceTagsCommand({ KeyId }))).Tags?.map((tag) => tag.TagKey)).not.toContain(
    'k',
  );
  expect(await target()).toBe(await physicalId('r7', 'Other'));
  expect((await deleteStack(clients, 'r7')).StackStatus).toBe('DELETE_COMPLETE');
  expect((await metadata(KeyId))?.KeyState).toBe('PendingDeletion');
  expect(await target()).toBeUndefined();
});

test('R9 work groups', async () => {
  const group = (name: string, properties: object): object => ({
    Type: 'AWS::Athena::WorkGroup',
    Properties: { Name: name, ...properties },
  });
  const first = {
    EnforceWorkGroupConfiguration: true,
    BytesScannedCutoffPerQuery: 10_000_000_000,
    ManagedQueryResultsConfiguration: {
      Enabled: true,
      EncryptionConfiguration: { KmsKey: 'arn:aws:kms:eu-west-1:111111111111:key/x' },
    },
    EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
    PublishCloudWatchMetricsEnabled: true,
  };
  await createStack(clients, 'r9', {
    Resources: {
      Group: group('r9-group', { Description: 'd', WorkGroupConfiguration: first, Tags: [{ Key: 'k', Value: 'v' }] }),
      Plain: group('r9-plain', { RecursiveDeleteOption: true }),
    },
  });
  const live = async () => (await clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'r9-group' }))).WorkGroup;
  expect(await live()).toMatchObject({ Name: 'r9-group', State: 'ENABLED', Description: 'd', Configuration: first });
  const tags = await clients.athena.send(
    new ListTagsForResourceCommand({ ResourceARN: `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/r9-group` }),
  );
  expect(tags.Tags).toContainEqual({ Key: 'k', Value: 'v' });
  const second = { EnforceWorkGroupConfiguration: false, ResultConfiguration: { OutputLocation: 's3://r9/' } };
  await updateStack(clients, 'r9', {
    Resources: {
      Group: group('r9-group', { State: 'DISABLED', WorkGroupConfiguration: second }),
      Plain: group('r9-plain', { RecursiveDeleteOption: true }),
    },
  });
  const after = await live();
  expect(after).toMatchObject({
    State: 'DISABLED',
    Configuration: { ...second, ManagedQueryResultsConfiguration: { Enabled: false } },
  });
  expect(after?.Configuration?.BytesScannedCutoffPerQuery).toBeUndefined();
  for (const WorkGroup of ['r9-group', 'r9-plain'])
    await clients.athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup }));
  expect((await deleteStack(clients, 'r9')).StackStatus).toBe('DELETE_FAILED');
  expect(await reasonsOf(clients, 'r9', 'DELETE_FAILED')).toContain('WorkGroup r9-group is not empty');
  await expect(clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'r9-plain' }))).rejects.toThrow(
    'WorkGroup r9-plain is not found.',
  );
});
