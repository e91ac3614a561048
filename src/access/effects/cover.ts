import type { Clause } from './clauses.ts';
import { impliesAll } from './limits.ts';
import { includesPart, partsOf } from './patterns.ts';
import { includesPrincipal } from './principals.ts';

/** Which parts of a clause another one speaks of: one flag for each action, resource and principal. */
interface Reach {
  readonly actions: readonly boolean[];
  readonly resources: readonly boolean[];
  readonly principals: readonly boolean[];
}

const principalParts = ({ principals }: Clause): readonly (string | undefined)[] =>
  principals === undefined || principals.isExcept ? [undefined] : principals.entries;

const reachOf = (outer: Clause, inner: Clause): Reach => ({
  actions: partsOf(inner.actions).map((part) => includesPart(outer.actions, inner.actions, part)),
  resources: partsOf(inner.resources).map((part) => includesPart(outer.resources, inner.resources, part)),
  principals: principalParts(inner).map((entry) =>
    outer.principals === undefined || inner.principals === undefined
      ? outer.principals === inner.principals
      : includesPrincipal(outer.principals, inner.principals, entry, inner.effect),
  ),
});

const isWhole = ({ actions, resources, principals }: Reach): boolean =>
  [actions, resources, principals].every((flags) => flags.every(Boolean));

/**
 * Whether other clauses of the same effect surely hold all that a clause does. It falls into the combinations of its actions,
 * resources and principals, and each may be held by another clause; where that is not certain the answer is no. Sound with
 * `evaluate`: whatever matches the clause, or perhaps does, matches one of those that cover it at least as certainly.
 */
export const isCovered = (clause: Clause, others: readonly Clause[]): boolean => {
  const reaches: Reach[] = [];
  for (const other of others) {
    if (other.effect !== clause.effect || !impliesAll(clause.limits, other.limits)) continue;
    const reach = reachOf(other, clause);
    if (isWhole(reach)) return true;
    reaches.push(reach);
  }
  if (reaches.length < 2) return false;
  const parts = (count: readonly unknown[]): readonly number[] => [...count.keys()];
  return parts(partsOf(clause.actions)).every((action) =>
    parts(partsOf(clause.resources)).every((resource) =>
      parts(principalParts(clause)).every((principal) =>
        reaches.some(
          (reach) =>
            reach.actions[action] === true &&
            reach.resources[resource] === true &&
            reach.principals[principal] === true,
        ),
      ),
    ),
  );
};
