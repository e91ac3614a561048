import { canonicalJson, type Json, sameJson } from '../../reconciler/model/json.ts';
import { type Clause, type DocumentSort, readDocument } from './clauses.ts';
import { isCovered } from './cover.ts';

/** One reason why two documents do not say the same. */
export interface PolicyDifference {
  /** Which document has the statement. */
  readonly side: 'live' | 'declared';
  readonly statement: Json;
  /** Absent: nobody can say what the statement does. */
  readonly effect?: 'Allow' | 'Deny';
}

/** What a live document allows that the declared one does not, and the other way. Both empty: they say the same. */
export interface PolicyComparison {
  readonly more: readonly PolicyDifference[];
  readonly less: readonly PolicyDifference[];
}

const without = (
  effect: 'Allow' | 'Deny',
  side: PolicyDifference['side'],
  clauses: readonly Clause[],
  others: readonly Clause[],
): readonly PolicyDifference[] =>
  clauses
    .filter((clause) => clause.effect === effect && !isCovered(clause, others))
    .map(({ statement }) => ({ side, effect, statement }));

/** What is not understood may do anything, unless the other side has the very same. */
const unreadIn = (
  side: PolicyDifference['side'],
  unread: readonly Json[],
  others: readonly Json[],
): readonly PolicyDifference[] => {
  const known = new Set(others.map(canonicalJson));
  return unread.filter((statement) => !known.has(canonicalJson(statement))).map((statement) => ({ side, statement }));
};

/**
 * Compares two policy documents, statement by statement; an absent document says nothing.
 *
 * | statement                                            | the live document allows |
 * |------------------------------------------------------|--------------------------|
 * | a live Allow that no declared Allows cover           | more                     |
 * | a declared Deny that no live Denies cover            | more                     |
 * | a declared Allow that no live Allows cover           | less                     |
 * | a live Deny that no declared Denies cover            | less                     |
 * | one that we do not understand, on one side only      | more and less            |
 *
 * It may say "more" where in truth nothing is, never the other way round: a document that allows one request more always shows.
 * A document is judged for itself: an Allow counts although a permissions boundary or another policy forbids the same today,
 * because that other policy is only one more change away.
 */
export const comparePolicies = (
  declared: Json | undefined,
  live: Json | undefined,
  sort: DocumentSort,
): PolicyComparison => {
  if (sameJson(declared, live)) return { more: [], less: [] };
  const wanted = readDocument(declared, sort);
  const found = readDocument(live, sort);
  const unread = [
    ...unreadIn('live', found.unreadable, wanted.unreadable),
    ...unreadIn('declared', wanted.unreadable, found.unreadable),
  ];
  return {
    more: [
      ...without('Allow', 'live', found.clauses, wanted.clauses),
      ...without('Deny', 'declared', wanted.clauses, found.clauses),
      ...unread,
    ],
    less: [
      ...without('Allow', 'declared', wanted.clauses, found.clauses),
      ...without('Deny', 'live', found.clauses, wanted.clauses),
      ...unread,
    ],
  };
};
