import type { Json, JsonObject } from '../json.ts';
import { isObject, isSame, objectAt, textAt } from '../json.ts';
import { LIFECYCLE, lifecycleProperties, lifecycleTree } from './s3-lifecycle.ts';
import type { Shape } from './s3-xml.ts';
import { fromTree, many, one, same, toTree } from './s3-xml.ts';

/** One bucket property: the sub-resource of the S3 API that holds it, and how to get there and back. */
export interface Configuration {
  readonly query: string;
  readonly root: string;
  readonly shape: Shape;
  /** Where elements and properties differ by more than their names. */
  readonly write?: (value: Json, bucket: string) => JsonObject;
  readonly read?: (tree: JsonObject, bucket: string) => JsonObject;
  /** What means "not set" where the API has no DELETE. */
  readonly off?: JsonObject;
}

const FLAGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

const RETENTION: Shape = {
  Rule: one('Rule', { DefaultRetention: one('DefaultRetention', same('Days', 'Mode', 'Years')) }),
};

const LOGGING: Shape = {
  DestinationBucketName: one('LoggingEnabled/TargetBucket'),
  LogFilePrefix: one('LoggingEnabled/TargetPrefix'),
  TargetObjectKeyFormat: one('LoggingEnabled/TargetObjectKeyFormat', {
    PartitionedPrefix: one('PartitionedPrefix', same('PartitionDateSource')),
    SimplePrefix: one('SimplePrefix', {}),
  }),
};

const NOTIFICATION: Shape = { EventBridgeConfiguration: one('EventBridgeConfiguration', same('EventBridgeEnabled')) };

/** The API knows EventBridge as an empty element that is there or not. */
const notificationTree = (value: Json): JsonObject => {
  const isOn = textAt(objectAt(value, 'EventBridgeConfiguration'), 'EventBridgeEnabled') === 'true';
  return isOn ? { EventBridgeConfiguration: '' } : {};
};

const notificationProperties = (tree: JsonObject): JsonObject => ({
  EventBridgeConfiguration: { EventBridgeEnabled: tree['EventBridgeConfiguration'] !== undefined },
});

/** moto writes the unit that is not used as zero. */
const withoutZeros = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => !isSame(item, 0)));

const lockProperties = (tree: JsonObject): JsonObject => {
  const retention = objectAt(objectAt(fromTree(RETENTION, tree), 'Rule'), 'DefaultRetention');
  const rule = Object.keys(retention).length === 0 ? {} : { Rule: { DefaultRetention: withoutZeros(retention) } };
  return { ...fromTree(same('ObjectLockEnabled'), tree), ...rule };
};

/** In the order in which they are put: only a versioned bucket can be locked. */
export const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  BucketEncryption: {
    query: 'encryption',
    root: 'ServerSideEncryptionConfiguration',
    shape: {
      ServerSideEncryptionConfiguration: many('Rule', {
        BucketKeyEnabled: one('BucketKeyEnabled'),
        ServerSideEncryptionByDefault: one(
          'ApplyServerSideEncryptionByDefault',
          same('KMSMasterKeyID', 'SSEAlgorithm'),
        ),
      }),
    },
  },
  VersioningConfiguration: {
    query: 'versioning',
    root: 'VersioningConfiguration',
    shape: same('Status'),
    off: { Status: 'Suspended' },
  },
  PublicAccessBlockConfiguration: {
    query: 'publicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    shape: same(...FLAGS),
    write: (value) => Object.fromEntries(FLAGS.map((flag) => [flag, textAt(value, flag) ?? 'false'])),
  },
  OwnershipControls: {
    query: 'ownershipControls',
    root: 'OwnershipControls',
    shape: { Rules: many('Rule', same('ObjectOwnership')) },
  },
  LifecycleConfiguration: {
    query: 'lifecycle',
    root: 'LifecycleConfiguration',
    shape: LIFECYCLE,
    write: lifecycleTree,
    read: lifecycleProperties,
  },
  CorsConfiguration: {
    query: 'cors',
    root: 'CORSConfiguration',
    shape: {
      CorsRules: many('CORSRule', {
        AllowedHeaders: many('AllowedHeader'),
        AllowedMethods: many('AllowedMethod'),
        AllowedOrigins: many('AllowedOrigin'),
        ExposedHeaders: many('ExposeHeader'),
        Id: one('ID'),
        MaxAge: one('MaxAgeSeconds'),
      }),
    },
  },
  LoggingConfiguration: {
    query: 'logging',
    root: 'BucketLoggingStatus',
    shape: LOGGING,
    // A bucket that names no other one keeps its own logs.
    write: (value, bucket) =>
      toTree(LOGGING, { DestinationBucketName: bucket, LogFilePrefix: '', ...(isObject(value) ? value : {}) }),
    read: (tree, bucket) => {
      const { DestinationBucketName: target, ...rest } = fromTree(LOGGING, tree);
      return target === undefined || target === bucket ? rest : { ...rest, DestinationBucketName: target };
    },
    off: {},
  },
  NotificationConfiguration: {
    query: 'notification',
    root: 'NotificationConfiguration',
    shape: NOTIFICATION,
    write: notificationTree,
    read: notificationProperties,
    off: {},
  },
  ObjectLockConfiguration: {
    query: 'object-lock',
    root: 'ObjectLockConfiguration',
    shape: { ...same('ObjectLockEnabled'), ...RETENTION },
    write: (value) => ({ ObjectLockEnabled: 'Enabled', ...toTree(RETENTION, value) }),
    read: lockProperties,
    // A lock is for ever; only its default retention can go.
    off: { ObjectLockEnabled: 'Enabled' },
  },
};
