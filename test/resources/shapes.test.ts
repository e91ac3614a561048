import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ObserveScope } from '../../src/reconciler/model/kind.ts';
import { refOutputOf } from '../../src/reconciler/model/logical-id.ts';
import type { AwsReads, LiveBucket } from '../../src/reconciler/model/reads.ts';
import { athenaWorkGroup } from '../../src/resources/athena-workgroup/kind.ts';
import { glueDatabaseKind } from '../../src/resources/glue-database/kind.ts';
import { glueJobKind } from '../../src/resources/glue-job/kind.ts';
import { glueTableKind } from '../../src/resources/glue-table/kind.ts';
import { iamRole } from '../../src/resources/iam-role/kind.ts';
import { kmsAlias } from '../../src/resources/kms-alias/kind.ts';
import { kmsKey } from '../../src/resources/kms-key/kind.ts';
import { registry } from '../../src/resources/registry/kind.ts';
import { bucketFromLive } from '../../src/resources/s3-bucket/from-live.ts';
import { s3Bucket } from '../../src/resources/s3-bucket/kind.ts';
import { normalizeBucket } from '../../src/resources/s3-bucket/normalize.ts';

/** What the kinds make of things that nobody declared: extras, strangers, and what somebody changed by hand. */

const SCOPE: ObserveScope = {
  organization: 'acme',
  instance: 'dev01',
  account: '111111111111',
  region: 'eu-west-1',
  homeRegion: 'eu-west-1',
  tiers: ['internal', 'restricted'],
};

const unused = (): Promise<never> => Promise.reject(new Error('not asked for'));

const readsWith = (some: Partial<AwsReads>): AwsReads => ({
  callerAccount: unused,
  stacks: () => Promise.resolve([]),
  deletedStacks: unused,
  template: unused,
  accountAuthorization: unused,
  accountQuotas: unused,
  bucketNames: unused,
  bucket: unused,
  aliases: unused,
  key: unused,
  workGroupNames: unused,
  workGroup: unused,
  glueDatabases: unused,
  glueTables: unused,
  glueJobs: unused,
  object: unused,
  objects: unused,
  hasObjects: unused,
  ...some,
});

const bucketNamed = (name: string): LiveBucket => ({ name, region: 'eu-west-1', tags: {} });

