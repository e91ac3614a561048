import { digestOf, type Digest } from './digest.ts';
import { isJsonObject, type Json, type JsonObject, textOf } from './json.ts';
import type { Mark } from './live.ts';

/**
 * Objects that CloudFormation does not manage carry their mark inside themselves, so that one list call tells both what
 * they are and whose: Glue databases and tables in `Parameters`, Glue jobs in `NonOverridableArguments`, S3 objects in
 * their user metadata. These are the only functions that write or read one; properties never hold it.
 */
export interface Unmarked {
  /** Absent: nobody marked the object. */
  readonly mark?: Mark;
  /** The same map without the mark's keys. */
  readonly rest: JsonObject;
}

interface MarkKeys {
  readonly owner: string;
  readonly id: string;
  readonly digest: string;
}

const TABLE_KEYS: MarkKeys = { owner: 'edl:owner', id: 'edl:object', digest: 'edl:digest' };
const JOB_KEYS: MarkKeys = { owner: '--edl-owner', id: '--edl-object', digest: '--edl-digest' };
/** S3 keeps the names of user metadata in lower case (AmazonS3/latest/userguide/UsingMetadata). */
const OBJECT_KEYS: MarkKeys = { owner: 'edl-owner', id: 'edl-object', digest: 'edl-digest' };

const withMark = (keys: MarkKeys, map: Json | undefined, mark: Mark): JsonObject => ({
  ...readMark(keys, map).rest,
  [keys.owner]: mark.owner,
  [keys.id]: mark.id,
  [keys.digest]: mark.digest,
});

/** A mark with parts missing still is one: with an empty id it matches no object, so the object counts as foreign. */
const readMark = (keys: MarkKeys, map: Json | undefined): Unmarked => {
  if (!isJsonObject(map)) return { rest: {} };
  const names = new Set(Object.values(keys));
  const rest = Object.fromEntries(Object.entries(map).filter(([key]) => !names.has(key)));
  if (Object.keys(rest).length === Object.keys(map).length) return { rest };
  return {
    mark: { owner: textOf(map[keys.owner]), id: textOf(map[keys.id]), digest: textOf(map[keys.digest]) },
    rest,
  };
};

/** The `Parameters` of a Glue database or table, with the mark; an earlier mark is replaced. */
export const withTableMark = (parameters: Json | undefined, mark: Mark): JsonObject =>
  withMark(TABLE_KEYS, parameters, mark);

/** The mark in the `Parameters` of a Glue database or table, and the parameters without it. */
export const readTableMark = (parameters: Json | undefined): Unmarked => readMark(TABLE_KEYS, parameters);

/** The `NonOverridableArguments` of a Glue job, with the mark; an earlier mark is replaced. */
export const withJobMark = (nonOverridableArguments: Json | undefined, mark: Mark): JsonObject =>
  withMark(JOB_KEYS, nonOverridableArguments, mark);

/** The mark in the `NonOverridableArguments` of a Glue job, and the arguments without it. */
export const readJobMark = (nonOverridableArguments: Json | undefined): Unmarked =>
  readMark(JOB_KEYS, nonOverridableArguments);

/** The user metadata of an S3 object (without `x-amz-meta-`), with the mark; an earlier mark is replaced. */
export const withObjectMark = (metadata: Json | undefined, mark: Mark): JsonObject =>
  withMark(OBJECT_KEYS, metadata, mark);

/** The mark in the user metadata of an S3 object, and the metadata without it. */
export const readObjectMark = (metadata: Json | undefined): Unmarked => readMark(OBJECT_KEYS, metadata);

/** What a mark's `digest` says: the digest of the properties that were applied, normalised by their kind first. */
export const digestOfProperties = (normalised: JsonObject): Digest => digestOf(normalised);
