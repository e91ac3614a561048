/** JSON as data: templates, documents and API bodies are compared and walked in this form. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; a key that is absent reads as undefined. */
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The object under a key, or an empty one: for optional nesting only, where absent and empty mean the same. */
export const objectAt = (value: Json | undefined, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};

export const listAt = (value: Json | undefined, key: string): readonly Json[] => {
  const found = isObject(value) ? value[key] : undefined;
  return isList(found) ? found : [];
};

/** The text of a scalar. CloudFormation passes numbers and booleans around as text, so "true" and true are one value. */
export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

export const textAt = (value: Json | undefined, key: string): string | undefined =>
  isObject(value) ? textOf(value[key]) : undefined;

export const textsAt = (value: Json | undefined, key: string): readonly string[] =>
  listAt(value, key).flatMap((item) => textOf(item) ?? []);

export const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** JSON with sorted keys and scalars as text: two documents that mean the same to CloudFormation give one string. */
export const canonical = (value: Json | undefined): string => {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return JSON.stringify(textOf(value) ?? null);
};

export const isSame = (a: Json | undefined, b: Json | undefined): boolean => canonical(a) === canonical(b);

/** An object without its undefined fields, the way answers are built here. */
export const compact = (fields: Readonly<Record<string, Json | undefined>>): JsonObject => {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
};
