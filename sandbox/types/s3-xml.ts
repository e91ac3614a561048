import type { Json, JsonObject } from '../json.ts';
import { compact, isList, isObject, listAt, objectAt, textOf } from '../json.ts';
import { elements, escapeXml } from '../protocol/xml.ts';
import { checkKind, onlyKnown } from './common.ts';

/** Where a property stands in the S3 API's XML (elements joined by slashes), and what is in it: text where no shape is given. */
export interface Field {
  readonly at: string;
  readonly shape?: Shape;
  readonly isList?: boolean;
}

/** The properties of one level. One table serves writing, reading and refusing, so that none can forget a property. */
export interface Shape {
  readonly [property: string]: Field;
}

export const one = (at: string, shape?: Shape): Field => (shape === undefined ? { at } : { at, shape });
export const many = (at: string, shape?: Shape): Field => ({ ...one(at, shape), isList: true });

/** Properties whose elements have their names. */
export const same = (...names: readonly string[]): Shape => Object.fromEntries(names.map((name) => [name, one(name)]));

const merged = (a: JsonObject, b: JsonObject): JsonObject => {
  const whole: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = whole[key];
    whole[key] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return whole;
};

const inside = (field: Field, value: Json): Json =>
  field.shape === undefined ? (textOf(value) ?? '') : toTree(field.shape, value);

/** Properties as a tree of elements. */
export const toTree = (shape: Shape, value: Json | undefined): JsonObject =>
  Object.entries(shape).reduce((tree: JsonObject, [name, field]) => {
    const given = isObject(value) ? value[name] : undefined;
    if (given === undefined) return tree;
    const leaf = isList(given) ? given.map((item) => inside(field, item)) : inside(field, given);
    const nested = field.at.split('/').reduceRight((inner: Json, element) => ({ [element]: inner }), leaf);
    return isObject(nested) ? merged(tree, nested) : tree;
  }, {});

/** A tree of elements as XML; a list is an element that repeats. */
export const xmlOf = (tree: Json): string => {
  if (!isObject(tree)) return escapeXml(textOf(tree) ?? '');
  return Object.entries(tree)
    .flatMap(([name, value]) => (isList(value) ? value : [value]).map((item) => `<${name}>${xmlOf(item)}</${name}>`))
    .join('');
};

const outside = (field: Field, value: Json): Json =>
  field.shape === undefined ? (textOf(value) ?? '') : fromTree(field.shape, value);

const readField = (field: Field, tree: Json): Json | undefined => {
  const path = field.at.split('/');
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce((value: Json, element) => objectAt(value, element), tree);
  if (field.isList !== true) {
    const value = isObject(parent) ? parent[last] : undefined;
    return value === undefined ? undefined : outside(field, value);
  }
  const items = elements(parent, last);
  return items.length === 0 ? undefined : items.map((item) => outside(field, item));
};

/** The tree of a parsed document as properties; what is not there is left out. */
export const fromTree = (shape: Shape, tree: Json): JsonObject =>
  compact(Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, readField(field, tree)])));

/** Refuses properties at any depth that the shape has not, and values of another kind than it has. */
export const checkShape = (what: string, shape: Shape, value: Json | undefined): void => {
  onlyKnown(what, value, Object.keys(shape));
  if (!isObject(value)) return;
  for (const [name, field] of Object.entries(shape)) {
    const path = `${what} ${name}`;
    if (field.isList === true) checkKind(path.replaceAll(' ', '/'), 'list', value[name]);
    for (const item of field.isList === true ? listAt(value, name) : [value[name]]) {
      checkKind(path.replaceAll(' ', '/'), field.shape === undefined ? 'value' : 'object', item);
      if (field.shape !== undefined) checkShape(path, field.shape, item);
    }
  }
};
