import { canonicalJson, childPointer, isJsonArray, isJsonObject, sameJson, type Json } from '../model/json.ts';

/** The applied side of an object whose last application we know nothing of. Not the same as an absent value. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** What we applied last, an absent value included; or that nobody knows. */
export type Applied = Json | undefined | typeof UNKNOWN;

/** The three sides of one value. An absent side is `undefined`. */
export interface Sides {
  readonly applied: Applied;
  readonly live: Json | undefined;
  readonly desired: Json | undefined;
}

/** A part of a value, with the pointer to it. */
export interface Part {
  readonly pointer: string;
  /** The key in an object; in a list the identity of the item, or its index. */
  readonly key: string;
  readonly sides: Sides;
}

/** How a value falls into parts. */
export interface Split {
  readonly shape: 'object' | 'list';
  readonly parts: readonly Part[];
}

const IDENTITY_KEYS = ['PolicyName', 'Sid', 'Id', 'Name', 'Key'] as const;

/** The names that a key gives to the items of a list; undefined when two items share one. */
const namesBy = (key: string, list: readonly Json[]): readonly (string | undefined)[] | undefined => {
  const names = list.map((item) => {
    const name = isJsonObject(item) ? item[key] : undefined;
    return typeof name === 'string' ? name : undefined;
  });
  const given = names.filter((name) => name !== undefined);
  return new Set(given).size === given.length ? names : undefined;
};

type Names = readonly (readonly (string | undefined)[])[];

/** The names of the items of each list, by the key that names all of them, else by the first that names some; undefined items have none. */
const namesOf = (lists: readonly (readonly Json[])[]): Names => {
  const candidates = IDENTITY_KEYS.map((key) => lists.map((list) => namesBy(key, list))).filter(
    (names): names is Names[number][] => names.every((list) => list !== undefined),
  );
  return (
    candidates.find((names) => names.flat().every((name) => name !== undefined)) ??
    candidates.find((names) => names.flat().some((name) => name !== undefined)) ??
    lists.map((list) => list.map(() => undefined))
  );
};

/** The mark of items that only their place among the changed ones identifies. */
const CHANGED = '#';

/**
 * What the items of each list are known by: their name; without one their content, as long as every list has it; else their
 * place among those that are left. So one statement more, or one that changed, leaves all others alone. Undefined when two
 * items of a list are equal.
 */
const identitiesOf = (lists: readonly (readonly Json[])[]): readonly (readonly string[])[] | undefined => {
  const names = namesOf(lists);
  const contents = lists.map((list, at) =>
    list.map((item, index) => (names[at]?.[index] === undefined ? canonicalJson(item) : undefined)),
  );
  if (contents.some((list) => hasTwice(list.filter((content) => content !== undefined)))) return undefined;
  const sets = contents.map((list) => new Set(list));
  return lists.map((list, at) => {
    let changed = 0;
    return list.map((_item, index) => {
      const name = names[at]?.[index];
      if (name !== undefined) return `=${name}`;
      const content = contents[at]?.[index] ?? '';
      return sets.every((set) => set.has(content)) ? content : `${CHANGED}${(changed += 1)}`;
    });
  });
};

const hasTwice = (list: readonly string[]): boolean => new Set(list).size !== list.length;

const isSameOrder = (left: readonly string[], right: readonly string[]): boolean => {
  const common = new Set(left.filter((item) => !item.startsWith(CHANGED) && right.includes(item)));
  return sameJson(
    left.filter((item) => common.has(item)),
    right.filter((item) => common.has(item)),
  );
};

const isEveryOrderTheSame = (lists: readonly (readonly string[])[]): boolean =>
  lists.every((left, index) => lists.slice(index + 1).every((right) => isSameOrder(left, right)));

/** Splits what is an object on every side that is there, by key. */
export const splitObject = (pointer: string, sides: Sides): Split => {
  const { applied, live, desired } = sides;
  const get = (value: Json | undefined, key: string): Json | undefined =>
    isJsonObject(value) ? value[key] : undefined;
  const keys = new Set(
    [live, desired, applied === UNKNOWN ? undefined : applied].flatMap((value) =>
      isJsonObject(value) ? Object.keys(value) : [],
    ),
  );
  const parts = [...keys].sort().map((key): Part => ({
    pointer: childPointer(pointer, key),
    key,
    sides: {
      applied: applied === UNKNOWN ? UNKNOWN : get(applied, key),
      live: get(live, key),
      desired: get(desired, key),
    },
  }));
  return { shape: 'object', parts };
};

