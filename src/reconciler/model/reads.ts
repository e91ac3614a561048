import type { JsonObject } from './json.ts';
import type { DeletedStack, ObservedStack } from './live.ts';
import type { AccountQuotas } from './quotas.ts';

/**
 * A role with everything that GetAccountAuthorizationDetails tells of it, and what only ListRoles tells (description,
 * longest session): both are bulk reads. Documents are parsed.
 */
export interface LiveRole {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly trust: JsonObject;
  readonly inlinePolicies: readonly { readonly name: string; readonly document: JsonObject }[];
  readonly attachedPolicyArns: readonly string[];
  readonly permissionsBoundary?: string;
  /** From ListRoles. */
  readonly description?: string;
  /** From ListRoles. */
  readonly maxSessionSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A customer managed policy with its default version. */
export interface LiveManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly document: JsonObject;
  /** How many versions IAM keeps of it; five are the most. Absent: not told. */
  readonly versions?: number;
}

/** All roles and customer managed policies of the account, read once a run. */
export interface AccountAuthorization {
  readonly roles: readonly LiveRole[];
  readonly policies: readonly LiveManagedPolicy[];
}

/** A bucket's configuration; what is not configured is absent. Inner shapes are the S3 API's own, as JSON. */
export interface LiveBucket {
  readonly name: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption?: JsonObject;
  readonly versioning?: JsonObject;
  readonly publicAccessBlock?: JsonObject;
  readonly ownershipControls?: JsonObject;
  readonly lifecycle?: JsonObject;
  readonly policy?: JsonObject;
}

/** What a grant lets somebody do with a key, beside all policies. Dates are left out: nobody declares them. */
export interface LiveGrant {
  readonly id: string;
  /** ARN, or the name of an AWS service. */
  readonly grantee: string;
  readonly operations: readonly string[];
  readonly constraints?: JsonObject;
  readonly retiringPrincipal?: string;
  readonly name?: string;
}

/** A customer managed key that an alias of ours points to. */
export interface LiveKey {
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly rotationEnabled: boolean;
  readonly policy: JsonObject;
  readonly tags: Readonly<Record<string, string>>;
  /** `Enabled`, `PendingDeletion`, … */
  readonly state: string;
  /** Absent: nobody asked. `unread`: why they could not be listed, which is not the same as none. */
  readonly grants?: readonly LiveGrant[] | { readonly unread: string };
}

/** An alias: `name` starts with `alias/`. */
export interface LiveAlias {
  readonly name: string;
  readonly targetKeyId?: string;
}

/** A workgroup as GetWorkGroup returns it. */
export interface LiveWorkGroup {
  readonly name: string;
  readonly description?: string;
  readonly state: string;
  readonly configuration: JsonObject;
}

/** A Glue object as the Glue API returns it, without times, versions and other echoes. */
export interface LiveGlueObject {
  readonly name: string;
  readonly body: JsonObject;
}

/** One key under a prefix. `etag` has no quotes; for a single-part SSE-S3 upload it is the MD5 in hexadecimal. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** A small object, whole. */
export interface LiveObject {
  readonly body: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Everything that plan reads. Bulk calls only, each remembered for the run (a second call answers from memory), bounded in
 * concurrency. Absent objects are `undefined` or missing from lists; anything else that goes wrong throws EdlError.
 */
export interface AwsReads {
  /** sts:GetCallerIdentity. */
  callerAccount(): Promise<string>;
  stacks(region: string): Promise<readonly ObservedStack[]>;
  /**
   * Which of these stacks somebody else than EDL deleted, as far as one page of ListStacks tells; for stacks that should be
   * there and are not.
   */
  deletedStacks(region: string, names: readonly string[]): Promise<readonly DeletedStack[]>;
  /** The deployed template, parsed. */
  template(region: string, stack: string): Promise<JsonObject>;
  accountAuthorization(): Promise<AccountAuthorization>;
  /** What the account may have; what could not be read has its default and is named in `unread`, it is no failure. */
  accountQuotas(regions: readonly string[]): Promise<AccountQuotas>;
  /** Names of all the account's buckets that start with `prefix` (s3:ListBuckets). */
  bucketNames(prefix: string): Promise<readonly string[]>;
  bucket(region: string, name: string): Promise<LiveBucket | undefined>;
  aliases(region: string): Promise<readonly LiveAlias[]>;
  key(region: string, keyId: string): Promise<LiveKey | undefined>;
  workGroupNames(region: string): Promise<readonly string[]>;
  workGroup(region: string, name: string): Promise<LiveWorkGroup | undefined>;
  glueDatabases(region: string): Promise<readonly LiveGlueObject[]>;
  glueTables(region: string, database: string): Promise<readonly LiveGlueObject[]>;
  glueJobs(region: string): Promise<readonly LiveGlueObject[]>;
  object(region: string, bucket: string, key: string): Promise<LiveObject | undefined>;
  /** Keys under a prefix; a bucket that does not exist has none. */
  objects(region: string, bucket: string, prefix: string): Promise<readonly ListedObject[]>;
  /** Whether anything lies under a prefix; one call. */
  hasObjects(region: string, bucket: string, prefix: string): Promise<boolean>;
}
