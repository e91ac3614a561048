import { childPointer, isJsonArray, isJsonObject, sameJson, type Json } from '../model/json.ts';

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

const identitiesBy = (key: string, list: readonly Json[]): readonly string[] | undefined => {
  const identities = list.map((item) => (isJsonObject(item) ? item[key] : undefined));
  if (!identities.every((identity) => typeof identity === 'string')) return undefined;
  return new Set(identities).size === identities.length ? identities : undefined;
};

const isSameOrder = (left: readonly string[], right: readonly string[]): boolean => {
  const common = new Set(left.filter((item) => right.includes(item)));
  return sameJson(
    left.filter((item) => common.has(item)),
    right.filter((item) => common.has(item)),
  );
};

const isEveryOrderTheSame = (lists: readonly (readonly string[])[]): boolean =>
  lists.every((left, index) => lists.slice(index + 1).every((right) => isSameOrder(left, right)));

/** The identities of the items of each list; undefined where the lists do not have one key that names all their items. */
const identitiesOf = (lists: readonly (readonly Json[])[]): readonly (readonly string[])[] | undefined => {
  for (const key of IDENTITY_KEYS) {
    const identities = lists.map((list) => identitiesBy(key, list));
    if (identities.every((list) => list !== undefined)) return identities;
  }
  return undefined;
};

const splitObject = (pointer: string, sides: Sides): Split => {
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
  const identities = identitiesOf(present);
  if (identities !== undefined)
    return isEveryOrderTheSame(identities) ? splitByIdentity(pointer, lists, identities) : undefined;
  const hasScalars = present.flat().some((item) => !isJsonObject(item) && !isJsonArray(item));
  return hasScalars ? undefined : splitByIndex(pointer, lists);
};

/**
 * Splits a value into the parts that are compared for themselves; undefined when it is compared as a whole.
 *
 * | live and desired                                                   | split                |
 * |--------------------------------------------------------------------|----------------------|
 * | two objects                                                        | by key               |
 * | two lists of objects that one of PolicyName, Sid, … names uniquely | by that key          |
 * | the same, but what they share comes in another order               | no: the order counts |
 * | two lists of other objects or lists                                | by index             |
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
