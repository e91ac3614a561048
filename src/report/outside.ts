import { withListings } from '../access/changes/listings.ts';
import { describeGiven, describeOutside } from '../access/changes/outside.ts';
import type { OutsideAccess } from '../reconciler/model/plan.ts';

/**
 * Outside access as sentences without full stops. Names of tables that come with more are not told by themselves. `withDeed` is
 * false beside the object that somebody changed.
 */
export const tellOutside = (outside: readonly OutsideAccess[] = [], withDeed = true): readonly string[] => {
  const rights = outside.flatMap((one) => (one.sort === 'rights' ? [one.change] : []));
  const told = new Set(withListings(rights).map(({ change }) => change));
  return outside
    .filter((one) => one.sort !== 'rights' || told.has(one.change))
    .map(withDeed ? describeOutside : describeGiven);
};
