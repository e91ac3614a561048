import type { AllowanceSources } from '../../src/reconciler/guards/allowances.ts';
import type { GuardFacts } from '../../src/reconciler/guards/guard.ts';
import { guardPlan } from '../../src/reconciler/guards/guard-plan.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import { desiredOf, liveOf, planOf, type Deployed } from '../arbitraries/world.ts';

export const NO_FACTS: GuardFacts = { prefixesWithObjects: [], findings: [] };
export const NO_ALLOWANCES: AllowanceSources = { lake: [], flags: [] };

/** What should be, what is, and what the app found out. */
export interface Story {
  readonly desired: readonly Resource[];
  readonly deployed?: readonly Deployed[];
  readonly objects?: readonly ObservedObject[];
  readonly facts?: GuardFacts;
  readonly allowances?: AllowanceSources;
}

/** The guarded plan of a story. */
export const guarded = ({
  desired,
  deployed = [],
  objects = [],
  facts = NO_FACTS,
  allowances = NO_ALLOWANCES,
}: Story): Plan => {
  const state = desiredOf(desired);
  const live = liveOf(state, deployed, objects);
  return guardPlan({ plan: planOf(state, live), desired: state, live, kinds: KINDS, facts }, allowances);
};

/** Its diagnostics, one line each. */
export const found = (plan: Plan) =>
  plan.diagnostics.map(({ code, severity, guard, target }) => [code, severity, guard ?? '', target ?? ''].join(' '));