describe('which objects could be ours', () => {
  test('buckets: of this instance and region, of any tier', async () => {
    const names = [
      'acme-datalake-dev01-internal-eu-west-1',
      'acme-datalake-dev01-gone-tier-eu-west-1',
      'acme-datalake-drop-dev01-internal-eu-west-1',
      'acme-datalake-artifacts-dev01-eu-west-1',
      'acme-datalake-dev01-internal-us-east-1',
      'acme-datalake-prod-internal-eu-west-1',
      'acme-datalake-drop-prod-internal-eu-west-1',
      'acme-datalake-dev01-eu-west-1',
    ];
    const reads = readsWith({
      bucketNames: () => Promise.resolve(names),
      bucket: (_region, name) => Promise.resolve(bucketNamed(name)),
    });
    const found = await s3Bucket.observe(reads, SCOPE);
    expect(found.map(({ id }) => id)).toEqual(names.slice(0, 4).map((name) => `s3-bucket/${name}`));
  });

  test('buckets: one that went away between the two reads is not there', async () => {
    const reads = readsWith({
      bucketNames: () => Promise.resolve(['acme-datalake-dev01-internal-eu-west-1']),
      bucket: () => Promise.resolve(undefined),
    });
    expect(await s3Bucket.observe(reads, SCOPE)).toEqual([]);
  });

  test('roles: by path, and by a name that would stand in the way', async () => {
    const role = (name: string, path: string) => ({
      name,
      path,
      arn: '',
      trust: {},
      inlinePolicies: [],
      attachedPolicyArns: [],
      maxSessionSeconds: 3600,
      tags: {},
    });
    const roles = [
      role('handmade', '/edl/dev01/'),
      role('edl-dev01-team-a', '/'),
      role('edl-dev01-pipeline-a', '/edl/dev01/run/'),
      role('edl-dev012-team-a', '/edl/dev012/'),
      role('edl-prod-team-a', '/edl/prod/'),
      role('admin', '/'),
    ];
    const reads = readsWith({ accountAuthorization: () => Promise.resolve({ roles, policies: [] }) });
    const found = await iamRole.observe(reads, SCOPE);
    expect(found.map(({ id }) => id)).toEqual(roles.slice(0, 3).map(({ name }) => `iam-role/${name}`));
  });

  test('workgroups and jobs: by name', async () => {
    const reads = readsWith({
      workGroupNames: () => Promise.resolve(['primary', 'edl-dev01-team-a', 'edl-dev01-gone', 'edl-prod-team-a']),
      workGroup: (_region, name) =>
        Promise.resolve(name === 'edl-dev01-gone' ? undefined : { name, state: 'ENABLED', configuration: {} }),
      glueJobs: () => Promise.resolve(['edl-dev01-a', 'edl-prod-a', 'other'].map((name) => ({ name, body: {} }))),
    });
    expect((await athenaWorkGroup.observe(reads, SCOPE)).map(({ id }) => id)).toEqual([
      'athena-workgroup/eu-west-1/edl-dev01-team-a',
    ]);
    expect((await glueJobKind.observe(reads, SCOPE)).map(({ id }) => id)).toEqual(['glue-job/eu-west-1/edl-dev01-a']);
  });

  test('tables: of all databases with our name, declared or not, marked or not', async () => {
    const mark = { 'edl:owner': 'acme/dev01', 'edl:object': 'x', 'edl:digest': 'sha256:1' };
    const reads = readsWith({
      glueDatabases: () =>
        Promise.resolve(
          ['edl_dev01_internal', 'edl_dev01_gone', 'edl_prod_internal'].map((name) => ({ name, body: {} })),
        ),
      glueTables: (_region, database) =>
        Promise.resolve([
          { name: 'marked', body: { Parameters: { ...mark, more: '1' } } },
          ...(database === 'edl_dev01_gone' ? [] : [{ name: 'handmade', body: {} }]),
        ]),
    });
    const found = await glueTableKind.observe(reads, SCOPE);
    expect(found.map(({ id, mark: found }) => [id, found?.id])).toEqual([
      ['glue-table/eu-west-1/edl_dev01_internal/marked', 'x'],
      ['glue-table/eu-west-1/edl_dev01_internal/handmade', undefined],
      ['glue-table/eu-west-1/edl_dev01_gone/marked', 'x'],
    ]);
    expect(found[0]?.properties).toMatchObject({ TableInput: { Name: 'marked', Parameters: { more: '1' } } });
  });
});

describe('keys', () => {
  const key = (keyId: string) => ({
    keyId,
    arn: '',
    description: keyId,
    enabled: true,
    rotationEnabled: true,
    policy: {},
    tags: {},
    state: 'Enabled',
  });
  const foundation = {
    name: 'edl-dev01-foundation-eu-west-1',
    region: 'eu-west-1',
    stackId: '',
    status: 'UPDATE_COMPLETE',
    tags: {},
    terminationProtection: false,
  };
  const observe = async (
    aliases: readonly { name: string; targetKeyId?: string }[],
    outputs: Record<string, string>,
  ) => {
    const reads = readsWith({
      stacks: () => Promise.resolve([{ ...foundation, outputs }]),
      aliases: () => Promise.resolve(aliases),
      key: (_region, keyId) => Promise.resolve(keyId === 'gone' ? undefined : key(keyId)),
    });
    const keys = await kmsKey.observe(reads, SCOPE);
    const found = await kmsAlias.observe(reads, SCOPE);
    return {
      keys: Object.fromEntries(keys.map(({ id, physicalId }) => [id, physicalId])),
      aliases: Object.fromEntries(found.map(({ id, properties }) => [id, properties['TargetKeyId']])),
    };
  };
  const KEY = 'kms-key/eu-west-1/edl-dev01-restricted';
  const ALIAS = 'kms-alias/eu-west-1/edl-dev01-restricted';
  const outputs = (id: string): Record<string, string> => ({ [refOutputOf(KEY)]: id });

  test('are found by their alias', async () => {
    const aliases = [
      { name: 'alias/edl-dev01-restricted', targetKeyId: 'k1' },
      { name: 'alias/edl-prod-restricted', targetKeyId: 'k2' },
      { name: 'alias/aws/s3' },
    ];
    expect(await observe(aliases, {})).toEqual({ keys: { [KEY]: 'k1' }, aliases: { [ALIAS]: 'k1' } });
  });

  test('are found by the stack that made them when the alias was moved', async () => {
    const aliases = [{ name: 'alias/edl-dev01-restricted', targetKeyId: 'theirs' }];
    expect(await observe(aliases, outputs('ours'))).toEqual({
      keys: { [KEY]: 'ours' },
      aliases: { [ALIAS]: 'theirs' },
    });
  });

  test('are found by the stack that made them when the alias is gone', async () => {
    expect(await observe([], outputs('ours'))).toEqual({ keys: { [KEY]: 'ours' }, aliases: {} });
    expect(await observe([], outputs('gone'))).toEqual({ keys: {}, aliases: {} });
  });
});

