import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import { mapProperty, omit, omitDefaults, omitEmpty, sortList } from '../shared/properties.ts';

/**
 * S3 answers `BucketKeyEnabled: false` where none was asked for. Since 2026 it also blocks SSE-C on new buckets and says so
 * in each rule; the bucket policy is what we declare about that (AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb).
 */
const normalizeEncryptionRule = (rule: Json): Json =>
  omit(omitDefaults(objectOf(rule), { BucketKeyEnabled: false }), ['BlockedEncryptionTypes']);

const normalizeEncryption = (encryption: Json): Json => ({
  ServerSideEncryptionConfiguration: listOf(objectOf(encryption)['ServerSideEncryptionConfiguration']).map(
    normalizeEncryptionRule,
  ),
});

const normalizeLifecycle = (lifecycle: Json): Json => ({
  Rules: sortList(
    listOf(objectOf(lifecycle)['Rules']).map((rule) => omitEmpty(objectOf(rule))),
    (rule) => textOf(objectOf(rule)['Id']),
  ),
});

/** A bucket whose MFA delete was ever touched says so for good (AmazonS3/latest/API/API_GetBucketVersioning). */
const normalizeVersioning = (versioning: Json): Json => omitDefaults(objectOf(versioning), { MFADelete: 'Disabled' });

/** Buckets in the one form that compares: lifecycle rules by their ids, AWS's defaults left out. */
export const normalizeBucket = (properties: JsonObject): JsonObject => {
  const encrypted = mapProperty(properties, 'BucketEncryption', normalizeEncryption);
  const versioned = mapProperty(encrypted, 'VersioningConfiguration', normalizeVersioning);
  return omitEmpty(mapProperty(versioned, 'LifecycleConfiguration', normalizeLifecycle));
};
