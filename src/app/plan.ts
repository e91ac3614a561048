import type { Aws } from '../aws/create-aws.ts';
import { guardPlan, isRefused } from '../reconciler/guards/guard-plan.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { hasErrors, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import { homeRegionOf, instanceNamed } from '../reconciler/model/instance.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { resourceKinds } from '../resources/index.ts';
import { checkAccount } from './check-account.ts';
import { checkClock } from './check-clock.ts';
import { compileInstance } from './compile.ts';
import { composePlan } from './compose-plan.ts';
import { readFacts } from './facts.ts';
import { findingsOf } from './findings.ts';
import { readCommit } from './git.ts';
import type { LakeRequest } from './lake.ts';
import { observeLive } from './observe.ts';
import { readQuotas, type QuotaFacts } from './read-quotas.ts';
import type { Session } from './session.ts';
import { recordSeconds, timed } from './timing.ts';

/** Which plan to make. */
export interface PlanRequest extends LakeRequest {
  readonly instance: string;
  /** Ids or stacks to plan for; empty: all. */
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  /** Guards to pass, by name or `name:target`. */
  readonly allow: readonly string[];
}

/** A plan with everything that it was made from, and the connection that it was read by. */
export interface Planned {
  readonly status: 'planned';
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly aws: Aws;
  /** Something in it must not be applied: by a guard (`refused`) or because the request itself is wrong (`invalid`). */
  readonly verdict: 'ready' | 'refused' | 'invalid';
}

/** No plan: the catalog is wrong (`invalid`), or this is not the instance's account (`refused`). */
export interface Unplanned {
  readonly status: 'invalid' | 'refused';
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What somebody does who must know the moment from which on the plan's reading is made: the account is right, nothing is read.
 * Gives back why nothing is to be planned, or nothing.
 */
export type BeforeReading = (aws: Aws, desired: DesiredState) => Promise<readonly Diagnostic[]>;

const verdictOf = (plan: Plan): Planned['verdict'] =>
  isRefused(plan) ? 'refused' : hasErrors(plan.diagnostics) ? 'invalid' : 'ready';

const makeGuardedPlan = async (
  request: PlanRequest,
  parts: {
    root: string;
    catalog: Catalog;
    desired: DesiredState;
    live: LiveState;
    diagnostics: readonly Diagnostic[];
    quotas: QuotaFacts;
  },
  aws: Aws,
  reporter: Reporter,
): Promise<Plan> => {
  const { catalog, desired, live, quotas } = parts;
  const selection = { targets: request.targets, excludes: request.excludes };
  const { plan, read } = await timed(reporter, 'plan', async () => {
    const composed = composePlan({ ...parts, meta: await readCommit(parts.root), selection });
    return { plan: composed, read: await readFacts(composed, desired, live, aws.reads) };
  });
  const findings = await timed(reporter, 'proof', () => findingsOf({ plan, catalog, desired, live, quotas }));
  const facts = { ...read, findings };
  return guardPlan(
    { plan, desired, live, kinds: resourceKinds, facts },
    { lake: catalog.lake.allow, flags: request.allow },
  );
};

/**
 * Plans one instance: load, compile, observe, compare, judge. Reads only. The caller closes `aws` of the result.
 * Throws EdlError when AWS cannot be asked at all (no credentials, no network).
 */
export const planLake = async (
  request: PlanRequest,
  session: Session,
  beforeReading?: BeforeReading,
): Promise<Planned | Unplanned> => {
  const reporter = recordSeconds(session.reporter);
  const compiled = await compileInstance(request, reporter);
  if (compiled.status === 'invalid') return compiled;
  const { catalog, desired } = compiled;
  const aws = session.connect(homeRegionOf(catalog.lake, instanceNamed(catalog, request.instance)), reporter);
  try {
    const wrong = [...(await checkAccount(desired, aws.reads)), ...checkClock(aws.clockSkewMs())];
    const refused = wrong.length > 0 ? wrong : ((await beforeReading?.(aws, desired)) ?? []);
    if (refused.length > 0) {
      aws.close();
      return { status: 'refused', diagnostics: refused };
    }
    return await readAndPlan(request, compiled, aws, reporter);
  } catch (error) {
    aws.close();
    throw error;
  }
};

const readAndPlan = async (
  request: PlanRequest,
  compiled: Extract<Awaited<ReturnType<typeof compileInstance>>, { status: 'compiled' }>,
  aws: Aws,
  reporter: Reporter & { readonly seconds: Readonly<Record<string, number>> },
): Promise<Planned> => {
  const { catalog, desired } = compiled;
  const tiers = catalog.lake.tiers.map((tier) => tier.name);
  const [live, quotas] = await timed(reporter, 'observe', () =>
    Promise.all([
      observeLive({ desired, tiers, kinds: resourceKinds, reads: aws.reads, reporter }),
      readQuotas(desired, aws.reads),
    ]),
  );
  const guarded = await makeGuardedPlan(request, { ...compiled, live, quotas }, aws, reporter);
  const plan: Plan = { ...guarded, stats: { apiCalls: aws.calls(), seconds: { ...reporter.seconds } } };
  return { status: 'planned', plan, catalog, desired, live, aws, verdict: verdictOf(plan) };
};
