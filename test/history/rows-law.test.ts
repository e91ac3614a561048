import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEarlier } from '../../src/app/history/earlier.ts';
import { journalReader, type JournalReader } from '../../src/app/history/reader.ts';
import { rowsAfter, stackOfHolder } from '../../src/app/history/rows-after.ts';
import { statesIn } from '../../src/app/history/window.ts';
import type { EntryRef, JournalLine, PlanLine, ResultLine } from '../../src/reconciler/journal/lines.ts';
import { packRows, rowId } from '../../src/reconciler/journal/rows.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';
import type { AccessHolder, AccessRow, Stack } from '../../src/reconciler/model/resource.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { headerAt, memoryJournal, writeEntry, type MemoryJournal } from './memory-journal.ts';

/**
 * Whatever runs follow one another, and however each of their stacks ends, the journal tells what was live; where it cannot
 * know, it says so. The model: of each holder, which version of its rows is deployed, and which run did that.
 */

const HOLDERS: readonly AccessHolder[] = ['team:a', 'team:b', 'pipeline:c'];
const PLACE = { instance: 'dev01', homeRegion: 'eu-west-1' };
const stackOf = (holder: AccessHolder): string => stackOfHolder(holder, PLACE.instance, PLACE.homeRegion);

/** Version 0: not declared, so the stack is not there. Versions share rows, so that some are kept when one follows another. */
const rowsOf = (holder: AccessHolder, version: number): readonly AccessRow[] =>
  version === 0
    ? []
    : [0, 1].map((offset) => ({ principal: holder, dataset: `d${version + offset}`, tier: 't', level: 'read' }));

/** `lost-answer`: told as failed, and done all the same. `left-out`: not in the plan, by `--target` or `--exclude`. */
type Fate = 'done' | 'failed' | 'lost-answer' | 'skipped' | 'left-out';

interface Step {
  readonly versions: readonly number[];
  readonly fates: readonly Fate[];
  /** Killed: what was done is done, and nothing is told. */
  readonly isKilled: boolean;
}

interface Model {
  /** What is really deployed. */
  version: number;
  /** Row by row, the run that gave it. */
  since: Map<string, number>;
  /** A run has worked on it and could not tell how that ended. */
  isDoubted: boolean;
  /** Once more than one run may have given its rows, for all that anybody can know: then only that they are held is sure. */
  isBlurred: boolean;
}

const hour = (ordinal: number, minute: number): string =>
  new Date(Date.UTC(2026, 0, 1) + (ordinal * 60 + minute) * 60_000).toISOString();

const deploy = (model: Model, holder: AccessHolder, version: number, ordinal: number): void => {
  const ids = rowsOf(holder, version).map(rowId);
  model.since = new Map(ids.map((id) => [id, model.since.get(id) ?? ordinal]));
  model.version = version;
};

const resultOf = (stack: string, fate: Fate): readonly StackResult[] => {
  switch (fate) {
    case 'done':
      return [{ outcome: 'applied', stack, seconds: 1, objects: [] }];
    case 'failed':
    case 'lost-answer':
      return [{ outcome: 'failed', stack, seconds: 1, failures: [], objects: [] }];
    case 'skipped':
      return [{ outcome: 'skipped', stack, because: 'cancelled' }];
    case 'left-out':
      return [];
  }
};

const stackAt = (holder: AccessHolder, version: number): readonly Pick<Stack, 'name' | 'digest'>[] =>
  version === 0 ? [] : [{ name: stackOf(holder), digest: `sha256:${version}` }];

const ended = (ordinal: number, minute: number, outcome: ResultLine['outcome']): ResultLine => ({
  line: 'result',
  at: hour(ordinal, minute),
  outcome,
  counts: { applied: 0, unchanged: 0, failed: 0, skipped: 0 },
  seconds: 1,
  problems: [],
});

const accessBetween = (holder: AccessHolder, from: number, to: number): readonly AccessChange[] => {
  const [before, after] = [rowsOf(holder, from), rowsOf(holder, to)];
  const has = (rows: readonly AccessRow[], dataset: string) =>
    rows.flatMap((row) => (row.dataset === dataset ? [{ level: row.level }] : []));
  return [...new Set([...before, ...after].map(({ dataset }) => dataset))].flatMap(
    (dataset): readonly AccessChange[] => {
      const change = {
        principal: holder,
        dataset,
        tier: 't',
        before: has(before, dataset),
        after: has(after, dataset),
      };
      return change.before.length === change.after.length ? [] : [change];
    },
  );
};

interface World {
  readonly journal: MemoryJournal;
  readonly models: ReadonlyMap<AccessHolder, Model>;
  /** An entry that was begun and not ended. */
  open: { readonly ordinal: number; readonly lines: readonly JournalLine[]; readonly previous?: EntryRef } | undefined;
  previous: EntryRef | undefined;
}

const closeOpen = (world: World, ordinal: number): void => {
  const { open, journal } = world;
  if (open === undefined) return;
  const header = headerAt(open.ordinal, hour(open.ordinal, 0), open.previous);
  world.previous = writeEntry(journal, header, [...open.lines, ended(ordinal, 0, 'abandoned')]);
  world.open = undefined;
};

