import { applyPlan, isWhole } from '../reconciler/apply/apply-plan.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { invariant } from '../reconciler/model/errors.ts';
import { instanceNamed } from '../reconciler/model/instance.ts';
import { cloudFormationRole, iamPath, roleArn } from '../reconciler/model/names.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { ApplyResult } from '../reconciler/model/result.ts';
import { isEmptyPlan } from '../reconciler/plan/make-plan.ts';
import { isSubset } from '../reconciler/plan/subset.ts';
import { resourceKinds } from '../resources/index.ts';
import type { EntryRef } from '../reconciler/journal/lines.ts';
import { journalApply } from './history/journal-apply.ts';
import { isLeftOpen } from './history/left-open.ts';
import { awaitIdleStacks } from './idle-stacks.ts';
import { createLeaseKeeper, type LeaseKeeper } from './lease/keeper.ts';
import { leaseRefusal } from './lease/words.ts';
import { planLake, type Planned, type PlanRequest, type Unplanned } from './plan.ts';
import { readBack } from './read-back.ts';
import type { RunControls } from './run-controls.ts';
import type { Session } from './session.ts';
import { watchSession } from './session-over.ts';
import { timed } from './timing.ts';

/** What to apply, and how. */
export interface ApplyRequest extends PlanRequest, RunControls {
  /** The plan that was approved; what is planned now must be within it. */
  readonly saved?: Plan;
  readonly parallelism: number;
  /** Asked once with the plan before anything is changed; `false` ends the run. */
  readonly confirm: (plan: Plan) => Promise<boolean>;
}

/** How an apply ended. */
export type ApplyOutcome =
  | Unplanned
  | { readonly status: 'blocked'; readonly plan: Plan; readonly verdict: 'refused' | 'invalid' }
  | { readonly status: 'stale'; readonly plan: Plan; readonly extra: readonly string[] }
  /** `journal`: the entry that ends what a run before left open. */
  | { readonly status: 'nothing-to-do'; readonly plan: Plan; readonly journal?: EntryRef }
  | { readonly status: 'declined'; readonly plan: Plan }
  | {
      readonly status: 'applied' | 'failed';
      readonly plan: Plan;
      readonly result: ApplyResult;
      /** What reads back otherwise than it was applied. */
      readonly diagnostics: readonly Diagnostic[];
      /** The entry that tells of it; absent where it could not be ended. */
      readonly journal?: EntryRef;
    };

const serviceRoleArn = ({ catalog, desired }: Planned): string => {
  const named = instanceNamed(catalog, desired.instance).cloudFormationRole;
  return named === undefined
    ? roleArn(desired.account, iamPath(desired.instance), cloudFormationRole(desired.instance))
    : roleArn(desired.account, '/', named);
};

const isCancelled = ({ cancelled }: RunControls): boolean => cancelled?.() === true;

/** Somebody ended a waiting, so that the plan may be of stacks that something still runs on. */
const isStopped = ({ stopping }: RunControls): boolean => stopping?.aborted === true;

const execute = async (
  planned: Planned,
  request: ApplyRequest,
  session: Session,
  lease: LeaseKeeper,
): Promise<ApplyOutcome> => {
  const { plan, desired, aws } = planned;
  lease.guard(aws);
  const journaled = { ...request, held: () => lease.held() };
  const { result, diagnostics, journal } = await journalApply(planned, journaled, session, async (watched) => {
    const { drivers, isOver } = watchSession(watched.drivers);
    const applied = await timed(session.reporter, 'apply', () =>
      applyPlan({
        plan,
        desired,
        kinds: resourceKinds,
        roleArn: serviceRoleArn(planned),
        drivers: lease.drivers(drivers),
        reporter: session.reporter,
        parallelism: request.parallelism,
        clock: session.clock,
        cancelled: () => isCancelled(request) || lease.isLost() || watched.isFenced() || isOver(),
      }),
    );
    const found = await timed(session.reporter, 'verify', () =>
      readBack({
        plan,
        result: applied,
        desired,
        live: planned.live,
        tiers: planned.catalog.lake.tiers.map((tier) => tier.name),
        freshReads: aws.freshReads,
      }),
    );
    return { result: applied, diagnostics: found };
  });
  const isDone = isWhole(result) && diagnostics.length === 0;
  const told = journal === undefined ? {} : { journal };
  return { status: isDone ? 'applied' : 'failed', plan, result, diagnostics, ...told };
};

