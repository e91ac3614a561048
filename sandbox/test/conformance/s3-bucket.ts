import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
} from '@aws-sdk/client-s3';
import type { Json, JsonObject } from '../../json.ts';
import type { Clients } from '../support.ts';
import type { Ask, Changeable, TypeCase } from './type-case.ts';
import { orNone, plain, tagsWith } from './type-case.ts';

const bucket = (BucketName: string): Json => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName } });

const block = (value: boolean): JsonObject => ({
  BlockPublicAcls: value,
  BlockPublicPolicy: value,
  IgnorePublicAcls: value,
  RestrictPublicBuckets: value,
});

const isGone = async (clients: Clients, Bucket: string): Promise<boolean> =>
  (await orNone(['NotFound'], () => clients.s3.send(new HeadBucketCommand({ Bucket })))) === 'none';

const encryptionLive: Ask = async ({ s3 }, Bucket) =>
  (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules;

const KEY = 'arn:aws:kms:eu-west-1:111111111111:alias/k';
const BucketEncryption: Changeable = {
  first: {
    ServerSideEncryptionConfiguration: [
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
      },
    ],
  },
  second: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } }] },
  live: encryptionLive,
  shows: [
    [{ BucketKeyEnabled: true, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } }],
    [{ BucketKeyEnabled: false, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } }],
    [{ BucketKeyEnabled: false, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  ],
};