interface Lists {
  readonly live: readonly Json[];
  readonly desired: readonly Json[];
  readonly applied: readonly Json[] | typeof UNKNOWN;
}

/** An item's index is that in the desired list; of an item that is not desired, in the live one, then in the applied one. */
const splitByIdentity = (pointer: string, lists: Lists, identities: readonly (readonly string[])[]): Split => {
  const [live = [], desired = [], applied = []] = identities;
  const order = new Set([...desired, ...live, ...applied]);
  const parts = [...order].map((key): Part => {
    const index = [desired, live, applied].map((list) => list.indexOf(key)).find((position) => position >= 0) ?? 0;
    const sides: Sides = {
      applied: lists.applied === UNKNOWN ? UNKNOWN : lists.applied[applied.indexOf(key)],
      live: lists.live[live.indexOf(key)],
      desired: lists.desired[desired.indexOf(key)],
    };
    return { pointer: childPointer(pointer, index), key, sides };
  });
  return { shape: 'list', parts };
};

const splitByIndex = (pointer: string, lists: Lists): Split => {
  const longest = Math.max(
    lists.live.length,
    lists.desired.length,
    lists.applied === UNKNOWN ? 0 : lists.applied.length,
  );
  const parts = Array.from({ length: longest }, (_, index): Part => ({
    pointer: childPointer(pointer, index),
    key: String(index),
    sides: {
      applied: lists.applied === UNKNOWN ? UNKNOWN : lists.applied[index],
      live: lists.live[index],
      desired: lists.desired[index],
    },
  }));
  return { shape: 'list', parts };
};

const splitList = (pointer: string, lists: Lists): Split | undefined => {
  const present = [lists.live, lists.desired, ...(lists.applied === UNKNOWN ? [] : [lists.applied])];
  const hasScalars = present.flat().some((item) => !isJsonObject(item) && !isJsonArray(item));
  if (hasScalars) return undefined;
  const identities = identitiesOf(present);
  if (identities === undefined) return splitByIndex(pointer, lists);
  return isEveryOrderTheSame(identities) ? splitByIdentity(pointer, lists, identities) : undefined;
};

/**
 * Splits a value into the parts that are compared for themselves; undefined when it is compared as a whole.
 *
 * | live and desired                                                   | split                |
 * |--------------------------------------------------------------------|----------------------|
 * | two objects                                                        | by key               |
 * | two lists of objects, some of which PolicyName, Sid, … names        | by name              |
 * | items without a name that all lists have                            | by content           |
 * | other items without a name                                          | first with first, …  |
 * | the same, but what they share comes in another order                | no: the order counts |
 * | two lists, one of which has an item twice                           | by index             |
 * | two lists with scalars in them                                     | no                   |
 * | anything else, or one side absent                                  | no                   |
 */
export const splitSides = (pointer: string, sides: Sides): Split | undefined => {
  const { applied, live, desired } = sides;
  if (isJsonObject(live) && isJsonObject(desired)) return splitObject(pointer, sides);
  if (!isJsonArray(live) || !isJsonArray(desired)) return undefined;
  const appliedList = applied === UNKNOWN ? UNKNOWN : isJsonArray(applied) ? applied : [];
  return splitList(pointer, { live, desired, applied: appliedList });
};

const isText = (item: Json): item is string => typeof item === 'string';

/** As `identitiesOf`, but a text is known by itself. */
const identitiesOfItems = (lists: readonly (readonly Json[])[]): readonly (readonly string[])[] | undefined => {
  if (!lists.flat().every(isText)) return identitiesOf(lists);
  const texts = lists.map((list) => list.filter(isText));
  return texts.some(hasTwice) ? undefined : texts;
};

const itemsOf = (value: Json | undefined): readonly Json[] | undefined =>
  value === undefined ? [] : isJsonArray(value) ? value : undefined;

/**
 * Splits a list into its items whatever their order, since each lives for itself; an absent list has none. Undefined where a
 * side is no list, or has an item twice.
 */
export const splitItems = (pointer: string, sides: Sides): readonly Part[] | undefined => {
  const [live, desired] = [itemsOf(sides.live), itemsOf(sides.desired)];
  const applied = sides.applied === UNKNOWN ? UNKNOWN : itemsOf(sides.applied);
  if (live === undefined || desired === undefined || applied === undefined) return undefined;
  const identities = identitiesOfItems([live, desired, ...(applied === UNKNOWN ? [] : [applied])]);
  return identities && splitByIdentity(pointer, { live, desired, applied }, identities).parts;
};
