import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from '../../aws/create-aws.ts';
import { pendingChanges } from '../../reconciler/drift/pending.ts';
import { ownership } from '../../reconciler/guards/ownership.ts';
import { sortDiagnostics } from '../../reconciler/model/diagnostic.ts';
import type { DriftReport, DriftSummary, HealResult } from '../../reconciler/model/drift.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { homeRegionOf, instanceNamed } from '../../reconciler/model/instance.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import { resourceKinds } from '../../resources/index.ts';
import { checkAccount } from '../check-account.ts';
import { checkClock } from '../check-clock.ts';
import { compileInstance } from '../compile.ts';
import { composePlan } from '../compose-plan.ts';
import { readCommit } from '../git.ts';
import type { LakeRequest } from '../lake.ts';
import { createLeaseKeeper } from '../lease/keeper.ts';
import { awaitIdleStacks } from '../idle-stacks.ts';
import { leaseRefusal } from '../lease/words.ts';
import { observeLive } from '../observe.ts';
import type { Unplanned } from '../plan.ts';
import type { Session } from '../session.ts';
import { recordSeconds, timed } from '../timing.ts';
import { nameAuthors } from './authors.ts';
import { withoutBusy } from './busy.ts';
import { judgeDrift, type DriftParts } from './entries.ts';
import { healDrift, type HealRequest, type HealTools } from './heal.ts';
import { provePublishedStays } from './immutability.ts';
import { selectDrift, type Look } from './select.ts';

/** What to check, and whether to put it right. */
export interface DriftRequest extends LakeRequest {
  readonly instance: string;
  /** Ids or stacks to check; empty: all. */
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  /** Whether CloudTrail is asked who did it. */
  readonly authors: boolean;
  /** Absent: only look. */
  readonly heal?: HealRequest;
  /** Sees what was found before anybody is asked whether to heal it. */
  readonly show?: (report: DriftReport) => void;
}

/** What drift there is; after healing, what there was and what is left of it. */
export interface CheckedDrift {
  readonly status: 'checked' | 'declined';
  readonly report: DriftReport;
  /** What a second look found after healing. */
  readonly after?: DriftReport;
}

const summarise = (
  { parts: { plan, live }, checked, ignored, pending }: Look,
  entries: DriftReport['entries'],
): DriftSummary => {
  const count = (test: (entry: DriftReport['entries'][number]) => boolean): number => entries.filter(test).length;
  const unread = new Set(plan.live.unreadable.map(({ kind, region }) => `${kind} ${region}`));
  const isUnread = ({ kind, region }: { kind: string; region: string }): boolean =>
    unread.has(`${kind} ${region}`) || unread.has(`${kind} global`);
  const others = live.resources.filter((resource) => resource.ownership === 'foreign');
  const touched = new Set([...entries, ...plan.changes, ...others].map(({ id }) => id));
  return {
    inSync: checked.filter((resource) => !touched.has(resource.id) && !isUnread(resource)).length,
    drifted: count(({ state }) => state === 'drifted'),
    missing: count(({ state }) => state === 'missing'),
    unknown: plan.live.unreadable.length,
    widens: count(({ effect }) => effect === 'widens'),
    narrows: count(({ effect }) => effect === 'narrows'),
    neutral: count(({ effect }) => effect === 'neutral'),
    ignored: ignored.length,
    held: count(({ hold }) => hold !== undefined),
    pending: pending.length,
  };
};

type Compiled = Extract<Awaited<ReturnType<typeof compileInstance>>, { status: 'compiled' }>;

/**
 * What carries another's mark is said aloud, also where nothing proves that it was ours and it is compared with nothing:
 * somebody who gives an object or a stack of ours another's mark must not thereby hide what he does to it.
 */
const withTaken = (parts: DriftParts): DriftParts => {
  const { plan, desired, live } = parts;
  const facts = { prefixesWithObjects: [], findings: [] };
  const taken = ownership
    .check({ plan, desired, live, kinds: resourceKinds, facts })
    .filter(({ severity }) => severity === 'error');
  return { ...parts, plan: { ...plan, diagnostics: sortDiagnostics([...plan.diagnostics, ...taken]) } };
};

/** One look at everything, with the answers of `reads`. */
const look = async (request: DriftRequest, compiled: Compiled, reads: AwsReads, reporter: Reporter): Promise<Look> => {
  const { catalog, desired } = compiled;
  const tiers = catalog.lake.tiers.map((tier) => tier.name);
  const live = await timed(reporter, 'observe', () =>
    observeLive({ desired, tiers, kinds: resourceKinds, reads, reporter }),
  );
  const meta = await readCommit(compiled.root);
  // Drift is told object by object, so that all of it is judged before some is selected.
  const selection = { targets: [], excludes: [] };
  const plan = composePlan({ catalog, desired, live, diagnostics: compiled.diagnostics, meta, selection });
  const parts = withTaken({ plan, catalog, desired, live });
  const pending = pendingChanges(plan, desired, live, resourceKinds);
  return selectDrift(withoutBusy({ ...judgeDrift(parts), parts, checked: desired.resources, pending }), request);
};

