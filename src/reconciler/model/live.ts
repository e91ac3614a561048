import type { JsonObject } from './json.ts';
import type { ResourceId } from './resource.ts';

/** Who an object in AWS belongs to: `foreign` carries another owner's mark, `unowned` carries none. */
export type Ownership = 'ours' | 'foreign' | 'unowned';

/**
 * The mark on an object outside CloudFormation: the lake and instance that own it, its own id (a mark with another id is a
 * copy, hence foreign) and the digest of the properties that were applied.
 */
export interface Mark {
  readonly owner: string;
  readonly id: string;
  readonly digest: string;
}

/** One object that exists, as its kind read it: properties in CloudFormation's shape, normalised. */
export interface ObservedObject {
  readonly id: ResourceId;
  readonly kind: string;
  readonly region: string;
  readonly properties: JsonObject;
  /** Objects of the drivers `glue` and `s3`. */
  readonly mark?: Mark;
  /** Objects that CloudFormation manages, where AWS's bulk reads return tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What `Ref` gives where AWS chooses the name (KMS keys). */
  readonly physicalId?: string;
  /** Of a role whose trust names principals that were deleted: the roles that there are, so that it can be told which are gone. */
  readonly presentRoles?: { readonly account: string; readonly arns: readonly string[] };
  /** Properties outside of all templates that could not be read, by JSON pointer: the object is known but for these. */
  readonly unread?: readonly { readonly part: string; readonly reason: string }[];
}

/** All objects of one kind in one region (`global` for IAM), or why they could not be read. Unknown is not absent. */
export type Observed =
  | {
      readonly kind: string;
      readonly region: string;
      readonly status: 'read';
      readonly objects: readonly ObservedObject[];
    }
  | { readonly kind: string; readonly region: string; readonly status: 'unreadable'; readonly reason: string };

/** A CloudFormation stack, from DescribeStacks. */
export interface ObservedStack {
  readonly name: string;
  readonly region: string;
  readonly stackId: string;
  /** CloudFormation's status, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly roleArn?: string;
  readonly terminationProtection: boolean;
  /** The name of the change set that was executed last; empty when there was none. Absent: nobody asked. */
  readonly changeSet?: string;
}

/** A stack that somebody else than EDL deleted, within the 90 days that AWS remembers it. */
export interface DeletedStack {
  readonly name: string;
  readonly region: string;
  readonly stackId: string;
  /** ISO 8601, UTC. */
  readonly at?: string;
}

/** The stacks of one region, or why they could not be read. */
export type ObservedStacks =
  | {
      readonly region: string;
      readonly status: 'read';
      readonly stacks: readonly ObservedStack[];
      /** Of desired stacks that are not there: those that somebody else deleted, or why nobody knows. */
      readonly deleted?: readonly DeletedStack[] | { readonly unread: string };
    }
  | { readonly region: string; readonly status: 'unreadable'; readonly reason: string };

/** One object with all three sides known but the desired one: what is live, and what we applied last. */
export interface LiveResource {
  readonly id: ResourceId;
  readonly kind: string;
  readonly region: string;
  readonly ownership: Ownership;
  /** The stack whose template holds it; absent when none of ours does. Glue and S3: the stack of our plans it goes with. */
  readonly stack?: string;
  /** The region of that stack; IAM objects have none of their own. */
  readonly stackRegion?: string;
  /** Absent: a template of ours names it, but it is not there. */
  readonly properties?: JsonObject;
  /** From the deployed template (references resolved), or for Glue and S3 only where the mark proves it. Absent: unknown or never applied. */
  readonly applied?: JsonObject;
  /** Glue and S3: the digest in the mark. */
  readonly appliedDigest?: string;
  /** It is in a template of ours, but what we applied did not have it: somebody else put it there. */
  readonly undeclared?: true;
  /** Of what is foreign by its mark: that mark. */
  readonly foreignMark?: Pick<Mark, 'owner' | 'id'>;
}

/** A stack of ours, or one that carries the name of one of ours. */
export interface LiveStack {
  readonly name: string;
  readonly region: string;
  readonly ownership: Ownership;
  readonly status: string;
  readonly stackId: string;
  /** The output `EdlDigest` of the deployed template; absent before the first success. */
  readonly digest?: string;
  /** Logical id → what `Ref` gives, for resources whose name AWS chooses: from the outputs `Ref<logical id>`. */
  readonly refs?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly terminationProtection?: boolean;
  /** The deployed template, where it was fetched and is not what EDL applied last: somebody updated the stack by hand. */
  readonly altered?: JsonObject;
}

/** A kind or region that could not be read. */
export interface Unreadable {
  readonly kind: string;
  readonly region: string;
  readonly reason: string;
  /**
   * JSON pointer of the one property that is unknown, where all else could be read. Only of what no template holds: drift in it
   * is unknown, and no plan waits for it.
   */
  readonly part?: string;
}

/** Everything that was read, joined with what we know of it. Sorted. */
export interface LiveState {
  readonly stacks: readonly LiveStack[];
  readonly resources: readonly LiveResource[];
  readonly unreadable: readonly Unreadable[];
  /** Desired stacks that somebody else deleted. */
  readonly deleted?: readonly DeletedStack[];
}