/** Why a plan is not applied; absent when it may be, as far as can be told without asking anybody. */
const objection = ({ plan, verdict }: Planned, request: ApplyRequest): ApplyOutcome | undefined => {
  if (verdict !== 'ready') return { status: 'blocked', plan, verdict };
  if (request.saved !== undefined) {
    const { subset, extra } = isSubset(plan, request.saved);
    if (!subset) return { status: 'stale', plan, extra };
  }
  return isEmptyPlan(plan) ? { status: 'nothing-to-do', plan } : undefined;
};

/** Another run wrote between our reading and our lease. What is planned now, under the lease, is asked for again if it differs. */
const planAgain = async (
  before: Plan,
  request: ApplyRequest,
  session: Session,
  lease: LeaseKeeper,
): Promise<ApplyOutcome> => {
  const message = 'Another run has changed the lake since the plan was made; planning again, now that nobody else may.';
  session.reporter.emit({ type: 'note', message });
  const { stopping } = request;
  const planned = await planLake(request, session, async (aws, desired) => {
    await awaitIdleStacks({ aws, desired, reporter: session.reporter, stopping });
    return [];
  });
  if (planned.status !== 'planned') return planned;
  try {
    const { plan } = planned;
    if (isStopped(request)) return { status: 'declined', plan };
    const objected = objection(planned, request);
    if (objected !== undefined) return objected;
    if (plan.digest !== before.digest && !(await request.confirm(plan))) return { status: 'declined', plan };
    return await execute(planned, request, session, lease);
  } finally {
    planned.aws.close();
  }
};

/**
 * There may be nothing to do because a run did all of it, and was killed, or lost S3, before it had told the journal. The entry
 * that tells what is live now is written for it.
 */
const closeLeftOpen = async (
  planned: Planned,
  request: ApplyRequest,
  session: Session,
  lease: LeaseKeeper,
): Promise<ApplyOutcome> => {
  const nothing: ApplyOutcome = { status: 'nothing-to-do', plan: planned.plan };
  if (!(await isLeftOpen(planned))) return nothing;
  const entered = await lease.enter(planned.plan.catalog.commit);
  // Where somebody else is at work by now, that run closes it.
  if (entered.status !== 'entered') return nothing;
  const message =
    'A run before this one did all of it and could not tell the journal. This one tells what is live now.';
  session.reporter.emit({ type: 'note', message });
  const outcome = await execute(planned, request, session, lease);
  return outcome.status !== 'applied' || outcome.journal === undefined
    ? outcome
    : { ...nothing, journal: outcome.journal };
};

const decide = async (
  planned: Planned,
  request: ApplyRequest,
  session: Session,
  lease: LeaseKeeper,
): Promise<ApplyOutcome> => {
  const { plan } = planned;
  if (isStopped(request)) return { status: 'declined', plan };
  const objected = objection(planned, request);
  if (objected?.status === 'nothing-to-do') {
    return closeLeftOpen(planned, request, session, lease);
  }
  if (objected !== undefined) return objected;
  if (!(await request.confirm(plan))) return { status: 'declined', plan };
  const entered = await lease.enter(plan.catalog.commit);
  switch (entered.status) {
    case 'refused':
      return { status: 'refused', diagnostics: [leaseRefusal(entered.error)] };
    case 'stopped':
      return { status: 'declined', plan };
    case 'moved':
      return planAgain(plan, request, session, lease);
    case 'entered': {
      const outcome = await execute(planned, request, session, lease);
      // Two first applies at once: the other one was first, and this one goes on after it.
      if (!lease.isOutrun() || isCancelled(request)) return outcome;
      const again = await lease.enter(plan.catalog.commit);
      return again.status === 'moved' ? planAgain(plan, request, session, lease) : outcome;
    }
  }
};

/**
 * Plans again, and does it under the instance's lease: never more than was approved, never past a guard, never beside another
 * run. Failures of stacks are results; throws EdlError only when AWS cannot be asked at all.
 */
export const applyLake = async (request: ApplyRequest, session: Session): Promise<ApplyOutcome> => {
  let lease: LeaseKeeper | undefined;
  const planned = await planLake(request, session, async (aws, desired) => {
    const { reporter } = session;
    const { leaseTimeoutSeconds: waitSeconds, stopping } = request;
    const keeper = createLeaseKeeper({ aws, desired, reporter, waitSeconds, stopping, command: 'apply' });
    lease = keeper;
    request.onLease?.((deadlineMs) => keeper.abandon(deadlineMs));
    const barred = await keeper.look();
    if (barred !== undefined) return [leaseRefusal(barred)];
    await awaitIdleStacks({ aws, desired, reporter, stopping });
    return [];
  });
  if (planned.status !== 'planned') return planned;
  invariant(lease, 'nobody looked for the lease');
  try {
    return await decide(planned, request, session, lease);
  } finally {
    await lease.leave();
    planned.aws.close();
  }
};
