/**
 * Lists of small numbers that are built by appending, each distinct list once and known by a number: two places that the
 * same statements speak of have the same list, and are judged once. The empty list is 0.
 */
export interface NumberedLists {
  readonly append: (list: number, item: number) => number;
  readonly items: (list: number) => readonly number[];
  readonly last: (list: number) => number;
}

/** Starts with the empty list. `width` is more than any item. */
export const startLists = (width: number): NumberedLists => {
  const next = new Map<number, number>();
  const parents = [0];
  const lasts = [-1];
  return {
    append: (list, item) => {
      const key = list * width + item;
      const known = next.get(key);
      if (known !== undefined) return known;
      const made = parents.push(list) - 1;
      lasts.push(item);
      next.set(key, made);
      return made;
    },
    items: (list) => {
      const items: number[] = [];
      for (let at = list; at > 0; at = parents[at] ?? 0) items.push(lasts[at] ?? 0);
      return items.reverse();
    },
    last: (list) => lasts[list] ?? -1,
  };
};
