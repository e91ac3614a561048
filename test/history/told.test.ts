import { expect, it } from 'vitest';
import { fatesOf } from '../../src/app/history/fates.ts';
import { healsAt } from '../../src/app/history/heals-at.ts';
import { knownDataset } from '../../src/app/history/known-dataset.ts';
import { journalReader } from '../../src/app/history/reader.ts';
import { rowsAfter } from '../../src/app/history/rows-after.ts';
import { windowOf } from '../../src/app/history/window.ts';
import type { HealedObject, JournalLine, JournalRow, RunOutcome } from '../../src/reconciler/journal/lines.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';
import { headerAt, memoryJournal, writeEntry, type MemoryJournal } from './memory-journal.ts';

/** What the journal tells of runs that did not do all they meant, of healing, and of names. */

const dayOf = (ordinal: number): string => `2026-11-${10 + ordinal}`;
const HELD = { principal: 'team:a', dataset: 'd', tier: 't', level: 'read' } as const;
const WANTED = { principal: 'team:a', dataset: 'd', tier: 't' } as const;
const GIVE: AccessChange = { ...WANTED, before: [], after: [{ level: 'read' }] };
const TAKE: AccessChange = { ...WANTED, before: [{ level: 'read' }], after: [] };

interface Told {
  readonly access: readonly AccessChange[];
  readonly outcome: RunOutcome;
  /** Absent: it told none. */
  readonly rows?: readonly JournalRow[];
  readonly isUnsure?: boolean;
}

const write = (journal: MemoryJournal, ordinal: number, { access, outcome, rows, isUnsure }: Told): void => {
  const lines: readonly JournalLine[] = [
    {
      line: 'plan',
      summary: { create: 0, update: 1, adopt: 0, prune: 0, unchanged: 0 },
      waves: [['edl-dev01-access-team-a']],
      access,
    },
    ...(rows === undefined
      ? []
      : [
          {
            line: 'access',
            form: 'full',
            rows,
            unsure: isUnsure === true ? [{ principal: 'team:a' as const, since: ordinal }] : [],
          } as const,
        ]),
    {
      line: 'result',
      at: `${dayOf(ordinal)}T10:05:00.000Z`,
      outcome,
      counts: { applied: 0, unchanged: 0, failed: 0, skipped: 0 },
      seconds: 300,
      problems: [],
    },
  ];
  writeEntry(journal, headerAt(ordinal, `${dayOf(ordinal)}T10:00:00.000Z`), lines);
};

const fates = async (runs: readonly Told[]): Promise<readonly string[]> => {
  const journal = memoryJournal();
  runs.forEach((run, index) => {
    write(journal, index + 1, run);
  });
  const reader = journalReader(journal.store);
  const told = runs.map(async (_, index) => {
    const entry = await reader.entry(index + 1);
    return entry === undefined ? [] : fatesOf(reader, entry);
  });
  return (await Promise.all(told)).flat();
};

const row = (since: number): JournalRow => ({ ...HELD, since });
const FAILED = { access: [GIVE], outcome: 'failed', rows: [], isUnsure: true } as const;

it.each<[string, readonly Told[], readonly string[]]>([
  [
    'failed twice and then done: only the last one gave it',
    [FAILED, FAILED, { access: [GIVE], outcome: 'applied', rows: [row(3)] }],
    ['not-done', 'not-done', 'done'],
  ],
  [
    'killed after all was done: the run that closed it tells so',
    [
      { access: [GIVE], outcome: 'abandoned' },
      { access: [], outcome: 'applied', rows: [row(1)] },
    ],
    ['done'],
  ],
  [
    'killed, finished by AWS, and taken back by the next run: both did what they meant',
    [
      { access: [GIVE], outcome: 'abandoned' },
      { access: [TAKE], outcome: 'applied', rows: [] },
    ],
    ['done', 'done'],
  ],
  [
    'killed before AWS began, and given by the next run: only that one did',
    [
      { access: [GIVE], outcome: 'abandoned' },
      { access: [GIVE], outcome: 'applied', rows: [row(2)] },
    ],
    ['not-done', 'done'],
  ],
  ['failed, and no run since: nobody knows', [FAILED], ['unknown']],
  [
    'taken by the second of two that meant to',
    [
      { access: [TAKE], outcome: 'abandoned' },
      { access: [TAKE], outcome: 'applied', rows: [] },
    ],
    ['not-done', 'done'],
  ],
  [
    'taken by one that was killed',
    [
      { access: [TAKE], outcome: 'abandoned' },
      { access: [], outcome: 'applied', rows: [] },
    ],
    ['done'],
  ],
  ['skipped: it is still held', [{ access: [TAKE], outcome: 'cancelled', rows: [row(0)] }], ['not-done']],
])('%s', async (_, runs, expected) => {
  expect(await fates(runs)).toEqual(expected);
});

