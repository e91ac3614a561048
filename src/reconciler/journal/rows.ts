import type { AccessRow } from '../model/resource.ts';
import type { AccessLine, JournalRow } from './lines.ts';

/** Up to so many rows an entry tells all of them: it can be read by itself, and is still small. */
const ALWAYS_FULL = 200;

/** Beyond, an entry tells all of them once what has changed since the last such entry is a tenth of it. */
const FULL_AGAIN_SHARE = 0.1;

/** A row that means the same has the same id, whoever wrote it and whenever. */
export const rowId = ({ principal, dataset, tier, level, until }: AccessRow): string =>
  JSON.stringify([principal, tier, dataset, level, until ?? '']);

const byId = <Row extends AccessRow>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [rowId(row), row]));

const plainRow = ({ principal, dataset, tier, level, until }: AccessRow): AccessRow => ({
  principal,
  dataset,
  tier,
  level,
  ...(until === undefined ? {} : { until }),
});

/** Rows with the entry that gave them: what was there before keeps its own. */
export const withSince = (
  rows: readonly AccessRow[],
  before: readonly JournalRow[],
  since: (row: AccessRow) => number,
): readonly JournalRow[] => {
  const known = byId(before);
  return rows.map((row) => known.get(rowId(row)) ?? { ...plainRow(row), since: since(row) });
};

/** All rows of some entry. */
export interface Base {
  readonly ordinal: number;
  readonly rows: readonly JournalRow[];
}

const isSame = (left: JournalRow | undefined, right: JournalRow): boolean => left?.since === right.since;

/** The rows in the shorter form. */
export const packRows = (
  rows: readonly JournalRow[],
  base: Base | undefined,
  unsure: AccessLine['unsure'] = [],
): AccessLine => {
  const full: AccessLine = { line: 'access', unsure, form: 'full', rows };
  if (base === undefined || rows.length <= ALWAYS_FULL) return full;
  const [before, after] = [byId(base.rows), byId(rows)];
  const gained = rows.filter((row) => !isSame(before.get(rowId(row)), row));
  const lost = base.rows.filter((row) => !after.has(rowId(row))).map(plainRow);
  if (gained.length + lost.length > rows.length * FULL_AGAIN_SHARE) return full;
  return { line: 'access', unsure, form: 'changes', base: base.ordinal, gained, lost };
};

/** All rows of an entry; `base` are those of the entry that it names. The order is of no meaning. */
export const unpackRows = (line: AccessLine, base: readonly JournalRow[]): readonly JournalRow[] => {
  if (line.form === 'full') return line.rows;
  const gone = new Set([...line.lost, ...line.gained].map(rowId));
  return [...base.filter((row) => !gone.has(rowId(row))), ...line.gained];
};
