import { compareText } from '../../reconciler/model/json.ts';
import type { AccessChange } from '../../reconciler/model/plan.ts';
import { effectOf } from './effect.ts';
import type { RowLevel } from '../levels.ts';

/** From the largest risk to the least: who may change data or put some in comes before who may only look. */
export const RISK_OF_LEVELS: readonly RowLevel[] = ['admin', 'run-write', 'write', 'read-raw', 'read', 'discover'];

/** What the order is made of, each the smaller the larger the risk. */
const ranksOf = (change: AccessChange, tiers: readonly string[]): readonly number[] => {
  const { gained, lost } = effectOf(change);
  const moved = gained.length > 0 ? gained : lost.length > 0 ? lost : change.after.map(({ level }) => level);
  const people = change.principal.startsWith('everyone:') ? Number.MAX_SAFE_INTEGER : (change.people ?? 0);
  return [
    -tiers.indexOf(change.tier),
    gained.length > 0 ? 0 : lost.length > 0 ? 1 : 2,
    Math.min(...moved.map((level) => RISK_OF_LEVELS.indexOf(level)), RISK_OF_LEVELS.length),
    -people,
  ];
};

interface Ranked {
  readonly change: AccessChange;
  readonly ranks: readonly number[];
}

const compareRanked = (left: Ranked, right: Ranked): number =>
  left.ranks.reduce((order, rank, index) => (order === 0 ? rank - (right.ranks[index] ?? 0) : order), 0) ||
  compareText(left.change.dataset, right.change.dataset) ||
  compareText(left.change.principal, right.change.principal) ||
  Number(left.change.expired ?? false) - Number(right.change.expired ?? false);

/**
 * The one order in which access changes are told, the largest risk first: the most confidential tier; in it gains, then
 * losses, then moved dates; then the highest level that moves, the most people (everyone before all others, unknown members
 * last), dataset, holder. `tiers` go from the least to the most confidential.
 */
export const sortByRisk = (changes: readonly AccessChange[], tiers: readonly string[]): readonly AccessChange[] =>
  changes
    .map((change) => ({ change, ranks: ranksOf(change, tiers) }))
    .sort(compareRanked)
    .map(({ change }) => change);
