import {
  childPointer,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../../src/reconciler/model/json.ts';

/** One value of some properties: what drift is told of. Lists of texts are one value, as they are when they are compared. */
export interface Leaf {
  /** Its JSON pointer. */
  readonly pointer: string;
  /** The pointer with `*` for places in lists, dataset names and condition keys: leaves of one shape are read by the same code. */
  readonly shape: string;
  readonly value: Json;
}

const isOneValue = (value: Json): boolean => {
  if (isJsonArray(value)) return value.some((item) => !isJsonObject(item));
  return !isJsonObject(value) || Object.keys(value).length === 0;
};

/** Keys that people and grants choose; all others are ours. */
const FREE_BELOW: readonly RegExp[] = [/\/Document\/datasets$/, /\/Condition$/, /\/Condition\/\*$/];

const shapeOf = (shape: string, key: string): string =>
  FREE_BELOW.some((pattern) => pattern.test(shape)) ? `${shape}/*` : childPointer(shape, key);

const walk = (value: Json, pointer: string, shape: string): readonly Leaf[] => {
  if (isOneValue(value)) return [{ pointer, shape, value }];
  if (isJsonArray(value)) return value.flatMap((item, index) => walk(item, childPointer(pointer, index), `${shape}/*`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => walk(child, childPointer(pointer, key), shapeOf(shape, key)));
};

/** Every value of some properties. */
export const leavesOf = (properties: JsonObject): readonly Leaf[] => walk(properties, '', '');

const stepsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a pointer; absent when there is none. */
export const valueAt = (value: Json | undefined, pointer: string): Json | undefined =>
  stepsOf(pointer).reduce<Json | undefined>(
    (inner, step) => (isJsonArray(inner) ? inner[Number(step)] : isJsonObject(inner) ? inner[step] : undefined),
    value,
  );

const replaceAt = (value: Json | undefined, [step, ...rest]: readonly string[], replacement: Json): Json => {
  if (step === undefined) return replacement;
  if (isJsonArray(value))
    return value.map((item, index) => (index === Number(step) ? replaceAt(item, rest, replacement) : item));
  if (isJsonObject(value)) return { ...value, [step]: replaceAt(value[step], rest, replacement) };
  throw new Error(`There is nothing at ${step}.`);
};

/** The same properties with another value at a pointer. */
export const withValueAt = (properties: JsonObject, pointer: string, value: Json): JsonObject => {
  const changed = replaceAt(properties, stepsOf(pointer), value);
  if (!isJsonObject(changed)) throw new Error('Properties are an object.');
  return changed;
};
