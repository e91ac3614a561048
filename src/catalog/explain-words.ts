import type { ValuePath } from './parse.ts';

/** Tells an object from other values that come out of YAML. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of anything, or an empty one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A JSON pointer as steps. */
export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `access[0].level`, as people write it. */
export const nameOf = (path: ValuePath): string =>
  path.map((step, index) => (/^\d+$/.test(String(step)) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');

/** A value as JSON, cut where it would fill the screen. */
export const show = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'an object (key: value)',
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

/** JSON Schema's type names in plain words. */
export const expectedType = (types: unknown): string =>
  (Array.isArray(types) ? types : [types]).map((type) => EXPECTED[String(type)] ?? String(type)).join(' or ');

/** What a value is, in plain words. */
export const actualType = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'a number';
};

/** A schema's own words for a field: what it is, and how it looks. */
export const helpOf = (schema: unknown): string => {
  if (!isRecord(schema)) return '';
  const [example] = listOf(schema['examples']);
  const description = typeof schema['description'] === 'string' ? ` ${schema['description']}` : '';
  return `${description}${example === undefined ? '' : ` For example: ${show(example)}.`}`;
};

/** A schema as it is, or the one of the same file that it refers to. */
const resolved = (root: unknown, schema: unknown): unknown => {
  const reference = isRecord(schema) ? schema['$ref'] : undefined;
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  return pathOf(reference).reduce<unknown>((part, step) => (isRecord(part) ? part[step] : undefined), root);
};

/** The schema of what a key or an item of a value must be. */
const schemaOfStep = (schema: unknown, step: string): unknown => {
  if (!isRecord(schema)) return undefined;
  const properties = schema['properties'];
  if (isRecord(properties) && step in properties) return properties[step];
  return /^\d+$/.test(step) && 'items' in schema ? schema['items'] : schema['additionalProperties'];
};

/** The schema's words for the list that an item of a file is in; empty when it is in none. */
export const helpOfList = (root: unknown, path: readonly string[]): string => {
  const list = path.slice(0, -1).reduce<unknown>((schema, step) => resolved(root, schemaOfStep(schema, step)), root);
  return isRecord(list) && 'items' in list ? helpOf(list) : '';
};

/** Whether a text is a day that the calendar has: `Date` silently takes 30 February for 2 March. */
export const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};
