import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createWire, type Wire } from '../../src/aws/clients.ts';
import { createReaders, createReads } from '../../src/aws/reads/reads.ts';
import { withGonePrincipals } from '../../src/reconciler/model/gone-principals.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import { DELETION_TOKEN_PREFIX } from '../../src/reconciler/model/names.ts';
import type { AwsReads } from '../../src/reconciler/model/reads.ts';
import { iamManagedPolicy } from '../../src/resources/iam-managed-policy/kind.ts';
import { iamRole } from '../../src/resources/iam-role/kind.ts';
import { kmsAlias } from '../../src/resources/kms-alias/kind.ts';
import { kmsKey } from '../../src/resources/kms-key/kind.ts';
import { s3Bucket } from '../../src/resources/s3-bucket/kind.ts';
import { s3BucketPolicy } from '../../src/resources/s3-bucket-policy/kind.ts';
import { recorder, sdkError } from '../aws/fakes.ts';

/** Answers of AWS with all that it adds, through our readers to the kinds: none of it shows as drift. */

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const SCOPE = {
  organization: 'acme',
  instance: 'dev01',
  account: ACCOUNT,
  region: REGION,
  homeRegion: REGION,
  tiers: ['internal'],
};

const fixture = async (name: string): Promise<object> =>
  JSON.parse(await readFile(fileURLToPath(new URL(`../fixtures/aws/${name}.json`, import.meta.url)), 'utf8')) as object;

/** Real clients whose calls are answered from the fixtures; `others` answers instead where it has the operation. */
const readsOf = (others: Readonly<Record<string, () => object | Promise<object>>> = {}): AwsReads => {
  const answers: Readonly<Record<string, () => object | Promise<object>>> = {
    'sts-GetCallerIdentity': () => ({ Account: ACCOUNT }),
    ...others,
  };
  const real = createWire(recorder());
  const wire: Wire = {
    ...real,
    instrument: (service, client) => {
      client.middlewareStack.add(
        (_next, context) => async () => {
          const name = `${service}-${String(context['commandName']).replace(/Command$/, '')}`;
          const answer = answers[name];
          const output = answer === undefined ? await fixture(name) : await answer();
          // The client's own type of answer cannot be known here: the fixture is one by construction.
          return { response: {}, output: { $metadata: {}, ...output } } as never;
        },
        { step: 'initialize', name: 'fixtures' },
      );
      return client;
    },
  };
  return createReads(createReaders(wire, REGION));
};

const only = async (kind: ResourceKind, reads = readsOf()): Promise<ObservedObject> => {
  const [first, ...more] = await kind.observe(reads, SCOPE);
  expect(more).toEqual([]);
  if (first === undefined) throw new Error(`no ${kind.name} was read`);
  return first;
};

const trust = (principal: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Callers', Effect: 'Allow', Principal: { AWS: principal }, Action: ['sts:AssumeRole'] }],
});

