import type { Gap } from '../gateway.ts';
import { textAt, objectAt } from '../json.ts';
import type { Call, Handler, Reply } from '../protocol/call.ts';
import { bodyText, isOk, textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { s3Target } from '../protocol/s3-operation.ts';
import { fromXml } from '../protocol/xml.ts';
import type { Bucket, Buckets } from './s3-buckets.ts';
import { bucketOf } from './s3-buckets.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const TIERING = 'intelligent-tiering/';

const xmlReply = (xml: string): Reply => textReply(200, xml, 'application/xml');
const done = (status: number): Reply => ({ status, headers: {}, body: '' });

const refuse = (what: string): AwsError => new AwsError('NotImplemented', `The sandbox does not model ${what}.`, 501);

const checkTarget = (buckets: Buckets, bucket: Bucket, xml: string): void => {
  const name = textAt(objectAt(objectAt(fromXml(xml), 'BucketLoggingStatus'), 'LoggingEnabled'), 'TargetBucket');
  if (name === undefined) return;
  const target = buckets.get(name);
  if (target === undefined || target.account !== bucket.account || target.region !== bucket.region) {
    throw new AwsError(
      'InvalidTargetBucketForLogging',
      'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.',
    );
  }
};

const checkNotification = (_buckets: Buckets, _bucket: Bucket, xml: string): void => {
  if (/<(?:Queue|Topic|CloudFunction)Configuration[\s>]/.test(xml))
    throw refuse('notifications of a bucket other than those to EventBridge');
};

/** A configuration that is put as a whole, read as it was put, and never deleted: an empty one means "none". */
const whole = (
  buckets: Buckets,
  resource: string,
  root: string,
  check: (buckets: Buckets, bucket: Bucket, xml: string) => void,
): Gap['handlers'] => ({
  [`s3:Put${resource}`]: (call) => {
    const bucket = bucketOf(buckets, call);
    const xml = call.body.toString('utf8');
    check(buckets, bucket, xml);
    bucket.documents.set(root, xml);
    return Promise.resolve(done(200));
  },
  [`s3:Get${resource}`]: (call) =>
    Promise.resolve(xmlReply(bucketOf(buckets, call).documents.get(root) ?? `<${root} ${NAMESPACE}></${root}>`)),
});

const tieringKey = (call: Call): string => `${TIERING}${s3Target(call.path).query.get('id') ?? ''}`;

const tieringOf = (buckets: Buckets, call: Call): string => {
  const found = bucketOf(buckets, call).documents.get(tieringKey(call));
  if (found === undefined)
    throw new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', 404);
  return found;
};

const tiering = (buckets: Buckets): Gap['handlers'] => ({
  's3:PutBucketIntelligentTieringConfiguration': (call) => {
    bucketOf(buckets, call).documents.set(tieringKey(call), call.body.toString('utf8'));
    return Promise.resolve(done(200));
  },
  's3:GetBucketIntelligentTieringConfiguration': (call) => Promise.resolve(xmlReply(tieringOf(buckets, call))),
  's3:DeleteBucketIntelligentTieringConfiguration': (call) => {
    tieringOf(buckets, call);
    bucketOf(buckets, call).documents.delete(tieringKey(call));
    return Promise.resolve(done(204));
  },
  's3:ListBucketIntelligentTieringConfigurations': (call) => {
    const { documents } = bucketOf(buckets, call);
    const all = [...documents]
      .filter(([key]) => key.startsWith(TIERING))
      .map(([, xml]) => xml.replace(/^<\?.*?\?>/, ''));
    const list = `<IsTruncated>false</IsTruncated>${all.join('')}`;
    const root = 'ListBucketIntelligentTieringConfigurationsOutput';
    return Promise.resolve(xmlReply(`<${root} ${NAMESPACE}>${list}</${root}>`));
  },
});

/** A locked bucket stays versioned. */
const putVersioning: Handler = async (call, next) => {
  if (call.body.toString('utf8').includes('>Suspended<')) {
    const { bucket } = s3Target(call.path);
    const path = `/${encodeURIComponent(bucket)}?object-lock`;
    const reply = await next({
      ...call,
      operation: 'GetObjectLockConfiguration',
      method: 'GET',
      path,
      body: Buffer.alloc(0),
    });
    if (isOk(reply) && bodyText(reply).includes('<ObjectLockEnabled>Enabled<')) {
      throw new AwsError(
        'InvalidBucketState',
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
        409,
      );
    }
  }
  return next(call);
};

const UNKNOWN = ['BucketAnalyticsConfiguration', 'BucketMetricsConfiguration', 'BucketRequestPayment'];

/** moto takes a sub-resource that it does not know for the bucket itself. */
const refusals = (): Gap['handlers'] =>
  Object.fromEntries(
    UNKNOWN.flatMap((resource) =>
      [`Put${resource}`, `Get${resource}`, `Delete${resource}`, `List${resource}s`].map((operation) => [
        `s3:${operation}`,
        () => Promise.reject(refuse(operation)),
      ]),
    ),
  );

/** Bucket configurations that moto does not know, or cannot judge. */
export const s3BucketFeatures = (buckets: Buckets): Gap => ({
  reason:
    'moto drops EventBridge notifications and intelligent tiering, wants ACLs of the bucket that logs go to, and lets the versioning of a locked bucket be suspended',
  handlers: {
    ...whole(buckets, 'BucketLogging', 'BucketLoggingStatus', checkTarget),
    ...whole(buckets, 'BucketNotificationConfiguration', 'NotificationConfiguration', checkNotification),
    ...tiering(buckets),
    's3:PutBucketVersioning': putVersioning,
    ...refusals(),
  },
});
