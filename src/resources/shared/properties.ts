import {
  canonicalJson,
  compareText,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../reconciler/model/json.ts';

/** Small pure steps that normalisation is made of. None of them changes its argument. */

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (isJsonArray(value) && value.length === 0) ||
  (isJsonObject(value) && Object.keys(value).length === 0);

/** Without keys that say nothing: AWS returns empty texts, lists and objects where nothing was set. */
export const omitEmpty = (properties: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Json] => entry[1] !== undefined && !isEmpty(entry[1])),
  );

/** Without the named keys. */
export const omit = (properties: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));

/** Without keys that hold AWS's default, which is returned whether it was set or not. */
export const omitDefaults = (properties: JsonObject, defaults: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([key, value]) => {
      const preset = defaults[key];
      return preset === undefined || canonicalJson(preset) !== canonicalJson(value);
    }),
  );

/** With one property changed, if it is there. */
export const mapProperty = (properties: JsonObject, key: string, change: (value: Json) => Json): JsonObject => {
  const value = properties[key];
  return value === undefined ? properties : { ...properties, [key]: change(value) };
};

/** A list in the order of the text that `key` gives; equal texts in the order of their content. */
export const sortList = (list: readonly Json[], key: (value: Json) => string): readonly Json[] =>
  [...list].sort(
    (left, right) => compareText(key(left), key(right)) || compareText(canonicalJson(left), canonicalJson(right)),
  );
