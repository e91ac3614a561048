import type { JsonObject } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import { validationError } from '../protocol/errors.ts';

export const formatError = (detail: string): Error => validationError(`Template format error: ${detail}`);

/** The object under a key, or an empty one where the key is absent; anything else there would be ignored in silence. */
export const section = (parent: JsonObject, key: string, where = ''): JsonObject => {
  const value = parent[key];
  if (value === undefined) return {};
  if (!isObject(value)) throw formatError(`[${where}/${key}] '${key}' must be an object`);
  return value;
};

/** The text under a key; absent is undefined. */
export const textIn = (parent: JsonObject, key: string, where: string): string | undefined => {
  const value = parent[key];
  if (value === undefined) return undefined;
  const text = textOf(value);
  if (text === undefined) throw formatError(`[${where}/${key}] '${key}' must be a string`);
  return text;
};

/** The texts under a key that holds one text or a list of them, such as DependsOn. */
export const textsIn = (parent: JsonObject, key: string, where: string): readonly string[] => {
  const value = parent[key];
  if (value === undefined) return [];
  return (isList(value) ? value : [value]).map((item) => {
    if (typeof item === 'string') return item;
    throw formatError(`[${where}/${key}] '${key}' must be a string or a list of strings`);
  });
};

/** Refuses keys that say something AWS does not know, and what it knows but the sandbox would not act on. */
export const onlyKeys = (value: JsonObject, known: readonly string[], where: string): void => {
  for (const key of Object.keys(value))
    if (!known.includes(key)) throw formatError(`[${where}] Encountered unsupported key: ${key}`);
};

/** Logical ids of parameters and outputs; resources have a message of their own (template-anatomy). */
export const checkIds = (what: string, named: JsonObject): void => {
  for (const id of Object.keys(named))
    if (!/^[A-Za-z0-9]{1,255}$/.test(id)) throw formatError(`${what} name ${id} is non alphanumeric.`);
};

const FORMAT_VERSION = '2010-09-09';
const MAX_DESCRIPTION_BYTES = 1024;

/** The one format version there is, and a description within its limit (format-version-structure, cloudformation-limits). */
export const checkHead = (root: JsonObject): void => {
  const version = textIn(root, 'AWSTemplateFormatVersion', '');
  if (version !== undefined && version !== FORMAT_VERSION)
    throw formatError(`Template version ${version} is not supported; the only one is ${FORMAT_VERSION}.`);
  const description = textIn(root, 'Description', '');
  if (description !== undefined && Buffer.byteLength(description) > MAX_DESCRIPTION_BYTES)
    throw formatError(`'Description' length is greater than ${MAX_DESCRIPTION_BYTES}.`);
};
