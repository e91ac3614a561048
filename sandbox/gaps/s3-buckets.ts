import type { Gap } from '../gateway.ts';
import type { Call, Handler } from '../protocol/call.ts';
import { isOk } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { s3Target } from '../protocol/s3-operation.ts';

/** A bucket, and the configuration documents that the gateway keeps for it, by sub-resource. */
export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly documents: Map<string, string>;
}

export type Buckets = Map<string, Bucket>;

const NAME = /^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;

const ownedBy = (owner: string): string =>
  `<OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>${owner}</ObjectOwnership></Rule></OwnershipControls>`;

const BLOCKED =
  '<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
  '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>';

/** The bucket of a call, which must exist and, for its configuration, belong to the caller. */
export const bucketOf = (buckets: Buckets, call: Call): Bucket => {
  const { bucket: name } = s3Target(call.path);
  const bucket = buckets.get(name);
  if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.account !== call.account) throw new AwsError('AccessDenied', 'Access Denied', 403);
  return bucket;
};

const create =
  (buckets: Buckets): Handler =>
  async (call, next) => {
    const { bucket: name } = s3Target(call.path);
    if (!NAME.test(name) || name.includes('..'))
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
    const existing = buckets.get(name);
    if (existing !== undefined && existing.account !== call.account) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        409,
      );
    }
    // us-east-1 lets an owner create a bucket again; CloudFormation does not.
    if (existing !== undefined && (call.from === 'engine' || call.region !== 'us-east-1')) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
      );
    }
    const reply = await next(call);
    if (isOk(reply) && existing === undefined) {
      const documents = new Map([
        ['ownershipControls', ownedBy(call.headers['x-amz-object-ownership'] ?? 'BucketOwnerEnforced')],
        ['publicAccessBlock', BLOCKED],
      ]);
      buckets.set(name, { name, account: call.account, region: call.region, documents });
    }
    return reply;
  };

/** Which buckets exist, whose they are, and what AWS gives a new one. */
export const s3Buckets = (buckets: Buckets): Gap => ({
  reason:
    'moto accepts any bucket name, and gives new buckets none of the defaults that AWS gives them (public access blocked, owner enforced); ' +
    'it does not look at x-amz-expected-bucket-owner',
  handlers: {
    's3:CreateBucket': create(buckets),
    's3:DeleteBucket': async (call, next) => {
      const reply = await next(call);
      if (isOk(reply)) buckets.delete(s3Target(call.path).bucket);
      return reply;
    },
    's3:*': (call, next) => {
      const expected = call.headers['x-amz-expected-bucket-owner'];
      const bucket = buckets.get(s3Target(call.path).bucket);
      if (expected !== undefined && bucket !== undefined && bucket.account !== expected)
        throw new AwsError('AccessDenied', 'Access Denied', 403);
      return next(call);
    },
  },
  reset: () => {
    buckets.clear();
  },
});
