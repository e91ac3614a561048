import type { ConditionalRow } from '../access/held/access-of.ts';
import { ANYBODY } from '../access/proof/anybody.ts';
import type { Mismatch } from '../access/proof/types.ts';
import type { CallCount } from '../reconciler/model/plan.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';

/** A role that is declared and is not there: whoever works under it has nothing. */
export interface MissingRole {
  readonly role: string;
  readonly holder: AccessHolder;
}

/** A role that nothing declares and that gives access. `conditional`: what it may give, as far as anybody can tell. */
export interface UndeclaredRole {
  readonly role: string;
  readonly arn: string;
  readonly held: readonly Omit<AccessRow, 'principal'>[];
  readonly conditional: readonly Omit<ConditionalRow, 'principal'>[];
}

/** What could not be proven, because nobody could read it: a role's policies (by ARN), or a whole kind in a region. */
export type Unproven =
  | { readonly what: 'policies'; readonly role: string; readonly policies: readonly string[] }
  | { readonly what: 'kind'; readonly kind: string; readonly region: string; readonly reason: string };

/** What came out of holding roles against the catalog. */
export interface Verification {
  readonly instance: string;
  /** ISO 8601. */
  readonly asOf: string;
  /** Whose policies were judged: those that the catalog compiles to, or those that AWS has. */
  readonly source: 'compiled' | 'live';
  readonly roles: number;
  readonly questions: number;
  readonly mismatches: readonly Mismatch[];
  /** How many more questions came out otherwise than declared: a role that is wrong all over is told in part. */
  readonly leftOut: number;
  readonly missing: readonly MissingRole[];
  readonly undeclared: readonly UndeclaredRole[];
  readonly unknown: readonly Unproven[];
  readonly stats: { readonly seconds: Readonly<Record<string, number>>; readonly apiCalls?: CallCount };
}

/** How many roles are otherwise than declared. One that gives more here and less there counts as both; buckets as one role. */
export interface VerifyCount {
  readonly more: number;
  readonly less: number;
  readonly notProven: number;
}

/** A question that is answered with yes, or perhaps, though nothing was granted. */
const givesMore = ({ expected }: Pick<Mismatch, 'expected'>): boolean => expected === 'denied';

/** Whose answers belong together: a role's, or those of all who are nobody's role and whom a bucket should keep out. */
export const askedOf = ({ holder, arn }: Pick<Mismatch, 'holder' | 'arn'>): string =>
  holder === ANYBODY ? holder : arn;

/** Counts roles. */
export const countVerification = ({ mismatches, missing, undeclared, unknown }: Verification): VerifyCount => {
  const rolesWith = (isWanted: (mismatch: Mismatch) => boolean): number =>
    new Set(mismatches.filter(isWanted).map(askedOf)).size;
  return {
    more: rolesWith(givesMore) + undeclared.length,
    less: rolesWith((mismatch) => !givesMore(mismatch)) + missing.length,
    notProven: unknown.length,
  };
};

/** Whether everything that was asked is as declared, and everything was asked. */
export const isProven = (verification: Verification): boolean => {
  const { more, less, notProven } = countVerification(verification);
  return more + less + notProven === 0;
};
