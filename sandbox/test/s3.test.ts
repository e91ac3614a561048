import {
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, bucket, clientsFor, createStack } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const make = (Bucket: string, on: Clients = clients) =>
  on.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));

const policyOf = (Bucket: string, statement: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [`arn:aws:s3:::${Bucket}/*`], ...statement },
    ],
  });

test('G4 bucket policies are kept and checked, and deny no one', async () => {
  const Bucket = 'g4-bucket';
  await make(Bucket);
  const put = (Policy: string) => clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(clients.s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
  });
  const tls = policyOf(Bucket, { Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  await put(tls);
  expect((await clients.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(tls);
  expect((await clients.s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(false);
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a/b c.txt', Body: 'text' }));
  expect(
    await (await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c.txt' }))).Body?.transformToString(),
  ).toBe('text');
  expect((await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }))).Contents?.[0]?.Key).toBe(
    'a/b c.txt',
  );
  await expect(put('no json')).rejects.toMatchObject({ name: 'MalformedPolicy' });
  await expect(
    put(policyOf(Bucket, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/none` } })),
  ).rejects.toMatchObject({ name: 'MalformedPolicy', message: 'Invalid principal in policy' });
  await expect(put(policyOf(Bucket, { Effect: 'Allow' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await put(policyOf(Bucket, { Effect: 'Allow' }));
  expect((await clients.s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(true);
  await clients.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await expect(clients.s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
  });
});

test('G5 new buckets have the defaults of AWS', async () => {
  const Bucket = 'g5-bucket';
  await make(Bucket);
  const rules = (await clients.s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration
    ?.Rules;
  expect(rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  ]);
  expect(
    (await clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
      ?.BlockPublicPolicy,
  ).toBe(true);
  expect((await clients.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules).toEqual([
    { ObjectOwnership: 'BucketOwnerEnforced' },
  ]);
  await clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await expect(clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchPublicAccessBlockConfiguration',
  });
});

test('G6 names and owners of buckets', async () => {
  const other = clientsFor(sandbox, '222222222222');
  await make('g6-bucket');
  await expect(make('g6-bucket')).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  await expect(make('g6-bucket', other)).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
  await expect(make('G6_Bucket')).rejects.toMatchObject({ name: 'InvalidBucketName' });
  await expect(other.s3.send(new GetBucketPolicyCommand({ Bucket: 'g6-bucket' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'g6-none' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  });
  await expect(
    clients.s3.send(new ListObjectsV2Command({ Bucket: 'g6-bucket', ExpectedBucketOwner: '222222222222' })),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(
    clients.s3.send(new GetBucketEncryptionCommand({ Bucket: 'g6-bucket', ExpectedBucketOwner: ACCOUNT })),
  ).resolves.toBeDefined();
  const { Buckets } = await other.s3.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name) ?? []).not.toContain('g6-bucket');
});

test('G7 configurations come back as they were put', async () => {
  const Bucket = 'g7-bucket';
  await createStack(clients, 'g7', { Resources: { Bucket: bucket(Bucket) } }, { Tags: [{ Key: 'a', Value: 'b' }] });
  const Rule = {
    ID: 'old',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: 9, NewerNoncurrentVersions: 3 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  } as const;
  await clients.s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [Rule] } }),
  );
  expect(await clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).toMatchObject({
    Rules: [Rule],
    TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
  });
  await clients.s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
  await expect(clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchLifecycleConfiguration',
  });
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/k' } as const;
  const encrypt = (rule: object) =>
    clients.s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, ...rule }] },
      }),
    );
  const encrypted = async () =>
    (await clients.s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules?.[0];
  await encrypt({ BucketKeyEnabled: true });
  expect(await encrypted()).toMatchObject({ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true });
  await encrypt({});
  expect((await encrypted())?.BucketKeyEnabled).toBe(false);
  const tags = (await clients.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet ?? [];
  expect(tags.map((tag) => tag.Key)).toEqual(expect.arrayContaining(['a', 'aws:cloudformation:stack-id']));
  const tag = (TagSet: { Key: string; Value: string }[]) =>
    clients.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await expect(tag([{ Key: 'aws:x', Value: 'y' }])).rejects.toThrow('System tags cannot be added/updated by requester');
  await expect(tag([{ Key: 'mine', Value: 'y' }])).rejects.toThrow('System tags cannot be removed by requester');
  const system = tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [{ Key, Value }] : []));
  await tag([...system, { Key: 'mine', Value: 'y' }]);
  expect((await clients.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toContainEqual({
    Key: 'mine',
    Value: 'y',
  });
});

test('G19 an object is written under a condition: nothing is there, or still what was read', async () => {
  const Bucket = 'g19-bucket';
  await make(Bucket);
  const put = (Body: string, condition: { readonly IfNoneMatch?: string; readonly IfMatch?: string }) =>
    clients.s3.send(new PutObjectCommand({ Bucket, Key: 'lease', Body, ...condition }));
  const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
  await expect(put('a', { IfMatch: '"0123456789abcdef0123456789abcdef"' })).rejects.toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  });
  const first = await put('a', { IfNoneMatch: '*' });
  await expect(put('b', { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
  const second = await put('b', { IfMatch: first.ETag ?? '' });
  expect(second.ETag).not.toBe(first.ETag);
  await expect(put('c', { IfMatch: first.ETag ?? '' })).rejects.toMatchObject(failed);
  const read = await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'lease' }));
  expect([await read.Body?.transformToString(), read.ETag]).toEqual(['b', second.ETag]);
});
