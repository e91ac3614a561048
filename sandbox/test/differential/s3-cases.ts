import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, REGION, accepted, casesOf, policy } from './case.ts';

const Bucket = 'case-bucket';
const NONE = { Bucket: 'case-none' };
const LOCKED = { Bucket: 'case-locked' };

const make = (aws: Aws, name: string) =>
  aws.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION } }));

const putPolicy = (aws: Aws, Policy: string, name = Bucket) =>
  accepted(aws.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy })));
const statement = (name: string, extra: object) => policy({ Resource: `arn:aws:s3:::${name}/*`, ...extra });
const TLS_ONLY = {
  Effect: 'Deny',
  Action: 's3:*',
  Principal: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

const getEncryption = (aws: Aws) => aws.s3.send(new GetBucketEncryptionCommand({ Bucket }));
const getLifecycle = (aws: Aws) => aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
const getOwnership = (aws: Aws) => aws.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
const getBlock = (aws: Aws) => aws.s3.send(new GetPublicAccessBlockCommand({ Bucket }));
const getTags = (aws: Aws) => aws.s3.send(new GetBucketTaggingCommand({ Bucket }));
const putTags = (aws: Aws, Key: string) =>
  aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key, Value: 'v' }] } }));

const BUCKETS = casesOf({
  's3:CreateBucket': (aws) => make(aws, Bucket),
  's3:CreateBucket again': (aws) => make(aws, Bucket),
  's3:ListBuckets': async (aws) => {
    await make(aws, 'case-empty');
    return aws.s3.send(new ListBucketsCommand({}));
  },
  's3:ListBuckets in a page of 1': (aws) => aws.s3.send(new ListBucketsCommand({ MaxBuckets: 1 })),
  's3:CreateBucket with a name that looks like an address': (aws) => accepted(make(aws, '192.168.5.4')),
  's3:DeleteBucket': (aws) => aws.s3.send(new DeleteBucketCommand({ Bucket: 'case-empty' })),
  's3:DeleteBucket that does not exist': (aws) => aws.s3.send(new DeleteBucketCommand(NONE)),
  's3:GetBucketVersioning before and after': async (aws) => {
    const before = await aws.s3.send(new GetBucketVersioningCommand({ Bucket }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    return [before, await aws.s3.send(new GetBucketVersioningCommand({ Bucket }))];
  },
  's3:GetBucketVersioning for another owner': (aws) =>
    accepted(aws.s3.send(new GetBucketVersioningCommand({ Bucket, ExpectedBucketOwner: '222222222222' }))),
});

const CONFIGURATIONS = casesOf({
  's3:GetBucketEncryption of a new bucket': getEncryption,
  's3:PutBucketEncryption without BucketKeyEnabled': async (aws) => {
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/k' } as const;
    const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault }];
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    return getEncryption(aws);
  },
  's3:DeleteBucketEncryption': async (aws) => {
    await aws.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    return getEncryption(aws);
  },
  's3:GetBucketLifecycleConfiguration of a new bucket': getLifecycle,
  's3:PutBucketLifecycleConfiguration': async (aws) => {
    const Expiration = { NoncurrentDays: 9, NewerNoncurrentVersions: 3 };
    const Rules = [
      { ID: 'r', Status: 'Enabled' as const, Filter: { Prefix: '' }, NoncurrentVersionExpiration: Expiration },
    ];
    await aws.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    return getLifecycle(aws);
  },
  's3:DeleteBucketLifecycle': async (aws) => {
    await aws.s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    return getLifecycle(aws);
  },
  's3:GetBucketOwnershipControls of a new bucket': getOwnership,
  's3:PutBucketOwnershipControls': async (aws) => {
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
    return getOwnership(aws);
  },
  's3:DeleteBucketOwnershipControls': async (aws) => {
    await aws.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
    return getOwnership(aws);
  },
  's3:GetPublicAccessBlock of a new bucket': getBlock,
  's3:PutPublicAccessBlock': async (aws) => {
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    await aws.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    return getBlock(aws);
  },
  's3:DeletePublicAccessBlock': async (aws) => {
    await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    return getBlock(aws);
  },
  's3:GetBucketTagging of a new bucket': getTags,
  's3:PutBucketTagging': async (aws) => {
    await putTags(aws, 'edl:owner');
    return getTags(aws);
  },
  's3:PutBucketTagging with a tag of AWS': (aws) => putTags(aws, 'aws:x'),
  's3:DeleteBucketTagging': async (aws) => {
    await aws.s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    return getTags(aws);
  },
});

