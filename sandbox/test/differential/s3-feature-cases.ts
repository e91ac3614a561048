import {
  CreateBucketCommand,
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from './case.ts';
import { REGION, accepted, casesOf } from './case.ts';

const Bucket = 'case-features';
const LOCKED = 'case-object-lock';

const make = (aws: Aws, name: string, extra: object = {}) =>
  aws.s3.send(
    new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION }, ...extra }),
  );

/** What buckets can do that a lake rarely asks for. */
export const S3_FEATURE_CASES = casesOf({
  's3:PutBucketNotificationConfiguration to EventBridge': async (aws) => {
    await make(aws, Bucket);
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    return aws.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  },
  's3:PutBucketIntelligentTieringConfiguration': async (aws) => {
    const Id = 'all';
    const Tierings = [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' as const }];
    const IntelligentTieringConfiguration = { Id, Status: 'Enabled' as const, Tierings };
    await aws.s3.send(
      new PutBucketIntelligentTieringConfigurationCommand({ Bucket, Id, IntelligentTieringConfiguration }),
    );
    return aws.s3.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id }));
  },
  's3:PutBucketLogging to a bucket of the same account': (aws) => {
    const LoggingEnabled = { TargetBucket: Bucket, TargetPrefix: 'logs/' };
    return accepted(aws.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } })));
  },
  's3:PutBucketVersioning that suspends it where objects are locked': async (aws) => {
    await make(aws, LOCKED, { ObjectLockEnabledForBucket: true });
    const VersioningConfiguration = { Status: 'Suspended' as const };
    return accepted(aws.s3.send(new PutBucketVersioningCommand({ Bucket: LOCKED, VersioningConfiguration })));
  },
  's3:PutBucketVersioning with a status that there is not': (aws) => {
    // @ts-expect-error -- a status that S3 does not have
    const command = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'On' } });
    return accepted(aws.s3.send(command));
  },
  's3:GetBucketMetricsConfiguration': (aws) =>
    accepted(aws.s3.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: 'all' }))),
});
