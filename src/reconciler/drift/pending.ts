import { indexKinds } from '../live/kinds.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveState } from '../model/live.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';
import { stackId } from '../diff/stacks.ts';
import { untrackedDrift } from './untracked.ts';

/** Whether drift tells all of an update: nobody knows what was applied, so that git need not have changed at all. */
const isToldAsDrift = (change: Change, live: LiveState): boolean => {
  if (change.action !== 'update') return false;
  if (
    live.stacks.some(
      ({ name, region, altered }) => altered !== undefined && change.id === stackId(name) && change.region === region,
    )
  )
    return true;
  return (
    change.properties.every(({ cause }) => cause === 'both') &&
    live.resources.some(({ id, applied }) => id === change.id && applied === undefined)
  );
};

/**
 * Changes of a plan that are there because git moved since the last apply. Digests say so, and no secret signs these: who
 * changes an object and writes a digest that fits makes his change look like one of these. So drift counts them, and none are
 * there where git is as it was applied.
 */
export const pendingChanges = (
  plan: Plan,
  desired: DesiredState,
  live: LiveState,
  kinds: readonly ResourceKind[],
): readonly Change[] => {
  const untracked = new Set<Change>(untrackedDrift(plan.changes, desired, live, indexKinds(kinds)));
  return plan.changes.filter((change) => !untracked.has(change) && !isToldAsDrift(change, live));
};
