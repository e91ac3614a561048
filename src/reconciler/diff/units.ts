import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import { splitItems, splitObject, type Part, type Sides } from './sides.ts';

/** What a kind tells of how its objects are written. */
export type Writing = Pick<ResourceKind, 'driver' | 'separateItems' | 'outside'>;

/** The items of a list that AWS takes one by one; undefined for everything that is one unit. */
const itemsOf = (property: Part, { separateItems = [] }: Writing): readonly Part[] | undefined =>
  separateItems.includes(property.key) ? splitItems(property.pointer, property.sides) : undefined;

/** What no template can hold was never applied otherwise than declared: every difference in it is drift, and nobody writes it. */
const asOutside = (property: Part): Part => ({
  ...property,
  sides: { ...property.sides, applied: property.sides.desired },
});

const propertiesOf = (sides: Sides, { outside = [] }: Writing): readonly Part[] =>
  splitObject('', sides).parts.map((property) => (outside.includes(property.key) ? asOutside(property) : property));

/** Only the properties that apply can write. */
export const withoutOutside = (properties: JsonObject, { outside = [] }: Pick<ResourceKind, 'outside'>): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !outside.includes(key)));

/** Only the properties that no template can hold. */
export const onlyOutside = (properties: JsonObject, { outside = [] }: Pick<ResourceKind, 'outside'>): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => outside.includes(key)));

/**
 * The parts of an object that are written as a whole or not at all: whoever edits something in one overwrites all of it.
 *
 * | object                                                  | units                                              |
 * |---------------------------------------------------------|----------------------------------------------------|
 * | written by our Glue and S3 drivers                      | the object: its API takes it whole                 |
 * | CloudFormation's                                        | each top-level property                            |
 * | the same, lists that the kind names as `separateItems`  | each item                                          |
 */
export const unitsOf = (sides: Sides, kind: Writing): readonly Part[] =>
  kind.driver === 'cloudformation'
    ? propertiesOf(sides, kind).flatMap((property) => itemsOf(property, kind) ?? [property])
    : [{ pointer: '', key: '', sides }];

/** What becomes of one unit; the pointer says where it is. */
type PickUnit = (unit: Sides, pointer: string) => Json | undefined;

const mergeProperty = (property: Part, kind: Writing, pick: PickUnit): Json | undefined => {
  const items = itemsOf(property, kind);
  if (items === undefined) return pick(property.sides, property.pointer);
  const kept = items.map((item) => pick(item.sides, item.pointer)).filter((item) => item !== undefined);
  return kept.length === 0 ? undefined : kept;
};

/** An object's properties put together from what `pick` takes of each unit; a list without items is left out. */
export const mergeUnits = (sides: Sides, kind: Writing, pick: PickUnit): JsonObject => {
  if (kind.driver !== 'cloudformation') {
    const whole = pick(sides, '');
    return isJsonObject(whole) ? whole : {};
  }
  return Object.fromEntries(
    propertiesOf(sides, kind).flatMap((property): readonly (readonly [string, Json])[] => {
      const value = mergeProperty(property, kind, pick);
      return value === undefined ? [] : [[property.key, value]];
    }),
  );
};
