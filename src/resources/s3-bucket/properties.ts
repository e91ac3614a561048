import { keyAliasArn, LEASE_KEY } from '../../reconciler/model/names.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { LakeBucket } from '../shared/buckets.ts';
import type { LakeScope } from '../shared/scope.ts';

const STALE_UPLOAD_DAYS = 7;
const DROP_VERSION_DAYS = 30;
const LEASE_VERSION_DAYS = 7;

/**
 * KMS tiers name the key by its alias, which stays when the key is replaced; the bucket key saves a call to KMS for each
 * object (AmazonS3/latest/userguide/bucket-key).
 */
const encryptionOf = (bucket: LakeBucket, scope: LakeScope): JsonObject =>
  bucket.tier?.encryption === 'kms'
    ? {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: {
          SSEAlgorithm: 'aws:kms',
          KMSMasterKeyID: keyAliasArn(scope.account, bucket.region, scope.instance.name, bucket.tier.name),
        },
      }
    : { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };

/**
 * The lease is written every some seconds of each apply, and each write leaves a version. The prefix is the whole key; what
 * else lies in that bucket, above all the journal, keeps its versions.
 */
const LEASE_RULE: JsonObject = {
  Id: 'expire-old-leases',
  Status: 'Enabled',
  Prefix: LEASE_KEY,
  NoncurrentVersionExpiration: { NoncurrentDays: LEASE_VERSION_DAYS },
};

/** No rule ever expires what a dataset holds: only unfinished uploads, old versions in drop buckets, and those of the lease. */
const lifecycleRulesOf = (bucket: LakeBucket): readonly JsonObject[] => [
  {
    Id: 'abort-stale-uploads',
    Status: 'Enabled',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: STALE_UPLOAD_DAYS },
  },
  ...(bucket.use === 'drop'
    ? [
        {
          Id: 'expire-old-versions',
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: DROP_VERSION_DAYS },
        },
      ]
    : []),
  ...(bucket.use === 'artifacts' ? [LEASE_RULE] : []),
];

/** What a bucket of the lake is, in CloudFormation's shape. */
export const bucketProperties = (bucket: LakeBucket, scope: LakeScope): JsonObject => ({
  BucketName: bucket.name,
  BucketEncryption: { ServerSideEncryptionConfiguration: [encryptionOf(bucket, scope)] },
  LifecycleConfiguration: { Rules: lifecycleRulesOf(bucket) },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  VersioningConfiguration: { Status: 'Enabled' },
});
