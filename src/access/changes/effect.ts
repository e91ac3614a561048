import type { AccessChange, HeldLevel } from '../../reconciler/model/plan.ts';
import { implied, implies, LEVELS, type RowLevel } from '../levels.ts';
import { endOf } from '../time.ts';

/** What a change does to somebody: the levels that are new and those that go, each without what others imply. */
export interface AccessEffect {
  readonly gained: readonly RowLevel[];
  readonly lost: readonly RowLevel[];
}

const rightsIn = (levels: readonly HeldLevel[]): ReadonlySet<RowLevel> =>
  new Set(levels.flatMap(({ level }) => implied(level)));

/** The levels without those that another one of them implies, from the least to the most. */
export const topLevels = (levels: Iterable<RowLevel>): readonly RowLevel[] => {
  const all = new Set(levels);
  return LEVELS.filter(
    (level) => all.has(level) && ![...all].some((other) => other !== level && implies(other, level)),
  );
};

const without = (levels: readonly HeldLevel[], others: readonly HeldLevel[]): readonly RowLevel[] => {
  const rights = rightsIn(others);
  return topLevels([...rightsIn(levels)].filter((level) => !rights.has(level)));
};

/** The levels that a change gives and takes; neither where only dates move. */
export const effectOf = ({ before, after, expired }: AccessChange): AccessEffect =>
  expired === true
    ? { gained: [], lost: topLevels(before.map(({ level }) => level)) }
    : { gained: without(after, before), lost: without(before, after) };

const latestEnd = (levels: readonly HeldLevel[], right: RowLevel): string =>
  levels.reduce((latest, held) => {
    const end = implied(held.level).includes(right) ? endOf(held.until) : '';
    return end > latest ? end : latest;
  }, '');

/** The rights that somebody gets or keeps for longer: what needs an approval. */
export const widenedRights = ({ before, after }: AccessChange): readonly RowLevel[] =>
  [...rightsIn(after)].filter((right) => latestEnd(after, right) > latestEnd(before, right));

/** Whether it is only that the tables of a whole tier are seen: what comes with any grant where metadata is open. */
export const isListing = ({ dataset, before, after }: AccessChange): boolean =>
  dataset === '*' && [...before, ...after].every(({ level }) => level === 'discover');
