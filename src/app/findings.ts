import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { judgeRules } from '../access/rules/judge-rules.ts';
import { provePlan } from './prove-plan.ts';
import { judgeQuotas } from './quota-findings.ts';

/** Everything that a finding may be judged from. */
export interface FindingsInput {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
}

/** What guards cannot judge by themselves: the proof of access, the lake's own rules, and quotas. Pure. */
export const findingsOf = (input: FindingsInput): readonly Diagnostic[] => [
  ...provePlan(input),
  ...judgeRules(input.catalog, input.desired.instance, input.desired.asOf),
  ...judgeQuotas(input),
];
