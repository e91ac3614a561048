import type { Catalog, Day } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { DecidingStatement, Decision, EvaluationContext } from '../evaluate/types.ts';
import type { HeldRole } from '../held/access-of.ts';

/** What is to be proven: that some roles, as compiled or as live, give what the catalog grants and nothing else. */
export interface ProofInput {
  readonly catalog: Catalog;
  readonly instance: string;
  /** ISO 8601; expiry is judged at this time and around every end of a grant after it. */
  readonly asOf: string;
  readonly roles: readonly HeldRole[];
  /** Policies of the lake's buckets and keys, by ARN. */
  readonly resources: NonNullable<EvaluationContext['resources']>;
}

/** One question whose answer is not the declared one. */
export interface Mismatch {
  readonly holder: AccessHolder;
  readonly arn: string;
  readonly action: string;
  readonly resource: string;
  /** The dataset that the resource is of; absent where it is of none. */
  readonly dataset?: string;
  /** The tier that the resource lies in; absent where it lies in none of the instance's. */
  readonly tier?: string;
  /** ISO 8601: when the answer would be wrong. */
  readonly at: string;
  readonly expected: 'allowed' | 'denied';
  readonly found: Decision['answer'];
  /** What of the request matters beside action and resource: `prefix "sales/"`, `not through S3`. */
  readonly circumstances?: string;
  /** The last day on which it is granted; absent where it is not, or has no end. */
  readonly until?: Day;
  readonly statement?: DecidingStatement;
}

/** A proof: how much was asked, and everything that came out otherwise than declared. */
export interface Proof {
  readonly roles: number;
  readonly checks: number;
  readonly mismatches: readonly Mismatch[];
  /** How many more came out otherwise than declared: a role that is wrong all over is told in part. */
  readonly leftOut: number;
}
