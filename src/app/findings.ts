import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import { jobStack, pipelineStack } from '../reconciler/model/names.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { judgeRules } from '../access/rules/judge-rules.ts';
import { tellDeclassified } from '../access/rules/tier-flow.ts';
import { provePlan } from './prove-plan.ts';
import { judgeQuotas } from './quota-findings.ts';
import type { QuotaFacts } from './read-quotas.ts';

/** Everything that a finding may be judged from. */
export interface FindingsInput {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
  /** What the account may have; absent: what every account has. */
  readonly quotas?: QuotaFacts;
}

/** The declassifications of pipelines whose role or job this plan changes, for whoever approves them. */
const declassified = ({ plan, catalog, desired: { instance } }: FindingsInput): readonly Diagnostic[] => {
  const changed = new Set(plan.changes.map(({ stack }) => stack));
  return tellDeclassified(
    catalog,
    instance,
    ({ name }) => changed.has(pipelineStack(instance, name)) || changed.has(jobStack(instance, name)),
  );
};

/** What guards cannot judge by themselves: the proof of access, the lake's own rules, and quotas. Pure. */
export const findingsOf = (input: FindingsInput): readonly Diagnostic[] => [
  ...provePlan(input),
  ...judgeRules(input.catalog, input.desired.instance, input.desired.asOf),
  ...declassified(input),
  ...judgeQuotas(input),
];
