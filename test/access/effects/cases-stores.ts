import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
import { type Case, casesOf } from './cases.ts';

const bucket = casesOf('s3-bucket');
const BLOCK = '/PublicAccessBlockConfiguration';
const BLOCKED = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const encrypted = (SSEAlgorithm: string, key?: string, more: JsonObject = {}): JsonObject => ({
  ServerSideEncryptionConfiguration: [
    { ServerSideEncryptionByDefault: { SSEAlgorithm, ...(key === undefined ? {} : { KMSMasterKeyID: key }) }, ...more },
  ],
});
const owned = (ObjectOwnership: string): JsonObject => ({ Rules: [{ ObjectOwnership }] });
const OURS = { Id: 'abort', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
const OLD = { Id: 'old', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } };
const rules = (...Rules: readonly Json[]): JsonObject => ({ Rules });
const extra = (rule: JsonObject): JsonObject => rules(OURS, OLD, { Id: 'new', Status: 'Enabled', ...rule });
const lifecycle = (title: string, live: JsonObject | undefined, meaning?: string): Case =>
  bucket(
    title,
    '/LifecycleConfiguration',
    { declared: rules(OURS, OLD), ...(live === undefined ? {} : { live }) },
    meaning === undefined ? 'neutral' : 'widens',
    meaning ?? 'unfinished uploads or old versions stay for longer and cost money',
  );

