import type { AccessRow } from '../../reconciler/model/resource.ts';
import { implies, LEVELS } from '../levels.ts';
import { endOf } from '../time.ts';
import type { Match } from './matches.ts';

/** Whether a row is all that another one gives, or more, for as long or longer. */
const covers = (larger: AccessRow, smaller: AccessRow): boolean =>
  implies(larger.level, smaller.level) && endOf(larger.until) >= endOf(smaller.until);

/**
 * What of a match says what somebody holds there, lowest level first: rows that give no more than another one are left out,
 * since levels of several grants do not end together and the last of their ends is not the end of all. Of two that give the
 * same, the one by name stays, and not that of a whole tier.
 */
export const heldRows = ({ rows }: Match): readonly AccessRow[] => {
  const named = [...rows].sort((left, right) => Number(left.dataset === '*') - Number(right.dataset === '*'));
  return named
    .filter((row, index) =>
      named.every((other, at) => at === index || !covers(other, row) || (covers(row, other) && index < at)),
    )
    .sort((left, right) => LEVELS.indexOf(left.level) - LEVELS.indexOf(right.level));
};
