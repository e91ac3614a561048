import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { AccessChange, HeldLevel } from '../../reconciler/model/plan.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import { LEVELS, type RowLevel } from '../levels.ts';
import { sortByRisk } from './risk.ts';
import { dayOf, type End, endOf, laterEnd, untilField } from '../time.ts';
import { expandEnds, type LevelEnds, rowKey, withoutImplied } from '../unite.ts';

/** What a comparison needs to know beside the rows. */
export interface DiffOptions {
  /** How many people stand behind a holder, where that is known. */
  readonly people: (holder: AccessHolder) => number | undefined;
  /** From the least to the most confidential. */
  readonly tiers: readonly string[];
  /** ISO 8601: rows of `before` that ended before this day count as expired. */
  readonly asOf: string;
}

/** All rights of one holder on one dataset, and those that `*` gives on every dataset of the tier. */
interface Side {
  readonly own: LevelEnds;
  readonly wildcard: LevelEnds;
}

type ByKey = ReadonlyMap<string, LevelEnds>;

const NOTHING: LevelEnds = new Map();

const rightsByKey = (rows: readonly AccessRow[]): ByKey => {
  const ends = new Map<string, Map<RowLevel, End>>();
  for (const row of rows) {
    const known = ends.get(rowKey(row)) ?? new Map<RowLevel, End>();
    const end = known.get(row.level);
    known.set(row.level, end === undefined ? endOf(row.until) : laterEnd(end, endOf(row.until)));
    ends.set(rowKey(row), known);
  }
  return new Map([...ends].map(([key, levels]) => [key, expandEnds(levels)]));
};

const sideOf = (rights: ByKey, row: AccessRow): Side => ({
  own: rights.get(rowKey(row)) ?? NOTHING,
  wildcard: row.dataset === '*' ? NOTHING : (rights.get(rowKey({ ...row, dataset: '*' })) ?? NOTHING),
});

/** How long one right is held, and whether that comes with the whole tier. */
interface Given {
  readonly end: End;
  readonly isWide: boolean;
}

const givenBy = (side: Side, level: RowLevel): Given | undefined => {
  const own = side.own.get(level);
  const wide = side.wildcard.get(level);
  if (own === undefined && wide === undefined) return undefined;
  return { end: laterEnd(own ?? '', wide ?? ''), isWide: wide !== undefined && wide >= (own ?? '') };
};

const isWideOnly = (before: Given | undefined, after: Given | undefined): boolean =>
  before?.isWide !== false && after?.isWide !== false;

/**
 * Whether a right on one dataset is news. What comes and goes with the whole tier is told there, once. But a right that
 * stays while the tier's rights go is worth a sentence, or the one on the tier would read as if it went too.
 */
const isNews = (before: Given | undefined, after: Given | undefined): boolean => {
  if (isWideOnly(before, after)) return false;
  if (before === undefined || after === undefined) return true;
  if (before.end === after.end) return before.isWide && !after.isWide;
  return before.isWide || !after.isWide || after.end < before.end;
};

const toHeld = (ends: LevelEnds): readonly HeldLevel[] =>
  [...withoutImplied(ends)]
    .sort(([left], [right]) => LEVELS.indexOf(left) - LEVELS.indexOf(right))
    .map(([level, end]) => ({ level, ...untilField(end) }));

interface Compared {
  readonly before: readonly HeldLevel[];
  readonly after: readonly HeldLevel[];
}

const compareSides = (before: Side, after: Side): Compared | undefined => {
  const [had, has] = [new Map<RowLevel, End>(), new Map<RowLevel, End>()];
  let news = false;
  for (const level of LEVELS) {
    const [was, is] = [givenBy(before, level), givenBy(after, level)];
    if (isNews(was, is)) news = true;
    if (isWideOnly(was, is)) continue;
    if (was !== undefined) had.set(level, was.end);
    if (is !== undefined) has.set(level, is.end);
  }
  return news ? { before: toHeld(had), after: toHeld(has) } : undefined;
};

const changeOf = (row: AccessRow, compared: Compared, options: DiffOptions): AccessChange => {
  const people = options.people(row.principal);
  return {
    principal: row.principal,
    dataset: row.dataset,
    tier: row.tier,
    ...compared,
    ...(people === undefined ? {} : { people }),
  };
};

const distinct = (rows: readonly AccessRow[]): readonly AccessRow[] => [
  ...new Map(rows.map((row) => [rowKey(row), row])).values(),
];

/** Rights that had ended by now and that nothing gives any more. */
const expiredChanges = (
  expired: readonly AccessRow[],
  held: ByKey,
  after: ByKey,
  options: DiffOptions,
): readonly AccessChange[] => {
  const rights = rightsByKey(expired);
  return distinct(expired).flatMap((row) => {
    const sides = [sideOf(held, row), sideOf(after, row)];
    const gone = new Map(
      [...(rights.get(rowKey(row)) ?? NOTHING)].filter(([level]) =>
        sides.every((side) => givenBy(side, level) === undefined),
      ),
    );
    if (gone.size === 0) return [];
    return [{ ...changeOf(row, { before: toHeld(gone), after: [] }, options), expired: true }];
  });
};

/**
 * Who gains and who loses what: compares rows before and after, of any form. A change whose `before` and `after` are equal
 * says that a dataset is kept while the rights on its whole tier shrink. `before` may hold rows that ended in the past
 * (`HeldAccess.expired`); they become changes with `expired`. The largest risk first.
 */
export const diffAccess = (
  before: readonly AccessRow[],
  after: readonly AccessRow[],
  options: DiffOptions,
): readonly AccessChange[] => {
  const today = dayOf(options.asOf);
  const isPast = (row: AccessRow): boolean => row.until !== undefined && row.until < today;
  const held = rightsByKey(before.filter((row) => !isPast(row)));
  const wanted = rightsByKey(after.filter((row) => !isPast(row)));
  const changes = distinct([...before, ...after]).flatMap((row) => {
    const compared = compareSides(sideOf(held, row), sideOf(wanted, row));
    return compared === undefined ? [] : [changeOf(row, compared, options)];
  });
  const expired = expiredChanges(before.filter(isPast), held, wanted, options);
  return sortByRisk([...changes, ...expired], options.tiers);
};

/** Counts the people behind the holders of a catalog: a team's members where they are known. A user is one by name. */
export const peopleOf = (catalog: Catalog): DiffOptions['people'] => {
  const counts = new Map<string, number>(
    catalog.principals
      .filter((principal) => principal.kind === 'team' && principal.members.length > 0)
      .map((principal) => [principal.ref, principal.members.length]),
  );
  return (holder) => counts.get(holder);
};
