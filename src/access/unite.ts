import { compareText } from '../reconciler/model/json.ts';
import type { AccessRow } from '../reconciler/model/resource.ts';
import { implied, implies, LEVELS, type RowLevel } from './levels.ts';
import { earlierEnd, type End, endOf, laterEnd, untilField } from './time.ts';

/** Levels with their ends, of one holder on one dataset. */
export type LevelEnds = ReadonlyMap<RowLevel, End>;

/** Adds a level to a map, keeping the later end. */
const extend = (ends: Map<RowLevel, End>, level: RowLevel, end: End): void => {
  const known = ends.get(level);
  ends.set(level, known === undefined ? end : laterEnd(known, end));
};

/** Leaves out each level that another one holds at least as long. */
export const withoutImplied = (ends: LevelEnds): LevelEnds =>
  new Map(
    [...ends].filter(
      ([level, end]) =>
        ![...ends].some(([other, otherEnd]) => other !== level && implies(other, level) && otherEnd >= end),
    ),
  );

/** The group of a row: one holder on one dataset. Tiers are part of it, because `*` means another thing in each. */
export const rowKey = (row: AccessRow): string => `${row.principal}\n${row.tier}\n${row.dataset}`;

interface Group {
  readonly row: AccessRow;
  readonly ends: Map<RowLevel, End>;
}

const groupRows = (rows: readonly AccessRow[]): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const group = groups.get(rowKey(row)) ?? { row, ends: new Map<RowLevel, End>() };
    extend(group.ends, row.level, endOf(row.until));
    groups.set(rowKey(row), group);
  }
  return groups;
};

/** Whether `*` of the same tier already gives this level at least as long. */
const isCovered = (level: RowLevel, end: End, wildcard: LevelEnds | undefined): boolean =>
  wildcard !== undefined && [...wildcard].some(([other, otherEnd]) => implies(other, level) && otherEnd >= end);

/** One order for rows: by holder, tier, dataset (`*` first), level. */
export const compareRows = (left: AccessRow, right: AccessRow): number =>
  compareText(left.principal, right.principal) ||
  compareText(left.tier, right.tier) ||
  compareText(left.dataset, right.dataset) ||
  LEVELS.indexOf(left.level) - LEVELS.indexOf(right.level);

/**
 * Unites overlapping rows: the latest end wins, no end is latest; levels that others hold are left out, and so is what `*`
 * of the tier gives anyway. The result depends on the set of rows, not on their order.
 */
export const uniteRows = (rows: readonly AccessRow[]): readonly AccessRow[] => {
  const groups = groupRows(rows);
  return [...groups.values()]
    .flatMap(({ row, ends }) => {
      const { principal, tier, dataset } = row;
      const wildcard = dataset === '*' ? undefined : groups.get(rowKey({ ...row, dataset: '*' }))?.ends;
      return [...withoutImplied(ends)]
        .filter(([level, end]) => !isCovered(level, end, wildcard))
        .map(([level, end]): AccessRow => ({ principal, dataset, tier, level, ...untilField(end) }));
    })
    .sort(compareRows);
};

/** All that some levels give, each right with its own end; `admin` where both of its halves are held. */
export const expandEnds = (ends: LevelEnds): LevelEnds => {
  const rights = new Map<RowLevel, End>();
  for (const [level, end] of ends) for (const held of implied(level)) extend(rights, held, end);
  const [raw, write] = [rights.get('read-raw'), rights.get('write')];
  if (raw !== undefined && write !== undefined) extend(rights, 'admin', earlierEnd(raw, write));
  return rights;
};

/**
 * The form in which two sets of rows are equal exactly when they give the same access. `read-raw` and `write` together are
 * `admin` here, because IAM cannot tell them apart; rows that people declared are not rewritten this way.
 */
export const canonicalRows = (rows: readonly AccessRow[]): readonly AccessRow[] =>
  uniteRows(
    [...groupRows(rows).values()].flatMap(({ row, ends }) =>
      [...expandEnds(ends)].map(([level, end]): AccessRow => ({
        principal: row.principal,
        dataset: row.dataset,
        tier: row.tier,
        level,
        ...untilField(end),
      })),
    ),
  );
