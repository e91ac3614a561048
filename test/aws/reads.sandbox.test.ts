import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateJobCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, startTestAws, type TestAws } from './sandbox.ts';

const BUCKET = 'acme-datalake-dev01-internal-eu-west-1';
const policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
};
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
};
const reading = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }] };

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

describe('reads of an empty account', () => {
  it('find nothing, and take absent for absent', async () => {
    const { reads } = test.connect();
    expect(await reads.callerAccount()).toBe(ACCOUNT);
    expect(await reads.stacks(REGION)).toEqual([]);
    expect(await reads.bucketNames('acme-')).toEqual([]);
    expect(await reads.bucket(REGION, BUCKET)).toBeUndefined();
    expect(await reads.objects(REGION, BUCKET, 'edl/')).toEqual([]);
    expect(await reads.hasObjects(REGION, BUCKET, 'crm/')).toBe(false);
    expect(await reads.object(REGION, BUCKET, 'edl/datasets.json')).toBeUndefined();
    expect(await reads.key(REGION, '11111111-1111-1111-1111-111111111111')).toBeUndefined();
    expect(await reads.workGroup(REGION, 'edl-dev01-team-oncology')).toBeUndefined();
    expect(await reads.glueDatabases(REGION)).toEqual([]);
    expect(await reads.glueTables(REGION, 'edl_dev01_internal')).toEqual([]);
    expect(await reads.glueJobs(REGION)).toEqual([]);
    expect(await reads.accountAuthorization()).toEqual({ roles: [], policies: [] });
  });

  it('fail for a stack that is not there, because a template was asked for', async () => {
    const { reads } = test.connect();
    await expect(reads.template(REGION, 'edl-dev01-bootstrap')).rejects.toMatchObject({ code: 'EDL-4008' });
  });
});

describe('reads of buckets', () => {
  const s3 = () => new S3Client({ region: REGION });

  it('leave out what is not configured', async () => {
    const name = 'acme-datalake-plain';
    const client = s3();
    await client.send(
      new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const bucket = await test.connect().reads.bucket(REGION, name);
    expect(bucket).toMatchObject({ name, region: REGION, tags: {} });
    expect(bucket).not.toHaveProperty('policy');
    expect(bucket).not.toHaveProperty('lifecycle');
    expect(bucket).not.toHaveProperty('versioning');
  });

  it('return all that our kinds declare, in seven calls', async () => {
    const client = s3();
    const at = { Bucket: BUCKET };
    await client.send(new CreateBucketCommand({ ...at, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    await client.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } }));
    const rules = [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'alias/edl-dev01-x' },
        BucketKeyEnabled: true,
      },
    ];
    await client.send(new PutBucketEncryptionCommand({ ...at, ServerSideEncryptionConfiguration: { Rules: rules } }));
    const block = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    await client.send(new PutPublicAccessBlockCommand({ ...at, PublicAccessBlockConfiguration: block }));
    await client.send(
      new PutBucketOwnershipControlsCommand({
        ...at,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      }),
    );
    const lifecycle = {
      Rules: [
        {
          ID: 'stale',
          Status: 'Enabled' as const,
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    };
    await client.send(new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: lifecycle }));
    await client.send(
      new PutBucketTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'edl:owner', Value: 'acme' }] } }),
    );
    await client.send(new PutBucketPolicyCommand({ ...at, Policy: JSON.stringify(policy) }));
    const aws = test.connect();
    await aws.reads.callerAccount();
    const before = aws.calls().total;
    const bucket = await aws.reads.bucket(REGION, BUCKET);
    expect(aws.calls().total - before).toBe(7);
    expect(bucket).toMatchObject({
      name: BUCKET,
      region: REGION,
      tags: { 'edl:owner': 'acme' },
      encryption: { Rules: rules },
      versioning: { Status: 'Enabled' },
      publicAccessBlock: block,
      ownershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      lifecycle,
      policy,
    });
  });

  it('list names and objects, and read one', async () => {
    const client = s3();
    await client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: 'edl/datasets.json',
        Body: '{}',
        Metadata: { 'edl-owner': 'acme/dev01' },
      }),
    );
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'crm/data/1/ä b.parquet', Body: 'x' }));
    const { reads } = test.connect();
    expect(await reads.bucketNames('acme-datalake-dev01')).toEqual([BUCKET]);
    expect(await reads.object(REGION, BUCKET, 'edl/datasets.json')).toEqual({
      body: '{}',
      metadata: { 'edl-owner': 'acme/dev01' },
    });
    expect(await reads.object(REGION, BUCKET, 'edl/none.json')).toBeUndefined();
    expect(await reads.objects(REGION, BUCKET, 'crm/')).toEqual([
      { key: 'crm/data/1/ä b.parquet', size: 1, etag: '9dd4e461268c8034f5c8564e155c67a6' },
    ]);
    expect(await reads.hasObjects(REGION, BUCKET, 'crm/')).toBe(true);
    expect(await reads.hasObjects(REGION, BUCKET, 'sales/')).toBe(false);
  });
});

