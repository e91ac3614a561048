import type { HealedObject, StepEndedLine } from '../../reconciler/journal/lines.ts';
import type { HealMode } from '../../reconciler/model/drift-rules.ts';
import type { HealResult } from '../../reconciler/model/drift.ts';
import { entryText } from '../../report/history-entry.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Healer } from '../../reconciler/model/heal.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';
import type { RunControls } from '../run-controls.ts';
import { createRun, type Ending, type JournalRun, type RunParts } from './run.ts';

/** What came of healing, and what the journal could not tell of it. */
export interface JournaledHealing {
  readonly results: readonly HealResult[];
  readonly problems: readonly Diagnostic[];
}

/** What healing uses, so that all it does is told. */
export interface JournaledHealer {
  readonly healer: Healer;
  /** A later run took this one for dead, or its entry is gone: no more may be begun. */
  readonly isFenced: () => boolean;
}

type Outcome = StepEndedLine['outcome'];

const partsOf = (results: readonly HealResult[]): NonNullable<StepEndedLine['results']> =>
  results.map(({ id, path, outcome, detail }) => ({ id, ...(path === undefined ? {} : { path }), outcome, detail }));

const outcomeOf = (results: readonly HealResult[]): Outcome => {
  if (results.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return results.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'healed';
};

const step = async <Result>(
  run: JournalRun,
  stack: string,
  ids: readonly ResourceId[],
  work: () => Promise<Result>,
  tell: (result: Result) => Omit<StepEndedLine, 'line' | 'at' | 'stack'>,
): Promise<Result> => {
  await run.begunIfPossible();
  run.add({ line: 'step-begun', at: run.now(), stack, deeds: ids.map((id) => ({ action: 'heal', id })) });
  const result = await work();
  run.add({ line: 'step-ended', at: run.now(), stack, ...tell(result) });
  return result;
};

/** Tells of each object, and of each change set, when its healing begins and ends. */
const journaledHealer = (healer: Healer, run: JournalRun): Healer => ({
  explain: (work) => healer.explain(work),
  coverable: (work) => healer.coverable(work),
  heal: (work, reporter) =>
    step(
      run,
      work.id,
      [work.id],
      () => healer.heal(work, reporter),
      (results) => ({
        outcome: outcomeOf(results),
        objects: results.some(({ outcome }) => outcome === 'healed') ? [work.id] : [],
        failures: results.flatMap(({ code, detail, id }) =>
          code === undefined ? [] : [{ code, message: detail, id }],
        ),
        results: partsOf(results),
      }),
    ),
  revert: (stack, reporter) =>
    step(
      run,
      stack.name,
      stack.objects.map(({ id }) => id),
      () => healer.revert(stack, reporter),
      (healed) =>
        healed.status === 'reverted'
          ? {
              outcome: 'healed',
              objects: [...new Set(healed.covered.map(({ id }) => id))],
              failures: [],
              results: healed.covered.map((part) => ({
                ...part,
                outcome: 'healed',
                detail: `put it back with stack ${stack.name}`,
              })),
            }
          : {
              outcome: healed.status === 'failed' ? 'failed' : 'refused',
              objects: [],
              failures: [],
              because: healed.reason,
            },
    ),
});

const endingOf = (results: readonly HealResult[], problems: Ending['problems'], isCut: boolean): Ending => {
  const count = (outcome: HealResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  const [applied, failed, skipped] = [count('healed'), count('failed') + count('refused'), count('left')];
  return {
    results: [],
    untold: [],
    outcome: isCut ? 'cancelled' : failed + problems.length === 0 ? 'applied' : applied > 0 ? 'partly' : 'failed',
    counts: { applied, unchanged: 0, failed, skipped },
    problems,
  };
};

/** What is told of healing. */
export interface HealFacts extends Pick<RunControls, 'answered' | 'onSignal'> {
  readonly mode: HealMode | 'default';
  readonly makesBucket: boolean;
  /** What was found, and what is to be done about it. */
  readonly drift: readonly HealedObject[];
  /** Whether it was stopped before all of it was begun. */
  readonly isCut: () => boolean;
}

/**
 * Heals with a journal; nothing is healed when that cannot be written, unless its bucket is what is healed. Throws EdlError
 * then. Call it with the lease.
 */
export const journalHeal = async (
  parts: RunParts,
  healer: Healer,
  { mode, makesBucket, drift, answered, isCut, onSignal }: HealFacts,
  work: (journaled: JournaledHealer) => Promise<readonly HealResult[]>,
): Promise<JournaledHealing> => {
  const approval = answered === undefined ? {} : { approval: { answer: answered } };
  const facts = { kind: 'heal', mode, drift, targets: [], excludes: [], allow: [], ...approval } as const;
  const run = createRun(parts, facts, makesBucket);
  const { instance } = parts.desired;
  const tell = (message: string): void => {
    parts.reporter.emit({ type: 'note', message });
  };
  await run.open();
  onSignal?.((signal, count) => run.interrupted(signal, count));
  try {
    const results = await work({ healer: journaledHealer(healer, run), isFenced: () => run.isFenced() });
    const { entry, problems } = await run.finish(endingOf(results, [], isCut()));
    if (entry !== undefined) tell(entryText(entry, instance));
    return { results, problems };
  } catch (error) {
    const code = error instanceof EdlError ? error.code : 'EDL-9003';
    const message = error instanceof Error ? error.message : String(error);
    const { entry, problems } = await run.finish(endingOf([], [{ code, message }], false));
    for (const text of [
      ...(entry === undefined ? [] : [entryText(entry, instance)]),
      ...problems.map(({ detail }) => detail),
    ])
      tell(text);
    throw error;
  }
};