it('what CloudFormation still works on is not sure, whatever its digest says', () => {
  const stack = { name: 'edl-dev01-access-team-a', digest: 'sha256:1' };
  const rowsWhile = (status: string) =>
    rowsAfter({
      declared: [HELD],
      access: [],
      desired: { instance: 'dev01', homeRegion: 'eu-west-1', stacks: [stack] },
      live: { stacks: [{ ...stack, ownership: 'ours', status }] },
      results: [],
      begunBy: new Map(),
      doubtful: [],
      ordinal: 2,
    } as unknown as Parameters<typeof rowsAfter>[0]);
  expect(rowsWhile('UPDATE_COMPLETE')).toMatchObject({ rows: [HELD], unsure: [] });
  expect(rowsWhile('UPDATE_IN_PROGRESS')).toMatchObject({ rows: [], unsure: [{ principal: 'team:a', since: 2 }] });
});

const CATALOG = { lake: { instances: [], tiers: [] }, datasets: [{ name: 'sites', tier: 't' }] } as unknown as Catalog;

it('a name is known by the catalog or by any run; a misspelt one is no answer', async () => {
  const journal = memoryJournal();
  write(journal, 1, { access: [{ ...GIVE, dataset: 'trials' }], outcome: 'applied', rows: [] });
  write(journal, 2, { access: [], outcome: 'applied', rows: [] });
  const known = (name: string) => knownDataset(journalReader(journal.store), CATALOG, name);
  expect(await known('sites')).toMatchObject({ found: { name: 'sites' } });
  expect(await known('trials')).toEqual({ found: { name: 'trials', tier: 't' } });
  expect(await known('trial')).toMatchObject({
    problem: { code: 'EDL-5041', detail: expect.stringContaining('Did you mean trials?') as string },
  });
});

const drifted = (since: string | undefined): HealedObject => ({
  id: 'iam-role/x',
  effect: 'widens',
  parts: [],
  access: [],
  ...(since === undefined
    ? {}
    : { author: { status: 'known', by: 'jane', event: 'PutRolePolicy', eventId: 'e', at: since, others: 0 } }),
});

it('a day names the healing that found what people had done by then, and reads no other run', async () => {
  const journal = memoryJournal();
  let lastHeal: number | undefined;
  for (let ordinal = 1; ordinal <= 15; ordinal += 1) {
    const object = new Map([
      [4, drifted(undefined)],
      [9, drifted(`${dayOf(3)}T00:00:00Z`)],
      [12, drifted(`${dayOf(8)}T00:00:00Z`)],
    ]).get(ordinal);
    const header = headerAt(ordinal, `${dayOf(ordinal)}T10:00:00.000Z`);
    const lines: readonly JournalLine[] = object === undefined ? [] : [{ line: 'drift', objects: [object] }];
    const kind = object === undefined ? 'apply' : 'heal';
    writeEntry(journal, { ...header, kind, ...(lastHeal === undefined ? {} : { lastHeal }) }, lines);
    if (object !== undefined) lastHeal = ordinal;
  }
  const named = async (day: string) =>
    (await healsAt(journalReader(journal.store), windowOf(day), 'd', 't')).map(({ ordinal }) => ordinal);
  journal.takeCalls();
  expect(await named(dayOf(5))).toEqual([9]);
  expect(journal.takeCalls().get).toBeLessThanOrEqual(4);
  expect(await named(dayOf(4))).toEqual([4, 9]);
  expect(await named(dayOf(8))).toEqual([9, 12]);
  expect(await named(dayOf(14))).toEqual([]);
});