const POLICIES = casesOf({
  's3:GetBucketPolicy of a new bucket': (aws) => aws.s3.send(new GetBucketPolicyCommand({ Bucket })),
  's3:GetBucketPolicy of a bucket that does not exist': (aws) => aws.s3.send(new GetBucketPolicyCommand(NONE)),
  's3:GetBucketPolicy': async (aws) => {
    await make(aws, LOCKED.Bucket);
    await putPolicy(aws, statement(LOCKED.Bucket, TLS_ONLY), LOCKED.Bucket);
    return aws.s3.send(new GetBucketPolicyCommand(LOCKED));
  },
  's3:GetBucketPolicyStatus': (aws) => aws.s3.send(new GetBucketPolicyStatusCommand(LOCKED)),
  's3:PutObject under a policy that denies others': (aws) =>
    accepted(aws.s3.send(new PutObjectCommand({ ...LOCKED, Key: 'a', Body: 'b' }))),
  's3:PutBucketPolicy that is no JSON': (aws) => putPolicy(aws, 'none'),
  's3:PutBucketPolicy without a principal': (aws) => putPolicy(aws, statement(Bucket, {})),
  's3:PutBucketPolicy for a role that does not exist': (aws) =>
    putPolicy(aws, statement(Bucket, { Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:role/nobody` } })),
  's3:PutBucketPolicy that is public, where that is blocked': (aws) =>
    putPolicy(aws, statement(LOCKED.Bucket, { Principal: '*' }), LOCKED.Bucket),
  's3:DeleteBucketPolicy': (aws) => aws.s3.send(new DeleteBucketPolicyCommand(LOCKED)),
});

const OBJECTS = casesOf({
  's3:PutObject': (aws) => aws.s3.send(new PutObjectCommand({ ...LOCKED, Key: 'x/é b.json', Body: '{}' })),
  's3:PutObject that exists, with IfNoneMatch': (aws) =>
    aws.s3.send(new PutObjectCommand({ ...LOCKED, Key: 'x/é b.json', Body: '{}', IfNoneMatch: '*' })),
  's3:GetObject': async (aws) => {
    const { Body, ...object } = await aws.s3.send(new GetObjectCommand({ ...LOCKED, Key: 'x/é b.json' }));
    return { ...object, text: await Body?.transformToString() };
  },
  's3:GetObject that does not exist': (aws) => aws.s3.send(new GetObjectCommand({ ...LOCKED, Key: 'none' })),
  's3:GetObject from a bucket that does not exist': (aws) =>
    aws.s3.send(new GetObjectCommand({ ...NONE, Key: 'none' })),
  's3:HeadObject': (aws) => aws.s3.send(new HeadObjectCommand({ ...LOCKED, Key: 'x/é b.json' })),
  's3:HeadObject that does not exist': (aws) => aws.s3.send(new HeadObjectCommand({ ...LOCKED, Key: 'none' })),
  's3:ListObjectsV2 under a prefix, in a page of 1': async (aws) => {
    await aws.s3.send(new PutObjectCommand({ ...LOCKED, Key: 'x/z', Body: 'z' }));
    return aws.s3.send(new ListObjectsV2Command({ ...LOCKED, Prefix: 'x/', MaxKeys: 1 }));
  },
  's3:ListObjectsV2 of a bucket that does not exist': (aws) => aws.s3.send(new ListObjectsV2Command(NONE)),
});

export const S3_CASES = [...BUCKETS, ...CONFIGURATIONS, ...POLICIES, ...OBJECTS];
