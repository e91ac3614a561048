import { diffState } from '../diff/diff.ts';
import { sortDiagnostics, type Diagnostic } from '../model/diagnostic.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveState } from '../model/live.ts';
import type { AccessChange, CatalogCommit, Change, Plan, Summary } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';
import { liveDigest, planDigest } from './plan-digest.ts';
import { scheduleChanges } from './waves.ts';

/** Everything that a plan is made of. */
export interface PlanInput {
  readonly desired: DesiredState;
  readonly live: LiveState;
  /** What people gain and lose; `src/access` compares the rows, and its order is kept. */
  readonly access: readonly AccessChange[];
  readonly kinds: readonly ResourceKind[];
  /** Where the catalog comes from: the commit, and whether files differ from it. */
  readonly meta: CatalogCommit;
  /** Of earlier steps; those of `desired` are taken from there. */
  readonly diagnostics: readonly Diagnostic[];
  /** ISO 8601, UTC. */
  readonly asOf: string;
}

/** Counts changes by action. `unchanged` is told by the diff: what no change names may also be unknown, foreign or drifted. */
export const summarise = (changes: readonly Change[], unchanged: number): Summary => {
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  return { create: count('create'), update: count('update'), adopt: count('adopt'), prune: count('prune'), unchanged };
};

/** Makes the plan: what apply would do and to whom, what drifted, and everything to be said about it. Only compares. */
export const makePlan = (input: PlanInput): Plan => {
  const { desired, live, access, kinds, meta, asOf } = input;
  const diff = diffState({ desired, live, kinds });
  return {
    formatVersion: '1',
    instance: desired.instance,
    digest: planDigest(desired.instance, diff.changes, access),
    catalog: { digest: desired.catalogDigest, ...meta },
    live: { digest: liveDigest(live), unreadable: live.unreadable },
    summary: summarise(diff.changes, diff.unchanged),
    changes: diff.changes,
    drift: diff.drift,
    waves: scheduleChanges(diff.changes, desired).waves,
    asOf,
    access,
    diagnostics: sortDiagnostics([...desired.diagnostics, ...input.diagnostics, ...diff.diagnostics]),
  };
};

/** The same plan with more to say about it: what the guards found, or what applies to a selection. */
export const withDiagnostics = (plan: Plan, diagnostics: readonly Diagnostic[]): Plan => ({
  ...plan,
  diagnostics: sortDiagnostics([...plan.diagnostics, ...diagnostics]),
});

/** Whether apply has nothing to do. Drift does not count: it is left to healing. */
export const isEmptyPlan = (plan: Plan): boolean => plan.changes.length === 0;