describe('reads of the other services', () => {
  it('return roles and policies with parsed documents', async () => {
    const client = new IAMClient({ region: REGION });
    const name = 'edl-dev01-team-oncology';
    const document = JSON.stringify(reading);
    const { Policy: managed } = await client.send(
      new CreatePolicyCommand({ PolicyName: 'edl-dev01-boundary', Path: '/edl/dev01/', PolicyDocument: document }),
    );
    await client.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: '/edl/dev01/',
        Description: 'Oncology',
        MaxSessionDuration: 7200,
        PermissionsBoundary: managed?.Arn,
        AssumeRolePolicyDocument: JSON.stringify(trust),
        Tags: [{ Key: 'edl:owner', Value: 'acme' }],
      }),
    );
    await client.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'access', PolicyDocument: document }));
    const { roles, policies } = await test.connect().reads.accountAuthorization();
    expect(roles).toEqual([
      {
        name,
        path: '/edl/dev01/',
        arn: `arn:aws:iam::${ACCOUNT}:role/edl/dev01/${name}`,
        trust,
        inlinePolicies: [{ name: 'access', document: reading }],
        attachedPolicyArns: [],
        permissionsBoundary: managed?.Arn,
        description: 'Oncology',
        maxSessionSeconds: 7200,
        tags: { 'edl:owner': 'acme' },
      },
    ]);
    expect(policies).toEqual([
      { name: 'edl-dev01-boundary', path: '/edl/dev01/', arn: managed?.Arn, document: reading, versions: 1 },
    ]);
  });

  it('return keys and aliases', async () => {
    const client = new KMSClient({ region: REGION });
    const { KeyMetadata: made } = await client.send(
      new CreateKeyCommand({ Description: 'sensitive', Tags: [{ TagKey: 'edl:owner', TagValue: 'acme' }] }),
    );
    await client.send(new CreateAliasCommand({ AliasName: 'alias/edl-dev01-sensitive', TargetKeyId: made?.KeyId }));
    const { reads } = test.connect();
    const alias = (await reads.aliases(REGION)).find(({ name }) => name === 'alias/edl-dev01-sensitive');
    expect(alias?.targetKeyId).toBe(made?.KeyId);
    expect(await reads.key(REGION, alias?.targetKeyId ?? '')).toMatchObject({
      keyId: made?.KeyId,
      arn: made?.Arn,
      description: 'sensitive',
      enabled: true,
      rotationEnabled: false,
      state: 'Enabled',
      tags: { 'edl:owner': 'acme' },
    });
  });

  it('return workgroups without what Athena adds', async () => {
    const client = new AthenaClient({ region: REGION });
    await client.send(
      new CreateWorkGroupCommand({
        Name: 'edl-dev01-team-oncology',
        Description: 'Oncology',
        Configuration: { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000 },
      }),
    );
    const { reads } = test.connect();
    expect(await reads.workGroupNames(REGION)).toContain('edl-dev01-team-oncology');
    const group = await reads.workGroup(REGION, 'edl-dev01-team-oncology');
    expect(group).toMatchObject({
      name: 'edl-dev01-team-oncology',
      description: 'Oncology',
      state: 'ENABLED',
      configuration: { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000 },
    });
    expect(JSON.stringify(group)).not.toContain('Effective');
  });

  it('return Glue objects without times and versions', async () => {
    const client = new GlueClient({ region: REGION });
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'edl_dev01_internal', Description: 'd' } }));
    const table = { Name: 'crm__people', TableType: 'EXTERNAL_TABLE', Parameters: { EXTERNAL: 'TRUE' } };
    await client.send(new CreateTableCommand({ DatabaseName: 'edl_dev01_internal', TableInput: table }));
    const job = {
      Name: 'edl-dev01-daily',
      Role: 'arn:aws:iam::111111111111:role/r',
      Command: { Name: 'glueetl', ScriptLocation: 's3://b/job.py', PythonVersion: '3' },
      GlueVersion: '5.1',
      WorkerType: 'G.1X' as const,
      NumberOfWorkers: 2,
      NonOverridableArguments: { '--edl-owner': 'acme/dev01' },
    };
    await client.send(new CreateJobCommand(job));
    const { reads } = test.connect();
    expect(await reads.glueDatabases(REGION)).toMatchObject([
      { name: 'edl_dev01_internal', body: { Name: 'edl_dev01_internal', Description: 'd' } },
    ]);
    expect(await reads.glueTables(REGION, 'edl_dev01_internal')).toMatchObject([{ name: 'crm__people', body: table }]);
    expect(await reads.glueJobs(REGION)).toMatchObject([{ name: 'edl-dev01-daily', body: job }]);
    const echoes = /Time"|CreatedOn|LastModified|VersionId|CatalogId|MaxCapacity|AllocatedCapacity|DatabaseName/;
    expect(
      JSON.stringify([
        await reads.glueDatabases(REGION),
        await reads.glueTables(REGION, 'edl_dev01_internal'),
        await reads.glueJobs(REGION),
      ]),
    ).not.toMatch(echoes);
  });
});

describe('memory', () => {
  it('answers the second question without a call, and forgets for fresh reads', async () => {
    const aws = test.connect();
    await Promise.all([aws.reads.glueJobs(REGION), aws.reads.glueJobs(REGION)]);
    await aws.reads.glueJobs(REGION);
    expect(aws.calls().byOperation).toEqual({ 'glue:GetJobs': 1 });
    await aws.freshReads().glueJobs(REGION);
    expect(aws.calls().byOperation).toEqual({ 'glue:GetJobs': 2 });
  });
});
