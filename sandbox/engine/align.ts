import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, isSame, parseJson, textAt, textOf } from '../json.ts';

/** Services fill in what a template leaves out; where it says nothing, these values mean nothing. */
const isDefault = (value: Json | undefined): boolean =>
  value === undefined || textOf(value) === 'false' || textOf(value) === '' || (isList(value) && value.length === 0);

const nameOf = (value: Json): string | undefined => textAt(value, 'PolicyName') ?? textAt(value, 'Id');

/** Lists of the services are sets: each item goes to the place of the expected one that it equals, or whose name it bears. */
const alignLists = (expected: readonly Json[], live: readonly Json[]): readonly Json[] => {
  const rest = [...live];
  const take = (fits: (item: Json) => boolean): Json | undefined => {
    const index = rest.findIndex(fits);
    return index < 0 ? undefined : rest.splice(index, 1)[0];
  };
  const equal = expected.map((item) => take((other) => isSame(aligned(item, other), item)));
  const placed = expected.map((item, index) => {
    const name = nameOf(item);
    return equal[index] ?? (name === undefined ? undefined : take((other) => nameOf(other) === name));
  });
  const found = placed.map((item) => item ?? rest.shift());
  return [...found, ...rest].flatMap((item, index) => {
    const wanted = expected[index];
    return item === undefined ? [] : [(wanted === undefined ? item : aligned(wanted, item)) ?? item];
  });
};

const alignObjects = (expected: JsonObject, live: JsonObject): JsonObject => {
  const found: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(expected), ...Object.keys(live)])) {
    const value = expected[key] === undefined && isDefault(live[key]) ? undefined : aligned(expected[key], live[key]);
    if (value !== undefined) found[key] = value;
  }
  return found;
};

/** A live value written as the expected one is, so that what is left different is drift: order, defaults and JSON text are not. */
export const aligned = (expected: Json | undefined, live: Json | undefined): Json | undefined => {
  if (live === undefined) return isDefault(expected) ? expected : undefined;
  if (isList(expected) && isList(live)) return alignLists(expected, live);
  if (isObject(expected) && isObject(live)) return alignObjects(expected, live);
  // A key's ARN and its id name the same key.
  if (typeof expected === 'string' && typeof live === 'string' && expected.endsWith(`:key/${live}`)) return expected;
  if (typeof expected === 'string' && isObject(live)) return isSame(parseJson(expected), live) ? expected : live;
  return live;
};
