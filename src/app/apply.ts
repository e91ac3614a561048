import { applyPlan, isWhole } from '../reconciler/apply/apply-plan.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { instanceNamed } from '../reconciler/model/instance.ts';
import { cloudFormationRole, iamPath, roleArn } from '../reconciler/model/names.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { ApplyResult } from '../reconciler/model/result.ts';
import { isEmptyPlan } from '../reconciler/plan/make-plan.ts';
import { isSubset } from '../reconciler/plan/subset.ts';
import { resourceKinds } from '../resources/index.ts';
import { planLake, type Planned, type PlanRequest, type Unplanned } from './plan.ts';
import { readBack } from './read-back.ts';
import type { Session } from './session.ts';
import { timed } from './timing.ts';

/** What to apply, and how. */
export interface ApplyRequest extends PlanRequest {
  /** The plan that was approved; what is planned now must be within it. */
  readonly saved?: Plan;
  readonly parallelism: number;
  /** Asked once with the plan before anything is changed; `false` ends the run. */
  readonly confirm: (plan: Plan) => Promise<boolean>;
  readonly cancelled: () => boolean;
}

/** How an apply ended. */
export type ApplyOutcome =
  | Unplanned
  | { readonly status: 'blocked'; readonly plan: Plan; readonly verdict: 'refused' | 'invalid' }
  | { readonly status: 'stale'; readonly plan: Plan; readonly extra: readonly string[] }
  | { readonly status: 'nothing-to-do'; readonly plan: Plan }
  | { readonly status: 'declined'; readonly plan: Plan }
  | {
      readonly status: 'applied' | 'failed';
      readonly plan: Plan;
      readonly result: ApplyResult;
      /** What reads back otherwise than it was applied. */
      readonly diagnostics: readonly Diagnostic[];
    };

const serviceRoleArn = ({ catalog, desired }: Planned): string => {
  const named = instanceNamed(catalog, desired.instance).cloudFormationRole;
  return named === undefined
    ? roleArn(desired.account, iamPath(desired.instance), cloudFormationRole(desired.instance))
    : roleArn(desired.account, '/', named);
};

const execute = async (planned: Planned, request: ApplyRequest, session: Session): Promise<ApplyOutcome> => {
  const { plan, desired, aws } = planned;
  const result = await timed(session.reporter, 'apply', () =>
    applyPlan({
      plan,
      desired,
      kinds: resourceKinds,
      roleArn: serviceRoleArn(planned),
      drivers: aws.drivers,
      reporter: session.reporter,
      parallelism: request.parallelism,
      clock: session.clock,
      cancelled: request.cancelled,
    }),
  );
  const diagnostics = await timed(session.reporter, 'verify', () =>
    readBack({
      plan,
      result,
      desired,
      live: planned.live,
      tiers: planned.catalog.lake.tiers.map((tier) => tier.name),
      freshReads: aws.freshReads,
    }),
  );
  const isDone = isWhole(result) && diagnostics.length === 0;
  return { status: isDone ? 'applied' : 'failed', plan, result, diagnostics };
};

const decide = async (planned: Planned, request: ApplyRequest, session: Session): Promise<ApplyOutcome> => {
  const { plan, verdict } = planned;
  if (verdict !== 'ready') return { status: 'blocked', plan, verdict };
  if (request.saved !== undefined) {
    const { subset, extra } = isSubset(plan, request.saved);
    if (!subset) return { status: 'stale', plan, extra };
  }
  if (isEmptyPlan(plan)) return { status: 'nothing-to-do', plan };
  if (!(await request.confirm(plan))) return { status: 'declined', plan };
  return execute(planned, request, session);
};

/**
 * Plans again, and does it: never more than was approved, never past a guard. Failures of stacks are results; throws EdlError
 * only when AWS cannot be asked at all.
 */
export const applyLake = async (request: ApplyRequest, session: Session): Promise<ApplyOutcome> => {
  const planned = await planLake(request, session);
  if (planned.status !== 'planned') return planned;
  try {
    return await decide(planned, request, session);
  } finally {
    planned.aws.close();
  }
};
