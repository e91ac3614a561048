import type { JsonObject } from './json.ts';
import type { ObservedObject } from './live.ts';
import type { Impact } from './plan.ts';
import type { AwsReads } from './reads.ts';
import type { Declared, DeclareInput, DriverName, ResourceId } from './resource.ts';

/** What to read: one instance in one region. Global kinds (IAM) are read once, with the home region. */
export interface ObserveScope {
  readonly organization: string;
  readonly instance: string;
  readonly account: string;
  readonly region: string;
  readonly homeRegion: string;
  /** The tiers of the catalog: names of what may exist, not proof that it does. */
  readonly tiers: readonly string[];
}

/**
 * A type of resource that we know. Everything but `observe` is pure. Adding one is a folder in `src/resources/`, its
 * fixtures, and a line in the registry.
 */
export interface ResourceKind {
  /** `iam-role`: the first part of its resources' ids. */
  readonly name: string;
  /** `AWS::IAM::Role`. */
  readonly type: string;
  readonly driver: DriverName;
  /** Objects of this kind hold people's data: never pruned, retained by CloudFormation. */
  readonly holdsData: boolean;
  /**
   * Objects are named by their content, and many versions of one thing stay beside each other. So a difference between
   * live and desired is always drift (an edit makes another object), and one that nobody declares any more is never pruned.
   */
  readonly contentAddressed?: true;
  /**
   * CloudFormation only: top-level lists whose items AWS takes one by one, so that an update leaves all others alone (a role's
   * inline policies). Every other property is written as a whole, with whatever drifted in it.
   */
  readonly separateItems?: readonly string[];
  /**
   * Top-level properties that are read but that no template can hold (a key's grants): apply never writes them, so that a
   * difference in one is always drift.
   */
  readonly outside?: readonly string[];
  /** Not CloudFormation: the objects that one with these properties lists, all of which apply has made before it. */
  readonly lists?: (properties: JsonObject) => readonly ResourceId[];
  /** Not CloudFormation: the object that one with these properties lies in. */
  readonly container?: (properties: JsonObject) => ResourceId;
  /** Read once for the account, not once a region. */
  readonly isGlobal: boolean;
  readonly declare: (input: DeclareInput) => Declared;
  /** Reads every object of this kind that could be ours, in bulk. Throws EdlError when it cannot. */
  readonly observe: (reads: AwsReads, scope: ObserveScope) => Promise<readonly ObservedObject[]>;
  /** Brings properties (desired, live or applied) into the one form that compares equal when they mean the same. Idempotent. */
  readonly normalize: (properties: JsonObject) => JsonObject;
  /** What a change at this JSON pointer does to the object. */
  readonly impactOf: (path: string) => Impact;
}
