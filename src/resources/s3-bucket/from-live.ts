import { type Json, type JsonObject, listOf, objectOf } from '../../reconciler/model/json.ts';
import type { LiveBucket } from '../../reconciler/model/reads.ts';
import { omit, omitEmpty } from '../shared/properties.ts';

/**
 * The S3 API and CloudFormation say the same things of a bucket in different words. This is the API's side translated; a word
 * that neither we nor CloudFormation know is kept, so that it shows as drift.
 */

const encryptionRule = (rule: Json): Json => {
  const { ApplyServerSideEncryptionByDefault: byDefault, ...rest } = objectOf(rule);
  return byDefault === undefined ? rest : { ...rest, ServerSideEncryptionByDefault: byDefault };
};

/** `{ Days | Date | NoncurrentDays, … }` → `{ TransitionInDays | TransitionDate, … }`. */
const transition = (value: Json): Json => {
  const { Days: days, Date: date, NoncurrentDays: noncurrentDays, ...rest } = objectOf(value);
  return omitEmpty({ ...rest, TransitionDate: date, TransitionInDays: days ?? noncurrentDays });
};

const expiration = (value: Json | undefined): JsonObject => {
  const { Days: days, Date: date, ...rest } = objectOf(value);
  return omitEmpty({ ...rest, ExpirationDate: date, ExpirationInDays: days });
};

/** A filter is one condition, or several under `And`; an empty prefix means all objects. */
const filter = (value: Json | undefined): JsonObject => {
  const { And: and, Tag: tag, Tags: tags, ...rest } = { ...objectOf(value), ...objectOf(objectOf(value)['And']) };
  const all = [...listOf(tags), ...(tag === undefined ? [] : [tag])];
  return omit(omitEmpty({ ...rest, And: and, TagFilters: all }), ['And']);
};

const lifecycleRule = (rule: Json): Json => {
  const {
    ID: id,
    Filter: conditions,
    Expiration: expires,
    Transitions: transitions,
    NoncurrentVersionTransitions: noncurrent,
    ...rest
  } = objectOf(rule);
  return omitEmpty({
    ...rest,
    ...filter(conditions),
    ...expiration(expires),
    Id: id,
    Transitions: listOf(transitions).map(transition),
    NoncurrentVersionTransitions: listOf(noncurrent).map(transition),
  });
};

/** A live bucket in CloudFormation's shape. */
export const bucketFromLive = (bucket: LiveBucket): JsonObject => ({
  BucketName: bucket.name,
  ...(bucket.encryption === undefined
    ? {}
    : {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: listOf(bucket.encryption['Rules']).map(encryptionRule),
        },
      }),
  ...(bucket.lifecycle === undefined
    ? {}
    : { LifecycleConfiguration: { Rules: listOf(bucket.lifecycle['Rules']).map(lifecycleRule) } }),
  ...(bucket.ownershipControls === undefined ? {} : { OwnershipControls: bucket.ownershipControls }),
  ...(bucket.publicAccessBlock === undefined ? {} : { PublicAccessBlockConfiguration: bucket.publicAccessBlock }),
  ...(bucket.versioning === undefined ? {} : { VersioningConfiguration: bucket.versioning }),
});