/** What a look came to, told. */
export const reportOf = async (told: Look, reads: Pick<AwsReads, 'accountAuthorization'>): Promise<DriftReport> => {
  const { parts, judged, ignored } = told;
  const { plan } = parts;
  const entries = judged.map(({ entry }) => entry);
  return {
    formatVersion: '1',
    instance: plan.instance,
    asOf: plan.asOf,
    catalog: plan.catalog,
    summary: summarise(told, entries),
    entries,
    ignored,
    unknown: plan.live.unreadable,
    immutability: await provePublishedStays(parts, reads),
    diagnostics: plan.diagnostics,
  };
};

/** IAM and S3 may answer with what was before for a while (IAM/latest/UserGuide/troubleshoot, "eventually consistent"). */
const PAUSES_MS = [0, 1_000, 4_000, 10_000];

const isHealed = ({ outcome }: HealResult): boolean => outcome === 'healed';

/** Reads everything once more, and again for a while where something that was put right still shows. */
const lookAgain = async (
  request: DriftRequest,
  compiled: Compiled,
  results: readonly HealResult[],
  aws: Aws,
  reporter: Reporter,
): Promise<DriftReport> => {
  const done = new Set(results.filter(isHealed).map(({ id }) => id));
  // What was put right only in part goes on to show.
  for (const { id } of results.filter((result) => !isHealed(result))) done.delete(id);
  let report: DriftReport | undefined;
  for (const pause of PAUSES_MS) {
    if (pause > 0) await sleep(pause);
    const reads = aws.freshReads();
    report = await reportOf(await look(request, compiled, reads, reporter), reads);
    if (!report.entries.some(({ id }) => done.has(id))) return report;
  }
  invariant(report, 'nobody looked');
  return report;
};

const checkAndHeal = async (
  request: DriftRequest,
  compiled: Compiled,
  { aws, lease, clock }: HealTools,
  reporter: Reporter & { readonly seconds: Readonly<Record<string, number>> },
): Promise<CheckedDrift | Unplanned> => {
  const barred = request.heal === undefined ? undefined : await lease.look();
  if (barred !== undefined) return { status: 'refused', diagnostics: [leaseRefusal(barred)] };
  if (request.heal !== undefined) {
    await awaitIdleStacks({ aws, desired: compiled.desired, reporter, stopping: request.heal.stopping });
  }
  const first = await look(request, compiled, aws.reads, reporter);
  const { parts, judged } = first;
  const named = request.authors ? await nameAuthors(judged, parts, aws) : judged;
  const stats = () => ({ apiCalls: aws.calls(), seconds: { ...reporter.seconds } });
  const report: DriftReport = { ...(await reportOf({ ...first, judged: named }, aws.reads)), stats: stats() };
  if (request.heal === undefined) return { status: 'checked', report };
  request.show?.(report);
  const { mode } = request.heal;
  const tools = { aws, lease, clock };
  const { status, results, problems = [] } = await healDrift(request.heal, named, parts, tools, reporter);
  const diagnostics = [...report.diagnostics, ...problems];
  const healed: DriftReport = { ...report, healed: { mode, results }, diagnostics };
  if (status !== 'done') return { status: status === 'declined' ? 'declined' : 'checked', report: healed };
  const after = await lookAgain(request, compiled, results, aws, reporter);
  return { status: 'checked', report: healed, after: { ...after, stats: stats() } };
};

/**
 * Compares AWS with what was applied, object by object and read by our own readers; tells what each difference means for whom
 * and, when asked to, undoes it. Reads only unless `heal` is there. Throws EdlError when AWS cannot be asked at all.
 */
export const checkDrift = async (request: DriftRequest, session: Session): Promise<CheckedDrift | Unplanned> => {
  const reporter = recordSeconds(session.reporter);
  const compiled = await compileInstance(request, reporter);
  if (compiled.status === 'invalid') return compiled;
  const { catalog, desired } = compiled;
  const aws = session.connect(homeRegionOf(catalog.lake, instanceNamed(catalog, request.instance)), reporter);
  try {
    const refused = [...(await checkAccount(desired, aws.reads)), ...checkClock(aws.clockSkewMs())];
    if (refused.length > 0) return { status: 'refused', diagnostics: refused };
    const { leaseTimeoutSeconds: waitSeconds, stopping } = request.heal ?? {};
    const lease = createLeaseKeeper({ aws, desired, reporter, waitSeconds, stopping, command: 'drift --heal' });
    request.heal?.onLease?.((deadlineMs) => lease.abandon(deadlineMs));
    try {
      return await checkAndHeal(request, compiled, { aws, lease, clock: session.clock }, reporter);
    } finally {
      await lease.leave();
    }
  } finally {
    aws.close();
  }
};
