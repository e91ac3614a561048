import type {
  ExpirationStatus,
  LifecycleRule,
  ServerSideEncryptionRule,
  TransitionStorageClass,
} from '@aws-sdk/client-s3';
import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';

/**
 * The S3 API and CloudFormation say the same things of a bucket in different words. This is CloudFormation's side translated, for
 * the words that the lake's buckets are declared in (AmazonS3/latest/API/API_LifecycleRule, API_ServerSideEncryptionRule).
 */

/** A rule of `BucketEncryption`. */
export const encryptionRule = (value: Json): ServerSideEncryptionRule => {
  const { BucketKeyEnabled: bucketKey, ServerSideEncryptionByDefault: byDefault } = objectOf(value);
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = objectOf(byDefault);
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: algorithm === 'aws:kms' ? 'aws:kms' : 'AES256',
      ...(key === undefined ? {} : { KMSMasterKeyID: textOf(key) }),
    },
    ...(bucketKey === true ? { BucketKeyEnabled: true } : {}),
  };
};

const days = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const filterOf = (rule: JsonObject): LifecycleRule['Filter'] => {
  const Prefix = textOf(rule['Prefix']);
  const Tags = listOf(rule['TagFilters']).map((tag) => ({
    Key: textOf(objectOf(tag)['Key']),
    Value: textOf(objectOf(tag)['Value']),
  }));
  const [Tag] = Tags;
  if (Tag === undefined) return { Prefix };
  if (Tags.length === 1 && Prefix === '') return { Tag };
  return { And: { Tags, ...(Prefix === '' ? {} : { Prefix }) } };
};

const statusOf = (value: Json | undefined): ExpirationStatus => (value === 'Disabled' ? 'Disabled' : 'Enabled');

const STORAGE_CLASSES: readonly TransitionStorageClass[] = [
  'DEEP_ARCHIVE',
  'GLACIER',
  'GLACIER_IR',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'STANDARD_IA',
];

const storageClassOf = (transition: Json): TransitionStorageClass | undefined =>
  STORAGE_CLASSES.find((name) => name === objectOf(transition)['StorageClass']);

/** Words of a lifecycle rule that are translated; a rule with another one is refused, never half written. */
const KNOWN: ReadonlySet<string> = new Set([
  'AbortIncompleteMultipartUpload',
  'ExpirationInDays',
  'ExpiredObjectDeleteMarker',
  'Id',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransitions',
  'Prefix',
  'Status',
  'TagFilters',
  'Transitions',
]);

/** Whether every word of the rules of a `LifecycleConfiguration` has a translation. */
export const isTranslatable = (rules: readonly Json[]): boolean =>
  rules.every((rule) => {
    const { Transitions: transitions, NoncurrentVersionTransitions: noncurrent, ...rest } = objectOf(rule);
    const all = [...listOf(transitions), ...listOf(noncurrent)];
    return (
      Object.keys(rest).every((key) => KNOWN.has(key)) &&
      all.every((one) => storageClassOf(one) !== undefined && days(objectOf(one)['TransitionInDays']) !== undefined)
    );
  });

/** A rule of a `LifecycleConfiguration`. */
export const lifecycleRule = (value: Json): LifecycleRule => {
  const rule = objectOf(value);
  const abortAfter = days(objectOf(rule['AbortIncompleteMultipartUpload'])['DaysAfterInitiation']);
  const expireAfter = days(rule['ExpirationInDays']);
  const { NoncurrentDays: noncurrentDays, NewerNoncurrentVersions: newer } = objectOf(
    rule['NoncurrentVersionExpiration'],
  );
  const kept = days(newer);
  const transitions = listOf(rule['Transitions']);
  const noncurrent = listOf(rule['NoncurrentVersionTransitions']);
  return {
    ID: textOf(rule['Id']),
    Status: statusOf(rule['Status']),
    Filter: filterOf(rule),
    ...(abortAfter === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortAfter } }),
    ...(expireAfter === undefined && rule['ExpiredObjectDeleteMarker'] === undefined
      ? {}
      : expireAfter === undefined
        ? { Expiration: { ExpiredObjectDeleteMarker: rule['ExpiredObjectDeleteMarker'] === true } }
        : { Expiration: { Days: expireAfter } }),
    ...(noncurrentDays === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: {
            NoncurrentDays: days(noncurrentDays),
            ...(kept === undefined ? {} : { NewerNoncurrentVersions: kept }),
          },
        }),
    ...(transitions.length === 0
      ? {}
      : {
          Transitions: transitions.map((one) => ({
            Days: days(objectOf(one)['TransitionInDays']),
            StorageClass: storageClassOf(one),
          })),
        }),
    ...(noncurrent.length === 0
      ? {}
      : {
          NoncurrentVersionTransitions: noncurrent.map((one) => ({
            NoncurrentDays: days(objectOf(one)['TransitionInDays']),
            StorageClass: storageClassOf(one),
          })),
        }),
  };
};
