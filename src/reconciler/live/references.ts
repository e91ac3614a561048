import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { refOf } from '../model/logical-id.ts';

/** Logical id → what `Ref` gives. */
export type References = Readonly<Record<string, string>>;

const OUTPUT_PREFIX = 'Ref';

/** What the outputs `Ref<logical id>` of a stack tell. */
export const referencesOf = (outputs: Readonly<Record<string, string>>): References =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(OUTPUT_PREFIX))
      .map(([name, value]) => [name.slice(OUTPUT_PREFIX.length), value]),
  );

const resolve = (value: Json, references: References): Json => {
  const target = refOf(value);
  if (target !== undefined) return references[target] ?? value;
  if (isJsonArray(value)) return value.map((item) => resolve(item, references));
  return isJsonObject(value) ? resolveReferences(value, references) : value;
};

/** Puts the names that AWS chose in the place of `{ "Ref": … }`. What is not known yet stays, and equals nothing that is live. */
export const resolveReferences = (properties: JsonObject, references: References): JsonObject =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, resolve(value, references)]));
