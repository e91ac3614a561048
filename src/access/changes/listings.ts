import type { AccessChange } from '../../reconciler/model/plan.ts';
import { effectOf, isListing } from './effect.ts';
import { endOf } from '../time.ts';

/** A change, and the listing of its tier that comes, goes or moves with it where metadata is open. */
export interface ToldChange {
  readonly change: AccessChange;
  readonly listing?: AccessChange;
}

const sortOf = (change: AccessChange): 'gain' | 'lose' | 'keep' => {
  const { gained, lost } = effectOf(change);
  return gained.length > 0 ? 'gain' : lost.length > 0 ? 'lose' : 'keep';
};

const sharesEnd = (listing: AccessChange, change: AccessChange): boolean =>
  change.after.some(({ until }) => endOf(until) === endOf(listing.after[0]?.until));

const keyOf = ({ principal, tier }: AccessChange): string => `${principal} ${tier}`;

/** Whether a listing needs no sentence of its own beside a change of the same holder in the same tier. */
const comesWith = (listing: AccessChange, change: AccessChange): boolean => {
  if (isListing(change)) return false;
  const sort = sortOf(listing);
  return sort === 'keep' ? sharesEnd(listing, change) : sort === sortOf(change);
};

/**
 * The changes in their order, each with the listing that belongs to it. Where metadata is open, the first grant in a tier
 * brings the names of all its tables, and the last one takes them away: that is part of the grant and no news of its own.
 */
export const withListings = (access: readonly AccessChange[]): readonly ToldChange[] => {
  const listings = new Map<AccessChange, AccessChange>();
  const alike = new Map<string, AccessChange[]>();
  for (const change of access) {
    const known = alike.get(keyOf(change));
    if (known === undefined) alike.set(keyOf(change), [change]);
    else known.push(change);
  }
  for (const listing of access.filter(isListing)) {
    const own = alike.get(keyOf(listing)) ?? [];
    const host = own.find((change) => !listings.has(change) && comesWith(listing, change));
    if (host !== undefined) listings.set(host, listing);
  }
  const told = new Set(listings.values());
  return access
    .filter((change) => !told.has(change))
    .map((change) => {
      const listing = listings.get(change);
      return { change, ...(listing === undefined ? {} : { listing }) };
    });
};
