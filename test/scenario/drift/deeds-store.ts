import {
  CreateGrantCommand,
  DisableKeyRotationCommand,
  ListAliasesCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { JsonObject } from '../../../src/reconciler/model/json.ts';
import type { Clients } from '../../support/clients.ts';
import { ACCOUNT, allow, bucket, document, ELSEWHERE, type Deed } from './deed.ts';

const keyOf = async ({ kms }: Clients, tier: string): Promise<string> => {
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({ Limit: 100 }));
  const found = Aliases.find(({ AliasName }) => AliasName === `alias/edl-dev01-${tier}`);
  if (found?.TargetKeyId === undefined) throw new Error(`no key of tier ${tier}`);
  return found.TargetKeyId;
};

const addToBucketPolicy = async ({ s3 }: Clients, Bucket: string, statement: JsonObject): Promise<unknown> => {
  const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const now = JSON.parse(Policy) as { Statement: JsonObject[] };
  return s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(...now.Statement, statement) }));
};

/** What people do to buckets and keys. */
export const STORE_DEEDS: readonly Deed[] = [
  {
    title: 'a bucket policy lets another account read',
    id: `s3-bucket-policy/${bucket('dev01-internal')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/PolicyDocument',
    commit: (aws) =>
      addToBucketPolicy(aws, bucket('dev01-internal'), {
        ...allow('s3:GetObject', `arn:aws:s3:::${bucket('dev01-internal')}/*`),
        Principal: { AWS: `arn:aws:iam::${ELSEWHERE}:root` },
      }),
  },
  {
    title: 'a bucket policy is deleted',
    id: `s3-bucket-policy/${bucket('drop-dev01-internal')}`,
    state: 'missing',
    effect: 'widens',
    commit: ({ s3 }) => s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket('drop-dev01-internal') })),
  },
  {
    title: 'public access block is switched off',
    id: `s3-bucket/${bucket('drop-dev01-restricted')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/PublicAccessBlockConfiguration',
    commit: ({ s3 }) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket: bucket('drop-dev01-restricted'),
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: false,
            RestrictPublicBuckets: false,
          },
        }),
      ),
  },
  {
    title: 'versioning is suspended',
    id: `s3-bucket/${bucket('dev01-restricted')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/VersioningConfiguration',
    commit: ({ s3 }) =>
      s3.send(
        new PutBucketVersioningCommand({
          Bucket: bucket('dev01-restricted'),
          VersioningConfiguration: { Status: 'Suspended' },
        }),
      ),
  },
  {
    title: 'new objects are no longer encrypted with the key of the tier',
    id: `s3-bucket/${bucket('dev01-sensitive')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/BucketEncryption',
    commit: ({ s3 }) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket: bucket('dev01-sensitive'),
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
  },
  {
    title: 'a rule deletes data after a month',
    id: `s3-bucket/${bucket('dev01-internal')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/LifecycleConfiguration',
    commit: ({ s3 }) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: bucket('dev01-internal'),
          LifecycleConfiguration: {
            Rules: [
              {
                ID: 'abort-stale-uploads',
                Status: 'Enabled',
                Filter: { Prefix: '' },
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
              },
              { ID: 'save-money', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } },
            ],
          },
        }),
      ),
  },
  {
    title: 'objects belong to whoever writes them again',
    id: `s3-bucket/${bucket('drop-dev01-sensitive')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/OwnershipControls',
    commit: ({ s3 }) =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket: bucket('drop-dev01-sensitive'),
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
      ),
  },
  {
    title: 'a key policy lets another account decrypt',
    id: 'kms-key/eu-west-1/edl-dev01-restricted',
    state: 'drifted',
    effect: 'widens',
    path: '/KeyPolicy',
    commit: async (aws) =>
      aws.kms.send(
        new PutKeyPolicyCommand({
          KeyId: await keyOf(aws, 'restricted'),
          PolicyName: 'default',
          Policy: document(
            { ...allow('kms:*'), Sid: 'AccountDecides', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
            { ...allow('kms:Decrypt'), Principal: { AWS: `arn:aws:iam::${ELSEWHERE}:root` } },
          ),
        }),
      ),
  },
  {
    title: 'a key is no longer rotated',
    id: 'kms-key/eu-west-1/edl-dev01-restricted',
    state: 'drifted',
    effect: 'widens',
    path: '/EnableKeyRotation',
    commit: async (aws) => aws.kms.send(new DisableKeyRotationCommand({ KeyId: await keyOf(aws, 'restricted') })),
  },
  {
    title: 'a key gets a grant',
    id: 'kms-key/eu-west-1/edl-dev01-sensitive',
    state: 'drifted',
    effect: 'widens',
    path: '/Grants/0',
    commit: async (aws) =>
      aws.kms.send(
        new CreateGrantCommand({
          KeyId: await keyOf(aws, 'sensitive'),
          GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/night-shift`,
          Operations: ['Decrypt'],
        }),
      ),
  },
];