const LIFECYCLE_CASES: readonly Case[] = [
  lifecycle('data deleted', extra({ ExpirationInDays: 30 }), 'the bucket deletes data after 30 days'),
  lifecycle('data deleted after one day', extra({ ExpirationInDays: 1 }), 'the bucket deletes data after 1 day'),
  lifecycle(
    'data deleted on a date',
    extra({ ExpirationDate: '2027-01-01T00:00:00Z' }),
    'the bucket deletes data on 2027-01-01',
  ),
  lifecycle(
    'data deleted in a folder',
    extra({ ExpirationInDays: 30, Prefix: 'a/' }),
    'the bucket deletes data after 30 days in a part of the bucket',
  ),
  lifecycle(
    'data moved',
    extra({ Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 3 }] }),
    'the bucket moves data to GLACIER after 3 days',
  ),
  lifecycle(
    'old versions deleted sooner',
    rules(OURS, { ...OLD, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    'the bucket deletes old versions after 1 day',
  ),
  lifecycle(
    'old versions moved',
    extra({ NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', TransitionInDays: 3 }] }),
    'the bucket moves old versions to GLACIER after 3 days',
  ),
  lifecycle(
    'old versions deleted under another spelling',
    extra({ NoncurrentVersionExpirationInDays: 5 }),
    'the bucket deletes old versions after 5 days',
  ),
  lifecycle(
    'two deeds',
    extra({ ExpirationInDays: 9, Transition: { StorageClass: 'GLACIER', TransitionInDays: 3 } }),
    'the bucket deletes data after 9 days and moves data to GLACIER after 3 days',
  ),
  lifecycle('something unheard of', extra({ Shred: true }), 'the bucket does what EDL does not know (Shred)'),
  lifecycle('something that is no list', { Rules: 'all' }, 'the bucket has a lifecycle that EDL cannot read'),
  lifecycle('a rule that is switched off', rules(OURS, OLD, { Id: 'new', Status: 'Disabled', ExpirationInDays: 30 })),
  lifecycle('old versions deleted later', rules(OURS, { ...OLD, NoncurrentVersionExpiration: { NoncurrentDays: 60 } })),
  lifecycle(
    'old versions of a folder deleted as soon',
    extra({ Prefix: 'a/', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
  ),
  lifecycle(
    'more old versions kept',
    rules(OURS, { ...OLD, NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 } }),
  ),
  lifecycle('a rule of ours gone', rules(OURS)),
  lifecycle('all rules gone', undefined),
  lifecycle('markers without versions removed', extra({ ExpiredObjectDeleteMarker: true })),
];

const KEPT = { ...OLD, NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 } };
const LIMITED_CASES: readonly Case[] = [
  bucket(
    'fewer old versions kept',
    '/LifecycleConfiguration',
    { declared: rules(KEPT), live: rules(OLD) },
    'widens',
    'the bucket deletes old versions after 30 days',
  ),
  bucket(
    'more than a folder',
    '/LifecycleConfiguration',
    { declared: rules({ ...OLD, Prefix: 'a/' }), live: rules(OLD) },
    'widens',
    'the bucket deletes old versions after 30 days',
  ),
  bucket(
    'another folder',
    '/LifecycleConfiguration',
    { declared: rules({ ...OLD, Prefix: 'a/' }), live: rules({ ...OLD, Prefix: 'b/' }) },
    'widens',
    'the bucket deletes old versions after 30 days in a part of the bucket',
  ),
];

const BUCKET_CASES: readonly Case[] = [
  bucket(
    'a flag off',
    BLOCK,
    { declared: BLOCKED, live: { ...BLOCKED, BlockPublicAcls: false } },
    'widens',
    'objects can be made public by their ACL',
  ),
  bucket(
    'two flags off',
    BLOCK,
    { declared: BLOCKED, live: { BlockPublicAcls: true, IgnorePublicAcls: true } },
    'widens',
    'a bucket policy can make the bucket public and a public bucket policy lets in everybody',
  ),
  bucket(
    'no block at all',
    BLOCK,
    { declared: { IgnorePublicAcls: true } },
    'widens',
    'ACLs that make objects public count',
  ),
  ...Object.keys(BLOCKED).map((flag) =>
    bucket(
      `${flag} on`,
      BLOCK,
      { declared: { ...BLOCKED, [flag]: false }, live: BLOCKED },
      'narrows',
      'the public access block is stricter than git',
    ),
  ),
  bucket(
    'a flag unheard of',
    BLOCK,
    { declared: BLOCKED, live: { ...BLOCKED, AllowAll: true } },
    'widens',
    'EDL does not know what this property gives',
  ),
  bucket(
    'versioning suspended',
    '/VersioningConfiguration',
    { declared: { Status: 'Enabled' }, live: { Status: 'Suspended' } },
    'widens',
    'objects that are overwritten or deleted are lost for good',
  ),
  bucket(
    'versioning never switched on',
    '/VersioningConfiguration',
    { declared: { Status: 'Enabled' } },
    'widens',
    'objects that are overwritten or deleted are lost for good',
  ),
  bucket(
    'versioning on',
    '/VersioningConfiguration',
    { live: { Status: 'Enabled' } },
    'neutral',
    'old versions of objects are kept',
  ),
  bucket(
    'MFA delete on',
    '/VersioningConfiguration',
    { declared: { Status: 'Enabled' }, live: { Status: 'Enabled', MFADelete: 'Enabled' } },
    'narrows',
    'versions can only be deleted with a second factor',
  ),
  bucket(
    'MFA delete off',
    '/VersioningConfiguration',
    { declared: { Status: 'Enabled', MFADelete: 'Enabled' }, live: { Status: 'Enabled' } },
    'widens',
    'versions can be deleted without a second factor',
  ),
  bucket(
    'weaker encryption',
    '/BucketEncryption',
    { declared: encrypted('aws:kms', 'alias/a'), live: encrypted('AES256') },
    'widens',
    "new objects are encrypted with S3's own key, which no key policy guards",
  ),
  bucket(
    'another key',
    '/BucketEncryption',
    { declared: encrypted('aws:kms', 'alias/a'), live: encrypted('aws:kms', 'alias/b') },
    'widens',
    'new objects are encrypted with alias/b, and whoever rules that key decides who reads them',
  ),
  bucket(
    'a key where git has none',
    '/BucketEncryption',
    { declared: encrypted('AES256'), live: encrypted('aws:kms', 'alias/b') },
    'widens',
    'new objects are encrypted with alias/b, and whoever rules that key decides who reads them',
  ),
  bucket(
    "AWS's own key",
    '/BucketEncryption',
    { declared: encrypted('aws:kms', 'alias/a'), live: encrypted('aws:kms') },
    'widens',
    'new objects are encrypted with a key of AWS that no policy of the lake rules',
  ),
  bucket(
    'an algorithm unheard of',
    '/BucketEncryption',
    { declared: encrypted('AES256'), live: encrypted('ROT13') },
    'widens',
    'new objects are encrypted with a key of AWS that no policy of the lake rules',
  ),
  bucket(
    'no encryption',
    '/BucketEncryption',
    { declared: encrypted('AES256') },
    'widens',
    'new objects are encrypted with whatever S3 chooses',
  ),
  bucket(
    'stronger encryption',
    '/BucketEncryption',
    { declared: encrypted('aws:kms', 'alias/a'), live: encrypted('aws:kms:dsse', 'alias/a') },
    'neutral',
    'new objects are encrypted with the same key, as strongly or more so',
  ),
  bucket(
    'no bucket key',
    '/BucketEncryption',
    { declared: encrypted('aws:kms', 'alias/a', { BucketKeyEnabled: true }), live: encrypted('aws:kms', 'alias/a') },
    'neutral',
    'new objects are encrypted with the same key, as strongly or more so',
  ),
  bucket(
    'ACLs again',
    '/OwnershipControls',
    { declared: owned('BucketOwnerEnforced'), live: owned('ObjectWriter') },
    'widens',
    'objects can belong to whoever writes them, and their ACLs count again',
  ),
  bucket(
    'no ownership controls',
    '/OwnershipControls',
    { declared: owned('BucketOwnerEnforced') },
    'widens',
    'objects can belong to whoever writes them, and their ACLs count again',
  ),
  bucket(
    'no ACLs any more',
    '/OwnershipControls',
    { declared: owned('ObjectWriter'), live: owned('BucketOwnerEnforced') },
    'narrows',
    'ACLs no longer count, so who was let in by one is not',
  ),
  bucket(
    'smallest size',
    '/LifecycleConfiguration',
    { declared: rules(OURS), live: { ...rules(OURS), TransitionDefaultMinimumObjectSize: 'varies' } },
    'neutral',
  ),
  bucket('replication', '/ReplicationConfiguration', { live: {} }, 'widens', 'objects are copied to another bucket'),
  bucket('a web site', '/WebsiteConfiguration', { live: {} }, 'widens', 'the bucket answers as a web site'),
  bucket(
    'other origins',
    '/CorsConfiguration',
    { live: {} },
    'widens',
    'web pages elsewhere can read the bucket with the rights of who looks at them',
  ),
  bucket('a property unheard of', '/Doors', { live: 'open' }, 'widens', 'EDL does not know what this property gives'),
];

export const STORE_CASES: readonly Case[] = [...BUCKET_CASES, ...LIFECYCLE_CASES, ...LIMITED_CASES];