describe('buckets that somebody changed', () => {
  const fromLive = (part: Partial<LiveBucket>): JsonObject =>
    normalizeBucket(bucketFromLive({ ...bucketNamed('b'), ...part }));

  test('a bucket of which nothing is configured', () => {
    expect(fromLive({})).toEqual({ BucketName: 'b' });
  });

  test('lifecycle rules of every shape, in the words of CloudFormation', () => {
    const Rules = [
      {
        ID: 'z',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 5 } },
        Expiration: { Days: 30 },
        Transitions: [{ Days: 10, StorageClass: 'GLACIER' }],
        NoncurrentVersionTransitions: [{ NoncurrentDays: 3, StorageClass: 'GLACIER' }],
      },
      {
        ID: 'y',
        Status: 'Disabled',
        Filter: { Tag: { Key: 'k', Value: 'v' } },
        Expiration: { Date: '2027-01-01T00:00:00.000Z' },
      },
      { ID: 'x', Status: 'Enabled', Prefix: '', Expiration: { ExpiredObjectDeleteMarker: true } },
    ];
    expect(fromLive({ lifecycle: { Rules } })['LifecycleConfiguration']).toEqual({
      Rules: [
        { Id: 'x', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
        {
          Id: 'y',
          Status: 'Disabled',
          TagFilters: [{ Key: 'k', Value: 'v' }],
          ExpirationDate: '2027-01-01T00:00:00.000Z',
        },
        {
          Id: 'z',
          Status: 'Enabled',
          Prefix: 'a/',
          ObjectSizeGreaterThan: 5,
          TagFilters: [{ Key: 'k', Value: 'v' }],
          ExpirationInDays: 30,
          Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 10 }],
          NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', TransitionInDays: 3 }],
        },
      ],
    });
  });

  test('a removed bucket key and a suspended versioning show', () => {
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
      BucketKeyEnabled: false,
    };
    expect(fromLive({ encryption: { Rules: [rule] }, versioning: { Status: 'Suspended' } })).toEqual({
      BucketName: 'b',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' } },
        ],
      },
      VersioningConfiguration: { Status: 'Suspended' },
    });
  });
});

test('a registry that is not JSON any more shows as it is', async () => {
  const reads = readsWith({ object: () => Promise.resolve({ body: 'oops', metadata: {} }) });
  expect((await registry.observe(reads, SCOPE))[0]?.properties['Document']).toBe('oops');
  const gone = readsWith({ object: () => Promise.resolve(undefined) });
  expect(await registry.observe(gone, SCOPE)).toEqual([]);
});

test('table permissions that Lake Formation changed show', async () => {
  const body = { Name: 'edl_dev01_internal', CreateTableDefaultPermissions: [] };
  const other = { ...body, CreateTableDefaultPermissions: [{ Principal: {}, Permissions: ['SELECT'] }] };
  const observe = async (database: JsonObject) =>
    (
      await glueDatabaseKind.observe(
        readsWith({ glueDatabases: () => Promise.resolve([{ name: 'edl_dev01_internal', body: database }]) }),
        SCOPE,
      )
    )[0]?.properties['DatabaseInput'];
  expect(await observe(body)).toEqual({ Name: 'edl_dev01_internal' });
  expect(await observe(other)).toHaveProperty('CreateTableDefaultPermissions');
});

test('what Athena cannot tell is not compared', () => {
  expect(athenaWorkGroup.normalize({ Name: 'a', RecursiveDeleteOption: true })).toEqual({ Name: 'a' });
});
