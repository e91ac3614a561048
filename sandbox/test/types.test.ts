import { GetWorkGroupCommand, ListTagsForResourceCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, ListAliasesCommand, ListResourceTagsCommand } from '@aws-sdk/client-kms';
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
import { ACCOUNT, REGION, allow, bucket, clientsFor, createStack, deleteStack, reasonsOf, role, trustOf, updateStack } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const documentOf = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));
const block = (value: boolean): object => ({ BlockPublicAcls: value, IgnorePublicAcls: value, BlockPublicPolicy: value, RestrictPublicBuckets: value });
const encryption = (SSEAlgorithm: string, KMSMasterKeyID?: string): object => ({
  ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }) } }],
});
const physicalId = async (stack: string, id: string): Promise<string> =>
  (await clients.cfn.send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id }))).StackResourceDetail?.PhysicalResourceId ?? '';

test('R1 buckets', async () => {
  const first = bucket('r1-bucket', {
    BucketEncryption: encryption('aws:kms', 'arn:aws:kms:eu-west-1:111111111111:alias/k'),
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: block(true),
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    LifecycleConfiguration: {
      Rules: [
        { Id: 'abort', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        { Id: 'old', Status: 'Enabled', Prefix: 'x/', NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 } },
      ],
    },
  });
  const stack = await createStack(clients, 'r1', { Resources: { Bucket: first }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } }, Domain: { Value: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } } } });
  expect(stack.Outputs?.map((output) => output.OutputValue)).toEqual(['arn:aws:s3:::r1-bucket', 'r1-bucket.s3.eu-west-1.amazonaws.com']);
  const Bucket = 'r1-bucket';
  const rule = async () => (await clients.s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules?.[0];
  expect(await rule()).toMatchObject({ BucketKeyEnabled: true, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-west-1:111111111111:alias/k' } });
  expect((await clients.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  expect((await clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(block(true));
  expect((await clients.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  const rules = async () => (await clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
  expect(await rules()).toMatchObject([
    { ID: 'abort', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    { ID: 'old', Filter: { Prefix: 'x/' }, NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 } },
  ]);
  const second = bucket('r1-bucket', { BucketEncryption: encryption('AES256'), PublicAccessBlockConfiguration: block(false), OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } });
  expect((await updateStack(clients, 'r1', { Resources: { Bucket: second } })).StackStatus).toBe('UPDATE_COMPLETE');
  expect((await rule())?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
  expect((await clients.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
  expect((await clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(block(false));
  await expect(rules()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
  expect((await deleteStack(clients, 'r1')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R2 bucket policies', async () => {
  const policy = (principal: unknown, action: string): object => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: principal, Action: action, Resource: 'arn:aws:s3:::r2-bucket/*' }] } },
  });
  const live = async (): Promise<unknown> => JSON.parse((await clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'r2-bucket' }))).Policy ?? '');
  await createStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket'), Policy: policy('*', 's3:Put*') } });
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Put*' }] });
  await updateStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket'), Policy: policy('*', 's3:Delete*') } });
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Delete*' }] });
  const bad = await updateStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket'), Policy: policy({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }, 's3:*') } });
  expect(bad.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r2', 'UPDATE_FAILED')).toContain('Invalid principal in policy');
  expect(await live()).toMatchObject({ Statement: [{ Action: 's3:Delete*' }] });
  await updateStack(clients, 'r2', { Resources: { Bucket: bucket('r2-bucket') } });
  await expect(live()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});

test('R3 roles', async () => {
  const boundary = (name: string): object => ({ Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: name, PolicyDocument: allow('*') } });
  const inline = (name: string, action: string): object => ({ PolicyName: name, PolicyDocument: allow(action) });
  const template = (properties: object): object => ({ Resources: { B1: boundary('r3-b1'), B2: boundary('r3-b2'), Role: role('r3-role', { Path: '/edl/', ...properties }) }, Outputs: { Id: { Value: { 'Fn::GetAtt': ['Role', 'RoleId'] } } } });
  const stack = await createStack(clients, 'r3', template({ Description: 'a', MaxSessionDuration: 7200, PermissionsBoundary: { Ref: 'B1' }, ManagedPolicyArns: [{ Ref: 'B1' }], Policies: [inline('one', 's3:GetObject'), inline('two', 's3:PutObject')], Tags: [{ Key: 'k', Value: '1' }, { Key: 'l', Value: '1' }] }));
  const live = async () => (await clients.iam.send(new GetRoleCommand({ RoleName: 'r3-role' }))).Role;
  const names = async () => (await clients.iam.send(new ListRolePoliciesCommand({ RoleName: 'r3-role' }))).PolicyNames;
  const attached = async () => (await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r3-role' }))).AttachedPolicies?.map((policy) => policy.PolicyName);
  const before = await live();
  expect(before).toMatchObject({ Path: '/edl/', Description: 'a', MaxSessionDuration: 7200, RoleId: stack.Outputs?.[0]?.OutputValue, PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/r3-b1` } });
  expect([await names(), await attached()]).toEqual([['one', 'two'], ['r3-b1']]);
  await updateStack(clients, 'r3', template({ PermissionsBoundary: { Ref: 'B2' }, ManagedPolicyArns: [{ Ref: 'B2' }], Policies: [inline('two', 's3:*'), inline('three', 's3:List*')], Tags: [{ Key: 'k', Value: '2' }], AssumeRolePolicyDocument: trustOf({ Service: 'glue.amazonaws.com' }) }));
  const after = await live();
  expect(after).toMatchObject({ MaxSessionDuration: 3600, PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/r3-b2` } });
  expect(after?.Description ?? '').toBe('');
  expect(documentOf(after?.AssumeRolePolicyDocument)).toEqual(trustOf({ Service: 'glue.amazonaws.com' }));
  expect(after?.Tags).toContainEqual({ Key: 'k', Value: '2' });
  expect(after?.Tags?.map((tag) => tag.Key)).not.toContain('l');
  expect([await names(), await attached()]).toEqual([['two', 'three'], ['r3-b2']]);
  const two = await clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r3-role', PolicyName: 'two' }));
  expect(documentOf(two.PolicyDocument)).toEqual(allow('s3:*'));
  await updateStack(clients, 'r3', template({}));
  expect((await live())?.PermissionsBoundary).toBeUndefined();
  const bad = await updateStack(clients, 'r3', template({ AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:user/none` }) }));
  expect(bad.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r3', 'UPDATE_FAILED')).toContain('Invalid principal in policy');
  expect((await deleteStack(clients, 'r3')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R4 a foreign policy holds a role', async () => {
  await createStack(clients, 'r4', { Resources: { Role: role('r4-role') } });
  const { Policy } = await clients.iam.send(new CreatePolicyCommand({ PolicyName: 'r4-foreign', PolicyDocument: JSON.stringify(allow('s3:*')) }));
  const link = { RoleName: 'r4-role', PolicyArn: Policy?.Arn };
  await clients.iam.send(new AttachRolePolicyCommand(link));
  expect((await deleteStack(clients, 'r4')).StackStatus).toBe('DELETE_FAILED');
  expect(await reasonsOf(clients, 'r4', 'DELETE_FAILED')).toContain('Cannot delete entity, must detach all policies first.');
  await clients.iam.send(new DetachRolePolicyCommand(link));
  expect((await deleteStack(clients, 'r4')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R5 managed policies keep at most five versions', async () => {
  const template = (action: string, Roles: string[]): object => ({
    Resources: { Role: role('r5-role'), Policy: { Type: 'AWS::IAM::ManagedPolicy', DependsOn: 'Role', Properties: { ManagedPolicyName: 'r5-policy', Path: '/edl/', Description: 'd', PolicyDocument: allow(action), Roles } } },
  });
  await createStack(clients, 'r5', template('s3:A0', ['r5-role']));
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/edl/r5-policy`;
  expect(await physicalId('r5', 'Policy')).toBe(PolicyArn);
  for (let index = 1; index <= 6; index += 1) await updateStack(clients, 'r5', template(`s3:A${index}`, index === 6 ? [] : ['r5-role']));
  const { Versions } = await clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions?.map((version) => version.VersionId).sort()).toEqual(['v3', 'v4', 'v5', 'v6', 'v7']);
  const live = await clients.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v7' }));
  expect(live.PolicyVersion?.IsDefaultVersion).toBe(true);
  expect(documentOf(live.PolicyVersion?.Document)).toEqual(allow('s3:A6'));
  expect((await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r5-role' }))).AttachedPolicies).toEqual([]);
  expect((await deleteStack(clients, 'r5')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R6 role policies', async () => {
  const template = (action: string): object => ({ Resources: { Role: role('r6-role'), Policy: { Type: 'AWS::IAM::RolePolicy', Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'p', PolicyDocument: allow(action) } } } });
  const live = async (): Promise<unknown> => documentOf((await clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r6-role', PolicyName: 'p' }))).PolicyDocument);
  await createStack(clients, 'r6', template('s3:GetObject'));
  expect(await live()).toEqual(allow('s3:GetObject'));
  await updateStack(clients, 'r6', template('s3:*'));
  expect(await live()).toEqual(allow('s3:*'));
  await updateStack(clients, 'r6', { Resources: { Role: role('r6-role') } });
  await expect(live()).rejects.toThrow();
});

test('R7 R8 keys and aliases', async () => {
  const policy = (action: string): object => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: action, Resource: '*' }] });
  const key = (properties: object): object => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy('kms:*'), ...properties } });
  const alias = (target: string): object => ({ Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/edl-r7', TargetKeyId: { Ref: target } } });
  await createStack(clients, 'r7', { Resources: { Key: key({ EnableKeyRotation: true, Description: 'a', Tags: [{ Key: 'k', Value: 'v' }] }), Other: key({}), Alias: alias('Key') } });
  const KeyId = await physicalId('r7', 'Key');
  const metadata = async (id: string) => (await clients.kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
  expect(await metadata(KeyId)).toMatchObject({ Description: 'a', Enabled: true, KeyUsage: 'ENCRYPT_DECRYPT' });
  expect((await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled).toBe(true);
  expect((await clients.kms.send(new ListResourceTagsCommand({ KeyId }))).Tags).toContainEqual({ TagKey: 'k', TagValue: 'v' });
  const target = async () => (await clients.kms.send(new ListAliasesCommand({ Limit: 100 }))).Aliases?.find((candidate) => candidate.AliasName === 'alias/edl-r7')?.TargetKeyId;
  expect(await target()).toBe(KeyId);
  await updateStack(clients, 'r7', { Resources: { Key: key({ KeyPolicy: policy('kms:Decrypt'), EnableKeyRotation: false, Description: 'b' }), Other: key({}), Alias: alias('Other') } });
  expect((await metadata(KeyId))?.Description).toBe('b');
  expect((await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled).toBe(false);
  expect(JSON.parse((await clients.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy ?? '')).toEqual(policy('kms:Decrypt'));
  expect((await clients.kms.send(new ListResourceTagsCommand({ KeyId }))).Tags?.map((tag) => tag.TagKey)).not.toContain('k');
  expect(await target()).toBe(await physicalId('r7', 'Other'));
  expect((await deleteStack(clients, 'r7')).StackStatus).toBe('DELETE_COMPLETE');
  expect((await metadata(KeyId))?.KeyState).toBe('PendingDeletion');
  expect(await target()).toBeUndefined();
});

test('R9 work groups', async () => {
  const group = (name: string, properties: object): object => ({ Type: 'AWS::Athena::WorkGroup', Properties: { Name: name, ...properties } });
  const first = { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000_000, ManagedQueryResultsConfiguration: { Enabled: true, EncryptionConfiguration: { KmsKey: 'arn:aws:kms:eu-west-1:111111111111:key/x' } }, EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' }, PublishCloudWatchMetricsEnabled: true };
  await createStack(clients, 'r9', { Resources: { Group: group('r9-group', { Description: 'd', WorkGroupConfiguration: first, Tags: [{ Key: 'k', Value: 'v' }] }), Plain: group('r9-plain', { RecursiveDeleteOption: true }) } });
  const live = async () => (await clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'r9-group' }))).WorkGroup;
  expect(await live()).toMatchObject({ Name: 'r9-group', State: 'ENABLED', Description: 'd', Configuration: first });
  const tags = await clients.athena.send(new ListTagsForResourceCommand({ ResourceARN: `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/r9-group` }));
  expect(tags.Tags).toContainEqual({ Key: 'k', Value: 'v' });
  const second = { EnforceWorkGroupConfiguration: false, ResultConfiguration: { OutputLocation: 's3://r9/' } };
  await updateStack(clients, 'r9', { Resources: { Group: group('r9-group', { State: 'DISABLED', WorkGroupConfiguration: second }), Plain: group('r9-plain', { RecursiveDeleteOption: true }) } });
  const after = await live();
  expect(after).toMatchObject({ State: 'DISABLED', Configuration: { ...second, ManagedQueryResultsConfiguration: { Enabled: false } } });
  expect(after?.Configuration?.BytesScannedCutoffPerQuery).toBeUndefined();
  for (const WorkGroup of ['r9-group', 'r9-plain']) await clients.athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup }));
  expect((await deleteStack(clients, 'r9')).StackStatus).toBe('DELETE_FAILED');
  expect(await reasonsOf(clients, 'r9', 'DELETE_FAILED')).toContain('WorkGroup r9-group is not empty');
  await expect(clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'r9-plain' }))).rejects.toThrow('WorkGroup r9-plain is not found.');
});
