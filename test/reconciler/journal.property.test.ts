import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineText, sealText, type JournalObject } from '../../src/reconciler/journal/entry.ts';
import { journalKey, ordinalOf } from '../../src/reconciler/journal/keys.ts';
import type { EntryRef, HeaderLine, JournalRow } from '../../src/reconciler/journal/lines.ts';
import { packRows, rowId, unpackRows, withSince, type Base } from '../../src/reconciler/journal/rows.ts';
import { verifyJournal } from '../../src/reconciler/journal/verify.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';

/** Laws of the journal: every edit is found, and rows come back as they were. */

const header = (ordinal: number, previous?: EntryRef): HeaderLine => ({
  line: 'header',
  formatVersion: '1',
  ordinal,
  run: `run-${ordinal}`,
  kind: 'apply',
  instance: 'dev01',
  account: '111111111111',
  by: 'arn:aws:iam::111111111111:role/deploy',
  at: `2026-11-22T10:00:0${ordinal}.000Z`,
  edlVersion: '0.1.0',
  catalog: { digest: 'sha256:c' },
  plan: 'sha256:p',
  asOf: '2026-11-22T00:00:00Z',
  targets: [],
  excludes: [],
  allowances: [],
  ...(previous === undefined ? {} : { previous }),
});

const objectOf = (ordinal: number, bytes: Buffer): JournalObject => ({
  key: journalKey(ordinal),
  text: bytes.toString('utf8'),
  digest: `sha256:${sha256Hex(bytes)}`,
});

const chainOf = (count: number): readonly Buffer[] => {
  const chain: Buffer[] = [];
  let previous: EntryRef | undefined;
  for (let ordinal = 1; ordinal <= count; ordinal += 1) {
    const bytes = Buffer.from(sealText(lineText(header(ordinal, previous))), 'utf8');
    chain.push(bytes);
    previous = { ordinal, digest: `sha256:${sha256Hex(bytes)}` };
  }
  return chain;
};

const CHAIN = chainOf(4);
const codes = (chain: readonly (Buffer | undefined)[], expected?: string): readonly string[] =>
  verifyJournal(
    chain.flatMap((bytes, index) => (bytes === undefined ? [] : [objectOf(index + 1, bytes)])),
    'dev01',
    expected,
  ).problems.map(({ code }) => code);

describe('the chain', () => {
  it('verifies as it was written', () => {
    expect(codes(CHAIN)).toEqual([]);
    expect(codes(CHAIN, `sha256:${sha256Hex(CHAIN[3] ?? '')}`)).toEqual([]);
  });

  it('finds any byte that was changed, put in or taken out, in any entry', () => {
    const edit = fc.record({
      entry: fc.nat(CHAIN.length - 1),
      at: fc.nat(10_000),
      byte: fc.integer({ min: 1, max: 255 }),
      how: fc.constantFrom('change', 'insert', 'remove'),
    });
    fc.assert(
      fc.property(edit, ({ entry, at, byte, how }) => {
        const bytes = CHAIN[entry] ?? Buffer.of();
        const place = at % bytes.length;
        const changed = Buffer.of((bytes[place] ?? 0) ^ byte);
        const middle = how === 'change' ? changed : how === 'insert' ? Buffer.of(byte) : Buffer.of();
        const rest = bytes.subarray(how === 'insert' ? place : place + 1);
        const edited = Buffer.concat([bytes.subarray(0, place), middle, rest]);
        fc.pre(!edited.equals(bytes));
        // Of the newest, whose seal was taken away, nobody can tell whether it goes on.
        expect(codes(CHAIN.map((one, index) => (index === entry ? edited : one)))).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('finds what was removed, written anew, or cut off at the end when somebody kept a digest', () => {
    const [one, two, three] = CHAIN;
    expect(codes([one, undefined, three])).toEqual(['EDL-4232']);
    expect(codes([undefined, two])).toEqual(['EDL-4232']);
    const forged = Buffer.from(
      sealText(
        lineText({ ...header(2), run: 'forged', previous: { ordinal: 1, digest: `sha256:${sha256Hex(one ?? '')}` } }),
      ),
    );
    expect(codes([one, forged, three])).toEqual(['EDL-4231']);
    expect(codes([one, two])).toEqual([]);
    expect(codes([one, two], `sha256:${sha256Hex(three ?? '')}`)).toEqual(['EDL-4234']);
  });
});

describe('keys', () => {
  it('list the newest first and name their entries', () => {
    const ordinals = [1, 2, 9, 10, 999, 1000, 99_999];
    expect(ordinals.map(journalKey).sort().map(ordinalOf)).toEqual([...ordinals].reverse());
    expect(ordinalOf('edl/journal/x')).toBeUndefined();
    expect(ordinalOf('edl/journal/00000000-00000001.jsonl')).toBeUndefined();
  });
});

const rowOf = (index: number): AccessRow => ({
  principal: `team:t${index % 30}`,
  dataset: `d${index}`,
  tier: 'internal',
  level: index % 3 === 0 ? 'write' : 'read',
  ...(index % 2 === 0 ? {} : { until: '2026-12-31' }),
});

const sorted = (rows: readonly JournalRow[]): readonly string[] =>
  rows.map((row) => `${rowId(row)} ${row.since}`).sort();

describe('rows', () => {
  it('come back as they were after each of many runs, in whatever form', () => {
    const runs = fc.array(fc.tuple(fc.nat(500), fc.nat(400), fc.nat(3)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(runs, (steps) => {
        const entries = new Map<number, ReturnType<typeof packRows>>();
        let base: Base | undefined;
        let before: readonly JournalRow[] = [];
        for (const [index, [from, length, hole]] of steps.entries()) {
          const ordinal = index + 1;
          const declared = Array.from({ length: length + 200 }, (_, row) => rowOf(row + (from % 7))).filter(
            (_, row) => hole === 0 || row % 97 !== hole,
          );
          const rows = withSince(declared, before, () => ordinal);
          const line = packRows(rows, base);
          entries.set(ordinal, line);
          const all = line.form === 'full' ? undefined : entries.get(line.base);
          expect(sorted(unpackRows(line, all?.form === 'full' ? all.rows : []))).toEqual(sorted(rows));
          if (line.form === 'full') base = { ordinal, rows };
          before = rows;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('cost little for one grant in a large lake', () => {
    const rows = withSince(
      Array.from({ length: 10_000 }, (_, index) => rowOf(index)),
      [],
      () => 1,
    );
    const one = withSince(
      Array.from({ length: 10_001 }, (_, index) => rowOf(index)),
      rows,
      () => 2,
    );
    expect(lineText(packRows(one, { ordinal: 1, rows })).length).toBeLessThan(300);
    expect(lineText(packRows(rows, undefined)).length).toBeLessThan(1_300_000);
  });
});
