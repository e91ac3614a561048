import type { Approval, EntryRef, StepEndedLine } from '../../reconciler/journal/lines.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { entryText } from '../../report/history-entry.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import type { Driver, StackWork } from '../../reconciler/model/ports.ts';
import type { ApplyResult, StackResult } from '../../reconciler/model/result.ts';
import type { Planned, PlanRequest } from '../plan.ts';
import type { RunControls } from '../run-controls.ts';
import type { Session } from '../session.ts';
import { createRun, type Ending, type JournalRun } from './run.ts';

/** What an apply came to. */
export interface Applied {
  readonly result: ApplyResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** The same, with the entry that tells of it; absent where it could not be ended. */
export type AppliedEntry<Result extends Applied> = Result & { readonly journal?: EntryRef };

/** What the apply uses, so that all it does is told. */
export interface Journaled {
  readonly drivers: readonly Driver[];
  /** A later run took this one for dead: no more may be started. */
  readonly isFenced: () => boolean;
}

/** What a run is asked for, as far as the journal tells it. */
export interface JournalRequest
  extends Pick<PlanRequest, 'allow' | 'targets' | 'excludes'>, Pick<RunControls, 'answered' | 'onSignal'> {
  readonly saved?: Plan;
  /** Throws unless this run holds the lease. */
  readonly held: () => Promise<void>;
}

const approvalOf = ({ saved, answered }: JournalRequest): { readonly approval?: Approval } => {
  if (answered === undefined) return {};
  if (saved === undefined) return { approval: { answer: answered } };
  const { digest, asOf, catalog } = saved;
  const { commit, dirty } = catalog;
  const file = {
    plan: digest,
    asOf,
    ...(commit === undefined ? {} : { commit }),
    ...(dirty === undefined ? {} : { dirty }),
  };
  return { approval: { answer: answered, file } };
};

const reasonOf = (result: Extract<StackResult, { outcome: 'skipped' }>): string =>
  result.because === 'cancelled' ? 'the run was stopped' : `${result.dependency ?? 'what it needs'} failed`;

const endOf = (at: string, result: StackResult): StepEndedLine => {
  const end = { line: 'step-ended' as const, at, stack: result.stack, outcome: result.outcome };
  switch (result.outcome) {
    case 'applied':
      return { ...end, objects: result.objects, failures: [], seconds: result.seconds };
    case 'unchanged':
      return { ...end, objects: [], failures: [] };
    case 'failed':
      return { ...end, objects: result.objects, failures: result.failures, seconds: result.seconds };
    case 'skipped':
      return { ...end, objects: [], failures: [], because: reasonOf(result) };
  }
};

const beginStep = (run: JournalRun, { name, changes }: StackWork): void => {
  const deeds = changes.map(({ action, id }) => ({ action, id }));
  run.add({ line: 'step-begun', at: run.now(), stack: name, deeds });
};

/** Stacks whose end is written already. */
type Told = Map<string, StackResult>;

/** Tells of each stack when it begins and ends; none but the bootstrap stacks begins before there is a journal. */
const journaledDriver = (driver: Driver, run: JournalRun, told: Told): Driver => ({
  name: driver.name,
  apply: async (work, reporter) => {
    if (work.desired?.bootstrap !== true) await run.opened();
    beginStep(run, work);
    const result = await driver.apply(work, reporter);
    run.add(endOf(run.now(), result));
    told.set(work.name, result);
    return result;
  },
});

const problemsOf = (diagnostics: readonly Diagnostic[]): Ending['problems'] =>
  diagnostics.map(({ code, detail }) => ({ code, message: detail }));

const endingOf = (run: JournalRun, told: Told, { result: { results }, diagnostics }: Applied): Ending => {
  const count = (outcome: StackResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  const counts = {
    applied: count('applied'),
    unchanged: count('unchanged'),
    failed: count('failed'),
    skipped: count('skipped'),
  };
  const isCancelled = results.some((one) => one.outcome === 'skipped' && one.because === 'cancelled');
  const isWhole = counts.failed + counts.skipped + diagnostics.length === 0;
  return {
    results,
    untold: results.filter(({ stack }) => !told.has(stack)).map((result) => endOf(run.now(), result)),
    outcome: isWhole ? 'applied' : isCancelled ? 'cancelled' : counts.applied > 0 ? 'partly' : 'failed',
    counts,
    problems: problemsOf(diagnostics),
  };
};

/** What stopped the run before it knew all its results: what has no end yet cannot be said to be done. */
const brokenOf = ({ plan }: Planned, told: Told, run: JournalRun, error: unknown): Ending => {
  const message = error instanceof Error ? error.message : String(error);
  const problem = { code: error instanceof EdlError ? error.code : ('EDL-9003' as const), message };
  const results = [...new Set(plan.changes.map(({ stack }) => stack))].map(
    (stack): StackResult =>
      told.get(stack) ?? { outcome: 'failed', stack, seconds: 0, failures: [problem], objects: [] },
  );
  const ending = endingOf(run, told, { result: { instance: plan.instance, results }, diagnostics: [] });
  return { ...ending, outcome: ending.counts.applied > 0 ? 'partly' : 'failed', problems: [problem] };
};

const makesBucket = ({ plan, desired: { organization, instance, homeRegion } }: Planned): boolean =>
  plan.changes.some(
    ({ id, action }) =>
      action === 'create' && id === `s3-bucket/${artifactsBucket(organization, instance, homeRegion)}`,
  );

/**
 * Applies with a journal: what is going to be done is written before anything is, and nothing is done when that fails. Only the
 * very first apply begins without one, because it makes the bucket; its bootstrap stack is told afterwards. Call it with the
 * lease: an entry that has no end is taken for that of a dead run.
 */
export const journalApply = async <Result extends Applied>(
  planned: Planned,
  request: JournalRequest,
  session: Session,
  work: (journaled: Journaled) => Promise<Result>,
): Promise<AppliedEntry<Result>> => {
  const { allow, targets, excludes, held } = request;
  const facts = { kind: 'apply', allow, targets, excludes, ...approvalOf(request) } as const;
  const { clock, reporter } = session;
  const run = createRun({ ...planned, clock, reporter, held }, facts, makesBucket(planned));
  const told: Told = new Map();
  await run.open();
  request.onSignal?.((signal, count) => run.interrupted(signal, count));
  const drivers = planned.aws.drivers.map((driver) => journaledDriver(driver, run, told));
  let applied: Result;
  try {
    applied = await work({ drivers, isFenced: () => run.isFenced() });
  } catch (error) {
    // The error is what is told of such a run; what the journal has of it, or has not, can only be told beside it.
    const { entry, problems } = await run.finish(brokenOf(planned, told, run, error));
    const messages = [
      ...(entry === undefined ? [] : [entryText(entry, planned.plan.instance)]),
      ...problems.map(({ detail }) => detail),
    ];
    for (const message of messages) reporter.emit({ type: 'note', message });
    throw error;
  }
  const { entry, problems } = await run.finish(endingOf(run, told, applied));
  const diagnostics = [...applied.diagnostics, ...problems];
  return { ...applied, diagnostics, ...(entry === undefined ? {} : { journal: entry }) };
};