const abort = { DaysAfterInitiation: 7 };
const glacier = { StorageClass: 'GLACIER', TransitionInDays: 90 };
const LifecycleConfiguration: Changeable = {
  first: {
    Rules: [
      { Id: 'a', Status: 'Enabled', AbortIncompleteMultipartUpload: abort },
      {
        Id: 'old',
        Status: 'Enabled',
        Prefix: 'x/',
        NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
        NoncurrentVersionTransitions: [{ ...glacier, NewerNoncurrentVersions: 1 }],
      },
    ],
  },
  second: {
    Rules: [
      {
        Id: 'b',
        Status: 'Disabled',
        Prefix: 'x/',
        TagFilters: [{ Key: 'k', Value: 'v' }],
        ObjectSizeGreaterThan: 10,
        ExpirationInDays: 300,
        Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }, glacier],
      },
      { Id: 'c', Status: 'Enabled', ObjectSizeLessThan: 5, ExpirationDate: '2030-01-01T00:00:00.000Z' },
      { Id: 'd', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
    ],
  },
  live: ({ s3 }, Bucket) =>
    orNone(
      ['NoSuchLifecycleConfiguration'],
      async () => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules,
    ),
  shows: [
    [
      { ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: abort },
      {
        ID: 'old',
        Status: 'Enabled',
        Filter: { Prefix: 'x/' },
        NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
        NoncurrentVersionTransitions: [{ NoncurrentDays: 90, NewerNoncurrentVersions: 1, StorageClass: 'GLACIER' }],
      },
    ],
    [
      {
        ID: 'b',
        Status: 'Disabled',
        Filter: { And: { Prefix: 'x/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 10 } },
        Expiration: { Days: 300 },
        Transitions: [
          { Days: 30, StorageClass: 'STANDARD_IA' },
          { Days: 90, StorageClass: 'GLACIER' },
        ],
      },
      {
        ID: 'c',
        Status: 'Enabled',
        Filter: { ObjectSizeLessThan: 5 },
        Expiration: { Date: new Date('2030-01-01T00:00:00.000Z') },
      },
      { ID: 'd', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { ExpiredObjectDeleteMarker: true } },
    ],
    'none',
  ],
};

const CorsConfiguration: Changeable = {
  first: { CorsRules: [{ Id: 'a', AllowedMethods: ['GET'], AllowedOrigins: ['https://a.example'] }] },
  second: {
    CorsRules: [
      {
        AllowedHeaders: ['*'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedOrigins: ['*'],
        ExposedHeaders: ['ETag'],
        MaxAge: 60,
      },
    ],
  },
  live: ({ s3 }, Bucket) =>
    orNone(['NoSuchCORSConfiguration'], async () => (await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules),
  shows: [
    [{ ID: 'a', AllowedMethods: ['GET'], AllowedOrigins: ['https://a.example'] }],
    [
      {
        AllowedHeaders: ['*'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedOrigins: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 60,
      },
    ],
    'none',
  ],
};

const partitioned = { PartitionedPrefix: { PartitionDateSource: 'EventTime' } };
const LoggingConfiguration: Changeable = {
  first: { DestinationBucketName: { Ref: 'Logs' }, LogFilePrefix: 'a/', TargetObjectKeyFormat: partitioned },
  second: { LogFilePrefix: 'b/', TargetObjectKeyFormat: { SimplePrefix: {} } },
  live: async ({ s3 }, Bucket) => (await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled,
  shows: [
    { TargetBucket: 'r10-logs', TargetPrefix: 'a/', TargetObjectKeyFormat: partitioned },
    { TargetBucket: 'r10-bucket', TargetPrefix: 'b/', TargetObjectKeyFormat: { SimplePrefix: {} } },
    undefined,
  ],
};

const tier = (Id: string, more: JsonObject): Json => ({
  Id,
  Status: 'Enabled',
  Tierings: [{ AccessTier: 'ARCHIVE_ACCESS', Days: 90 }],
  ...more,
});
const IntelligentTieringConfigurations: Changeable = {
  first: [tier('a', {}), tier('b', { Prefix: 'x/' })],
  second: [tier('b', { Prefix: 'y/', TagFilters: [{ Key: 'k', Value: 'v' }] }), tier('c', { Status: 'Disabled' })],
  live: async ({ s3 }, Bucket) =>
    (await s3.send(new ListBucketIntelligentTieringConfigurationsCommand({ Bucket })))
      .IntelligentTieringConfigurationList,
  shows: [
    [tier('a', {}), tier('b', { Filter: { Prefix: 'x/' } })],
    [
      tier('b', { Filter: { And: { Prefix: 'y/', Tags: [{ Key: 'k', Value: 'v' }] } } }),
      tier('c', { Status: 'Disabled' }),
    ],
    undefined,
  ],
};

const VersioningConfiguration: Changeable = {
  first: { Status: 'Enabled' },
  second: { Status: 'Suspended' },
  live: async ({ s3 }, Bucket) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
  shows: ['Enabled', 'Suspended', 'Suspended'],
};

const NotificationConfiguration: Changeable = {
  first: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  second: { EventBridgeConfiguration: { EventBridgeEnabled: false } },
  live: async ({ s3 }, Bucket) =>
    (await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).EventBridgeConfiguration,
  shows: [{}, undefined, undefined],
};

const OwnershipControls: Changeable = {
  first: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  second: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  live: ({ s3 }, Bucket) =>
    orNone(
      ['OwnershipControlsNotFoundError'],
      async () => (await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules,
    ),
  shows: [[{ ObjectOwnership: 'BucketOwnerEnforced' }], [{ ObjectOwnership: 'ObjectWriter' }], 'none'],
};

const PublicAccessBlockConfiguration: Changeable = plain(
  block(true),
  block(false),
  ({ s3 }, Bucket) =>
    orNone(
      ['NoSuchPublicAccessBlockConfiguration'],
      async () => (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
    ),
  'none',
);

const Tags: Changeable = {
  first: tagsWith('a'),
  second: tagsWith('b'),
  live: async ({ s3 }, Bucket) =>
    (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet?.find((tag) => tag.Key === 'k')?.Value,
  shows: ['a', 'b', undefined],
};

const ATTRIBUTES = {
  Arn: /^arn:aws:s3:::r10-[a-z]+$/,
  DomainName: /^r10-[a-z]+\.s3\.amazonaws\.com$/,
  DualStackDomainName: /^r10-[a-z]+\.s3\.dualstack\.eu-west-1\.amazonaws\.com$/,
  RegionalDomainName: /^r10-[a-z]+\.s3\.eu-west-1\.amazonaws\.com$/,
  WebsiteURL: /^http:\/\/r10-[a-z]+\.s3-website-eu-west-1\.amazonaws\.com$/,
};

const retention = (rule: JsonObject): JsonObject => ({
  ObjectLockEnabled: 'Enabled',
  Rule: { DefaultRetention: rule },
});

export const BUCKET: TypeCase = {
  type: 'AWS::S3::Bucket',
  name: 'AWS::S3::Bucket',
  around: { Logs: bucket('r10-logs') },
  fixed: { BucketName: 'r10-bucket' },
  ref: /^r10-bucket$/,
  attributes: ATTRIBUTES,
  properties: {
    BucketEncryption,
    CorsConfiguration,
    IntelligentTieringConfigurations,
    LifecycleConfiguration,
    LoggingConfiguration,
    NotificationConfiguration,
    OwnershipControls,
    PublicAccessBlockConfiguration,
    Tags,
    VersioningConfiguration,
  },
  gone: isGone,
};

/** Apart, because a locked bucket stays versioned. */
export const LOCKED_BUCKET: TypeCase = {
  type: 'AWS::S3::Bucket',
  name: 'AWS::S3::Bucket with a lock',
  fixed: { BucketName: 'r10-locked', ObjectLockEnabled: true },
  ref: /^r10-locked$/,
  attributes: ATTRIBUTES,
  properties: {
    ObjectLockConfiguration: plain(
      retention({ Mode: 'GOVERNANCE', Days: 3 }),
      retention({ Mode: 'COMPLIANCE', Years: 1 }),
      async ({ s3 }, Bucket) => {
        const { ObjectLockConfiguration: live } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
        const { Days, Years, Mode } = live?.Rule?.DefaultRetention ?? {};
        const rule = { ...(Mode && { Mode }), ...(Days ? { Days } : {}), ...(Years ? { Years } : {}) };
        return { ...live, ...(live?.Rule && { Rule: { DefaultRetention: rule } }) };
      },
      { ObjectLockEnabled: 'Enabled' },
    ),
  },
  gone: isGone,
};
