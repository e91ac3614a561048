import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOCUMENT_LIMIT, type Leaf, packRows } from '../../src/access/documents/pack.ts';
import type { RowLevel } from '../../src/access/levels.ts';
import { type Scope, scopeOf } from '../../src/access/scope.ts';
import { addDays } from '../../src/access/time.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import { AS_OF, catalogOf, dataset, tier } from './support.ts';
import { expectOneNode, placeOf, touchedBetween } from './touched.ts';

/** What rows are like: each makes documents of another size. */
interface Kind {
  readonly metadata: 'exact' | 'open';
  readonly regions: readonly string[];
  /** How many different last days; 0: none has one. */
  readonly dates: number;
  readonly levels: readonly RowLevel[];
}

const READ: readonly RowLevel[] = ['read'];
const MIXED: readonly RowLevel[] = ['read', 'read', 'read', 'read', 'read-raw', 'discover', 'write', 'admin'];
const ONE_REGION = ['eu-west-1'];
const REGIONS = ['eu-west-1', 'us-east-1'];

const kinds: readonly Kind[] = (['exact', 'open'] as const).flatMap((metadata) =>
  [ONE_REGION, REGIONS].flatMap((regions) =>
    [0, 1, 3, 12, 1000].flatMap((dates) => [READ, MIXED].map((levels): Kind => ({ metadata, regions, dates, levels }))),
  ),
);

interface Sample {
  readonly scope: Scope;
  readonly rows: readonly AccessRow[];
}

const LONG = 'the-results-of-all-laboratories-and-sites';

/** More rows than fit one document, with names of 5 to 40 characters. */
const sampleArbitrary = (kind: Kind): fc.Arbitrary<Sample> =>
  fc
    .uniqueArray(
      fc.record({
        name: fc
          .tuple(fc.nat(35), fc.nat(2 ** 30))
          .map(([length, tag]) => `${LONG.slice(0, length)}${tag.toString(36)}`),
        level: fc.nat(kind.levels.length - 1),
        day: fc.nat(Math.max(0, kind.dates - 1)),
      }),
      { minLength: 60, maxLength: 60, selector: ({ name }) => name },
    )
    .map((draws) => ({
      scope: scopeOf(
        catalogOf({
          regions: REGIONS,
          tiers: [tier('sensitive', { metadata: kind.metadata })],
          datasets: draws.map(({ name }) => dataset(name, 'sensitive', { regions: kind.regions })),
        }),
        'dev01',
        AS_OF,
      ),
      rows: draws.map(({ name, level, day }): AccessRow => ({
        principal: 'team:oncology',
        dataset: name,
        tier: 'sensitive',
        level: kind.levels[level] ?? 'read',
        ...(kind.dates === 0 ? {} : { until: addDays('2027-01-01', day) }),
      })),
    }));

/** The layouts just before and just after the first document splits, and the place of the row that split it. */
const firstSplit = ({ scope, rows }: Sample): readonly [readonly Leaf[], readonly Leaf[], string] => {
  let [one, two] = [1, 4];
  while (two < rows.length && packRows(scope, rows.slice(0, two)).length === 1) [one, two] = [two, two * 2];
  while (two - one > 1) {
    const middle = Math.floor((one + two) / 2);
    if (packRows(scope, rows.slice(0, middle)).length === 1) one = middle;
    else two = middle;
  }
  const [added] = rows.slice(one, two);
  return [
    packRows(scope, rows.slice(0, one)),
    packRows(scope, rows.slice(0, two)),
    added === undefined ? '' : placeOf(added),
  ];
};

/** Samples a kind. */
const RUNS = 5;

describe('a split', () => {
  const touchedBy = (kind: Kind, seed: number): readonly number[] =>
    fc.sample(sampleArbitrary(kind), { numRuns: RUNS, seed }).map((sample) => {
      const [before, after, place] = firstSplit(sample);
      const touched = touchedBetween(before, after);
      expectOneNode(sample.scope, touched, place);
      return touched.count;
    });

  it('touches two documents; the few that go on touch a third, seldom a fourth', () => {
    const counts = kinds.flatMap((kind, index) => touchedBy(kind, 1000 + index));
    expect(counts).toHaveLength(kinds.length * RUNS);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
    // Measured over 9,226 splits: 2.1 %.
    expect(counts.filter((count) => count > 2).length / counts.length).toBeLessThan(0.04);
  });

  it('never goes on where rows are alike: one region, and no dates or one', () => {
    for (const [index, kind] of kinds.entries())
      if (kind.regions === ONE_REGION && kind.dates <= 1)
        expect(Math.max(...touchedBy(kind, 2000 + index)), JSON.stringify(kind)).toBeLessThanOrEqual(2);
  });
});

describe('the names of documents', () => {
  const startsWith = (digits: string) => (name: string) => digits.includes(sha256Hex(name).slice(0, 1));
  const names = Array.from({ length: 2000 }, (_, index) => `dataset-of-number-${index}`);
  const scope = scopeOf(
    catalogOf({ tiers: [tier('sensitive')], datasets: names.map((name) => dataset(name)) }),
    'dev01',
    AS_OF,
  );
  const rowsOf = (some: readonly string[]): readonly AccessRow[] =>
    some.map((name) => ({ principal: 'team:oncology', dataset: name, tier: 'sensitive', level: 'read' }));
  const layout = (some: readonly string[]): readonly Leaf[] => packRows(scope, rowsOf(some));
  const bitsOf = (leaves: readonly Leaf[]): readonly string[] => leaves.map((leaf) => leaf.bits);
  const zeros = names.filter(startsWith('01234567'));
  const ones = names.filter(startsWith('89abcdef'));

  it('come from the hash: the zero half keeps the name', () => {
    const leaves = layout(names.slice(0, 60));
    expect(bitsOf(leaves)[0]).toBe('');
    for (const { bits, rows, size } of leaves) {
      expect(size).toBeLessThanOrEqual(DOCUMENT_LIMIT);
      expect(bits).toMatch(/^([01]*1)?$/);
      for (const row of rows) {
        const hash = BigInt(`0x1${sha256Hex(row.dataset)}`)
          .toString(2)
          .slice(1);
        expect(hash.startsWith(bits)).toBe(true);
      }
    }
    expect(new Set(bitsOf(leaves)).size).toBe(leaves.length);
  });

  it('skip bits in which all rows agree, so the first document is always there', () => {
    expect(bitsOf(layout(ones.slice(0, 30)))).toEqual(['', '11']);
    expect(bitsOf(layout(zeros.slice(0, 30)))).toEqual(['', '01']);
  });

  it('change for one document when the first row of an empty half comes, whatever the size', () => {
    for (const [all, fresh] of [
      [ones.slice(0, 60), zeros[0] ?? ''],
      [zeros.slice(0, 60), ones[0] ?? ''],
    ] as const) {
      const touched = touchedBetween(layout(all), layout([...all, fresh]));
      expectOneNode(scope, touched, `sensitive/${fresh}`);
      expect(touched.count).toBeLessThanOrEqual(2);
    }
  });

  it('are none for no rows, and one dataset alone is never split', () => {
    expect(layout([])).toEqual([]);
    const [name = ''] = names;
    const dates = Array.from({ length: 40 }, (_, index) => addDays('2027-01-01', index));
    const rows = dates.flatMap((until) => rowsOf([name]).map((row) => ({ ...row, until })));
    expect(packRows(scope, rows)).toHaveLength(1);
  });
});
