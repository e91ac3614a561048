/** Any JSON value, read-only: the shape of everything that is compared, digested or saved. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Absent keys are absent, never `undefined`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Tells an object from the other JSON values. */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tells a list from the other JSON values (`Array.isArray` does not narrow read-only arrays). */
export const isJsonArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The value as an object; anything else counts as an empty one. */
export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** The value as a list; anything else counts as an empty one. */
export const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

/** The value as text; anything else counts as empty. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The one order of text in this code base: by code unit, the same on every machine and in every locale. */
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** JSON with sorted keys and no white space: equal values give equal text. For digests and comparisons, not for people. */
export const canonicalJson = (value: Json): string => {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => compareText(left, right));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child)}`).join(',')}}`;
};

/** Whether two JSON values mean the same; the order of an object's keys does not matter, a list's does. */
export const sameJson = (left: Json | undefined, right: Json | undefined): boolean => {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return canonicalJson(left) === canonicalJson(right);
};

/** One step of an RFC 6901 JSON pointer, escaped. */
const escapeStep = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** Appends a step to an RFC 6901 JSON pointer: `child('/Policies', 0)` is `/Policies/0`. */
export const childPointer = (pointer: string, step: string | number): string =>
  `${pointer}/${escapeStep(String(step))}`;

/**
 * Turns a value that is JSON by construction into the type `Json`. The one place that widens: an interface has no index
 * signature, so TypeScript cannot see that it is JSON. Not for data from outside.
 */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

/** As `asJson`, for objects. */
export const asJsonObject = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
