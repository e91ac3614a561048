/**
 * Lists of small numbers that are built by appending, each distinct list once and known by a number: two places that the
 * same statements speak of have the same list, and are judged once. The empty list is 0.
 */
export interface Chains {
  readonly append: (chain: number, item: number) => number;
  readonly items: (chain: number) => readonly number[];
  readonly last: (chain: number) => number;
}

/** Starts with the empty list. `width` is more than any item. */
export const startChains = (width: number): Chains => {
  const next = new Map<number, number>();
  const parents = [0];
  const lasts = [-1];
  return {
    append: (chain, item) => {
      const key = chain * width + item;
      const known = next.get(key);
      if (known !== undefined) return known;
      const made = parents.push(chain) - 1;
      lasts.push(item);
      next.set(key, made);
      return made;
    },
    items: (chain) => {
      const items: number[] = [];
      for (let at = chain; at > 0; at = parents[at] ?? 0) items.push(lasts[at] ?? 0);
      return items.reverse();
    },
    last: (chain) => lasts[chain] ?? -1,
  };
};