const runOnce = async (world: World, ordinal: number, { versions, fates, isKilled }: Step): Promise<void> => {
  closeOpen(world, ordinal);
  const { journal, models, previous } = world;
  const declared = HOLDERS.map((holder, index) => ({ holder, version: versions[index] ?? 0 }));
  const live = HOLDERS.flatMap((holder) =>
    stackAt(holder, models.get(holder)?.version ?? 0).map((one) => ({
      ...one,
      ownership: 'ours' as const,
      status: 'UPDATE_COMPLETE',
    })),
  );
  const planned = declared.flatMap(({ holder, version }, index) => {
    const fate = fates[index] ?? 'done';
    return models.get(holder)?.version === version || fate === 'left-out' ? [] : [{ holder, version, fate }];
  });
  const plan: PlanLine = {
    line: 'plan',
    summary: { create: 0, update: 0, adopt: 0, prune: 0, unchanged: 0 },
    waves: [planned.map(({ holder }) => stackOf(holder))],
    access: planned.flatMap(({ holder, version }) => accessBetween(holder, models.get(holder)?.version ?? 0, version)),
  };
  const earlier = await readEarlier(journalReader(journal.store), ordinal, PLACE);
  for (const { holder, version, fate } of planned) {
    const model = models.get(holder);
    if (model === undefined) throw new Error('no model');
    const isDone = fate === 'done' || fate === 'lost-answer';
    if (isDone) deploy(model, holder, version, ordinal);
    if (fate === 'done' && !isKilled) model.isDoubted = false;
    else if (isKilled || fate !== 'skipped')
      [model.isDoubted, model.isBlurred] = [true, model.isBlurred || model.isDoubted || !isDone];
  }
  const header = headerAt(ordinal, hour(ordinal, 0), previous);
  if (isKilled) {
    writeEntry(journal, header, [plan], false);
    world.open = { ordinal, lines: [plan], ...(previous === undefined ? {} : { previous }) };
    return;
  }
  const { rows, unsure } = rowsAfter({
    declared: declared.flatMap(({ holder, version }) => rowsOf(holder, version)),
    desired: {
      ...PLACE,
      stacks: declared.flatMap(({ holder, version }) => stackAt(holder, version)) as unknown as readonly Stack[],
    },
    live: { stacks: live as unknown as LiveState['stacks'] },
    access: plan.access,
    results: planned.flatMap(({ holder, fate }) => resultOf(stackOf(holder), fate)),
    ...(earlier.known === undefined ? {} : { before: earlier.known }),
    begunBy: earlier.begunBy,
    doubtful: earlier.doubtful,
    ordinal,
  });
  const access = packRows(rows, earlier.known?.base, unsure);
  world.previous = writeEntry(journal, header, [plan, access, ended(ordinal, 5, 'applied')]);
};

const steps = fc.array(
  fc.record({
    versions: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
    fates: fc.array(fc.constantFrom<Fate>('done', 'done', 'failed', 'lost-answer', 'skipped', 'left-out'), {
      minLength: 3,
      maxLength: 3,
    }),
    isKilled: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
  }),
  { minLength: 1, maxLength: 10 },
);

const truth = (models: World['models'], holder: AccessHolder): readonly string[] =>
  [...(models.get(holder)?.since.keys() ?? [])].sort();

const isSureLater = async (reader: JournalReader, holder: AccessHolder, from: number, to: number): Promise<boolean> => {
  for (let at = from; at <= to; at += 1) {
    const known = await reader.rows(at);
    if (known?.unsure.every(({ principal }) => principal !== holder) === true) return true;
  }
  return false;
};

it('after any runs, tells what is live, and by which run; or that it is not sure', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const models = new Map(
        HOLDERS.map((holder): [AccessHolder, Model] => [
          holder,
          { version: 0, since: new Map(), isDoubted: false, isBlurred: false },
        ]),
      );
      const world: World = { journal: memoryJournal(), models, open: undefined, previous: undefined };
      const then: ReadonlyMap<AccessHolder, readonly string[]>[] = [];
      for (const [index, step] of run.entries()) {
        const ordinal = index + 1;
        await runOnce(world, ordinal, step);
        then.push(new Map(HOLDERS.map((holder) => [holder, truth(models, holder)])));
        const told = await journalReader(world.journal.store).rows(ordinal);
        expect(told === undefined).toBe(step.isKilled);
        for (const holder of told === undefined ? [] : HOLDERS) {
          if (told?.unsure.some(({ principal }) => principal === holder) === true) continue;
          const rows = told?.rows.filter(({ principal }) => principal === holder) ?? [];
          expect(rows.map(rowId).sort()).toEqual(truth(models, holder));
          for (const row of rows) {
            const model = models.get(holder);
            const since = model?.since.get(rowId(row)) ?? 0;
            if (model?.isBlurred === true) expect(row.since).toBeLessThanOrEqual(ordinal);
            else expect(row.since).toBe(since);
          }
        }
      }
      const reader = journalReader(world.journal.store);
      for (const [index, held] of then.entries()) {
        const moment = hour(index + 1, 7);
        const { states, isKnown } = await statesIn(reader, { from: moment, to: moment });
        if (!isKnown) continue;
        const told = new Set(states.flatMap(({ rows }) => rows.map(rowId)));
        const isSure = states.every(({ isTold, unsure }) => isTold && unsure.length === 0);
        if (isSure) expect([...told].sort()).toEqual([...held.values()].flat().sort());
        // Never less than was held, as soon as a later run is sure of the holder.
        for (const [holder, ids] of held)
          if (await isSureLater(reader, holder, index + 2, run.length))
            expect(ids.filter((id) => !told.has(id))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});