const reading: JsonObject = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::b/*'] },
  ],
};

const roleTrusting = (principal: string): JsonObject => ({
  RoleName: 'edl-dev01-team-a',
  Path: '/edl/dev01/',
  Description: 'Team A',
  AssumeRolePolicyDocument: trust(principal),
  MaxSessionDuration: 3600,
  PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/edl/dev01/edl-dev01-boundary`,
  Policies: [
    { PolicyName: 'access-1', PolicyDocument: reading },
    { PolicyName: 'access-2', PolicyDocument: reading },
  ],
});

const seenBeside = (live: ObservedObject, declared: JsonObject): JsonObject =>
  iamRole.normalize(withGonePrincipals(live, declared));

describe('a role whose caller was deleted', () => {
  it('is as declared while the caller is gone: AWS writes its unique id', async () => {
    const declared = roleTrusting(`arn:aws:iam::${ACCOUNT}:role/analysts`);
    expect(seenBeside(await only(iamRole), declared)).toEqual(iamRole.normalize(declared));
  });

  it('shows once the caller is there again, for it cannot take the role', async () => {
    const declared = roleTrusting(`arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-a`);
    expect(seenBeside(await only(iamRole), declared)).not.toEqual(iamRole.normalize(declared));
  });

  it('shows where the caller is of another account: nobody knows whether it is gone', async () => {
    const declared = roleTrusting('arn:aws:iam::999999999999:role/partner');
    expect(seenBeside(await only(iamRole), declared)).not.toEqual(iamRole.normalize(declared));
  });

  it('shows an id that stands for nothing that is declared', async () => {
    const declared = roleTrusting(`arn:aws:iam::${ACCOUNT}:root`);
    expect(seenBeside(await only(iamRole), declared)).not.toEqual(iamRole.normalize(declared));
  });
});

describe('answers of AWS', () => {
  it('managed policies: the version that holds', async () => {
    expect((await only(iamManagedPolicy)).properties).toEqual(
      iamManagedPolicy.normalize({
        ManagedPolicyName: 'edl-dev01-boundary',
        Path: '/edl/dev01/',
        PolicyDocument: reading,
      }),
    );
  });

  it('buckets', async () => {
    const declared: JsonObject = {
      BucketName: 'acme-datalake-dev01-internal-eu-west-1',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'abort-stale-uploads',
            Status: 'Enabled',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
          { Id: 'expire-old-versions', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    };
    expect((await only(s3Bucket)).properties).toEqual(s3Bucket.normalize(declared));
  });

  it('bucket policies', async () => {
    const statement = {
      Sid: 'DenyInsecureTransport',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:*'],
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect((await only(s3BucketPolicy)).properties).toEqual(
      s3BucketPolicy.normalize({
        Bucket: 'acme-datalake-dev01-internal-eu-west-1',
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      }),
    );
  });

  it('stacks: with the change set that was executed last', async () => {
    expect(await readsOf().stacks(REGION)).toMatchObject([
      { terminationProtection: true, changeSet: 'edl-0123456789ab-cdef0123', tags: { 'edl:owner': 'acme' } },
    ]);
  });
});

const NO_STACKS = { 'cloudformation-DescribeStacks': () => ({ Stacks: [] }) };

const declaredKey: JsonObject = {
  Description: 'data',
  EnableKeyRotation: true,
  KeyPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountDecides',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: ['kms:*'],
        Resource: ['*'],
      },
    ],
  },
};

describe('keys', () => {
  it('with a grant show nothing else', async () => {
    const { properties } = await only(kmsKey, readsOf(NO_STACKS));
    expect(properties).toEqual({
      ...kmsKey.normalize(declaredKey),
      Grants: [
        {
          GrantId: 'abcde1237f76e4ba7987489ac329fbfba6ad343d6f7075dbd1ef191f0120514a',
          GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/night-shift`,
          Operations: ['Decrypt', 'GenerateDataKey'],
          Constraints: { EncryptionContextSubset: { 'aws:s3:arn': 'arn:aws:s3:::b' } },
        },
      ],
    });
    expect(kmsKey.normalize(properties)).toEqual(properties);
  });

  it('without grants are as declared', async () => {
    const reads = readsOf({ ...NO_STACKS, 'kms-ListGrants': () => ({ Grants: [] }) });
    expect((await only(kmsKey, reads)).properties).toEqual(kmsKey.normalize(declaredKey));
  });

  it('whose grants nobody may list are known but for these', async () => {
    const denied = sdkError('AccessDeniedException', 'not authorized to perform: kms:ListGrants');
    const reads = readsOf({ ...NO_STACKS, 'kms-ListGrants': () => Promise.reject(denied) });
    const { properties, unread } = await only(kmsKey, reads);
    expect(properties).toEqual(kmsKey.normalize(declaredKey));
    expect(unread).toMatchObject([{ part: '/Grants' }]);
    expect(unread?.[0]?.reason).toContain('kms:ListGrants');
  });

  it('that wait for their deletion show it', async () => {
    const KeyMetadata = { KeyId: 'k', Enabled: false, KeyState: 'PendingDeletion', Description: 'data' };
    const reads = readsOf({ ...NO_STACKS, 'kms-DescribeKey': () => ({ KeyMetadata }) });
    expect((await only(kmsKey, reads)).properties).toMatchObject({ Enabled: false, KeyState: 'PendingDeletion' });
  });

  it('are named by their aliases', async () => {
    expect((await only(kmsAlias)).properties).toEqual({
      AliasName: 'alias/edl-dev01-internal',
      TargetKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
    });
  });
});

describe('stacks that are not there', () => {
  const arn = (id: string): string => `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/edl-dev01-a/${id}`;
  const summary = (id: string, day: number): object => ({
    StackName: 'edl-dev01-a',
    StackId: arn(id),
    StackStatus: 'DELETE_COMPLETE',
    DeletionTime: new Date(Date.UTC(2026, 10, day)),
  });
  const readsAfter = (token: string | undefined): AwsReads =>
    readsOf({
      'cloudformation-ListStacks': () => ({ StackSummaries: [summary('old', 1), summary('new', 20)], NextToken: 'n' }),
      'cloudformation-DescribeStackEvents': () => ({
        StackEvents: [
          { PhysicalResourceId: arn('new'), ResourceStatus: 'DELETE_COMPLETE', ClientRequestToken: token },
          { PhysicalResourceId: arn('new'), ResourceStatus: 'CREATE_COMPLETE', ClientRequestToken: 'edl-1' },
        ],
      }),
    });

  it('are told when somebody deleted them, by their latest deletion', async () => {
    expect(await readsAfter('Console-DeleteStack-1').deletedStacks(REGION, ['edl-dev01-a', 'edl-dev01-b'])).toEqual([
      { name: 'edl-dev01-a', region: REGION, stackId: arn('new'), at: '2026-11-20T00:00:00.000Z' },
    ]);
    expect(await readsAfter(undefined).deletedStacks(REGION, ['edl-dev01-a'])).toHaveLength(1);
  });

  it('are not when EDL deleted them', async () => {
    expect(await readsAfter(`${DELETION_TOKEN_PREFIX}1`).deletedStacks(REGION, ['edl-dev01-a'])).toEqual([]);
  });
});
