import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  type GetBucketVersioningOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { asJsonObject, type JsonObject } from '../../reconciler/model/json.ts';
import type { LiveBucket } from '../../reconciler/model/reads.ts';
import { isFailure } from '../failure-facts.ts';
import { parseJsonObject } from '../parse.ts';

/** A bucket and the account that must own it. */
export interface BucketAddress {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

/** S3 answers "not configured" with an error of its own for each configuration. */
const NOT_CONFIGURED: readonly string[] = [
  'NoSuchBucketPolicy',
  'NoSuchLifecycleConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchTagSet',
  'OwnershipControlsNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
];

const orNotConfigured = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (isFailure(error, ...NOT_CONFIGURED)) return undefined;
    throw error;
  }
};

const json = (value: object | undefined): JsonObject | undefined =>
  value === undefined ? undefined : asJsonObject(value);

/** Leaves out what is absent, so that absent keys are absent. */
const present = <Part extends Readonly<Record<string, JsonObject | undefined>>>(
  parts: Part,
): { readonly [Key in keyof Part]?: JsonObject } => {
  const kept: { [Key in keyof Part]?: JsonObject } = {};
  for (const key in parts) {
    const value = parts[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
};

/** Without the answer's metadata; an empty answer means that versioning was never configured. */
const versioningOf = (versioning: GetBucketVersioningOutput): JsonObject | undefined => {
  const { Status, MFADelete } = versioning;
  if (Status === undefined && MFADelete === undefined) return undefined;
  return asJsonObject({ Status, MFADelete });
};

/** Six calls: what our kinds declare of a bucket, and no more. Versioning was read first, to learn whether the bucket exists. */
export const readBucketConfiguration = async (
  client: S3Client,
  address: BucketAddress,
  region: string,
  versioning: GetBucketVersioningOutput,
): Promise<LiveBucket> => {
  const [encryption, publicAccess, ownership, lifecycle, policy, tagging] = await Promise.all([
    orNotConfigured(client.send(new GetBucketEncryptionCommand(address))),
    orNotConfigured(client.send(new GetPublicAccessBlockCommand(address))),
    orNotConfigured(client.send(new GetBucketOwnershipControlsCommand(address))),
    orNotConfigured(client.send(new GetBucketLifecycleConfigurationCommand(address))),
    orNotConfigured(client.send(new GetBucketPolicyCommand(address))),
    orNotConfigured(client.send(new GetBucketTaggingCommand(address))),
  ]);
  const lifecycleRules = lifecycle?.Rules;
  return {
    name: address.Bucket,
    region,
    tags: Object.fromEntries((tagging?.TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    ...present({
      encryption: json(encryption?.ServerSideEncryptionConfiguration),
      versioning: versioningOf(versioning),
      publicAccessBlock: json(publicAccess?.PublicAccessBlockConfiguration),
      ownershipControls: json(ownership?.OwnershipControls),
      lifecycle: json(lifecycleRules === undefined ? undefined : { Rules: lifecycleRules }),
      policy:
        policy?.Policy === undefined
          ? undefined
          : parseJsonObject(policy.Policy, `the policy of bucket ${address.Bucket}`),
    }),
  };
};
