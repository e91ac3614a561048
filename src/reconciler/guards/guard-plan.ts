import type { Plan } from '../model/plan.ts';
import { withDiagnostics } from '../plan/make-plan.ts';
import { applyAllowances, type AllowanceSources } from './allowances.ts';
import { blastRadius } from './blast-radius.ts';
import { dataLoss } from './data-loss.ts';
import { accessProof, accessRules, quota, tierFlow } from './findings.ts';
import type { Guard, GuardContext } from './guard.ts';
import { ownership } from './ownership.ts';
import { replacement } from './replacement.ts';
import { unreadable } from './unreadable.ts';

/** Every guard, in the order of their names. */
export const GUARDS: readonly Guard[] = [
  accessProof,
  accessRules,
  blastRadius,
  dataLoss,
  ownership,
  quota,
  replacement,
  tierFlow,
  unreadable,
];

/** Runs all guards over a plan and adds what they found, after the allowances. The changes stay: a refused plan is still shown. */
export const guardPlan = (context: GuardContext, allowances: AllowanceSources): Plan => {
  const found = GUARDS.flatMap((guard) => guard.check(context));
  return withDiagnostics(context.plan, applyAllowances(found, allowances, GUARDS, context.plan.asOf));
};

/** Whether a guard refuses the plan: what makes plan and apply end with 3. */
export const isRefused = (plan: Plan): boolean =>
  plan.diagnostics.some((diagnostic) => diagnostic.severity === 'error' && diagnostic.guard !== undefined);
