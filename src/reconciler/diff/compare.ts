import { compareText, sameJson, type Json, type JsonObject } from '../model/json.ts';
import type { Cause, PropertyChange } from '../model/plan.ts';
import { splitObject, splitSides, UNKNOWN, type Part, type Sides, type Split } from './sides.ts';
import { mergeUnits, unitsOf, type Writing } from './units.ts';

/**
 * Who moved, decided for each value that is compared as a whole:
 *
 * | live = desired | applied            | cause                                                        |
 * |----------------|--------------------|--------------------------------------------------------------|
 * | yes            | = desired, unknown | none                                                         |
 * | yes            | ≠ desired          | edited: the template catches up with what is there already   |
 * | no             | = desired          | drifted: AWS moved, git did not                              |
 * | no             | = live             | edited: git moved, AWS did not                               |
 * | no             | ≠ either, unknown  | both                                                         |
 */
export const causeOf = ({ applied, live, desired }: Sides): Cause | undefined => {
  if (sameJson(live, desired)) return applied === UNKNOWN || sameJson(applied, desired) ? undefined : 'edited';
  if (applied === UNKNOWN) return 'both';
  if (sameJson(applied, desired)) return 'drifted';
  return sameJson(applied, live) ? 'edited' : 'both';
};

/** Whether apply writes this value: git moved, or nobody knows. */
const isWritten = (sides: Sides): boolean => {
  const cause = causeOf(sides);
  return cause === 'edited' || cause === 'both';
};

const propertyChange = (
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  cause: Cause,
): PropertyChange => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
  cause,
});

const compareAt = (pointer: string, sides: Sides): readonly PropertyChange[] => {
  const { applied, live, desired } = sides;
  const cause = causeOf(sides);
  if (cause === undefined) return [];
  const split = splitSides(pointer, sides);
  const parts = split?.parts.flatMap((part: Part) => compareAt(part.pointer, part.sides)) ?? [];
  if (parts.length > 0) return parts;
  const isCatchingUp = applied !== UNKNOWN && sameJson(live, desired);
  return [propertyChange(pointer, isCatchingUp ? applied : live, desired, cause)];
};

/** The three sides of an object's properties, all in their kind's normal form. */
export interface PropertySides {
  /** Absent: nobody knows what was applied last. */
  readonly applied?: JsonObject | undefined;
  readonly live: JsonObject;
  readonly desired: JsonObject;
}

const rootOf = ({ applied, live, desired }: PropertySides): Sides => ({ applied: applied ?? UNKNOWN, live, desired });

/** The one property whose items AWS writes one by one: the inline policies of a role. */
const WRITTEN_BY_ITEM = 'Policies';

/** What AWS writes as a whole, so that an edit in it overwrites whatever drifted in it. */
const splitProperty = ({ pointer, key, sides }: Part): Split | undefined =>
  key === WRITTEN_BY_ITEM ? splitSides(pointer, sides) : undefined;

/** Drift beside an edit, in what AWS writes as a whole, does not survive the edit: its cause is both. */
const compareWhole = ({ pointer, sides }: Part): readonly PropertyChange[] => {
  const changes = compareAt(pointer, sides);
  return changes.every(({ cause }) => cause === 'drifted')
    ? changes
    : changes.map((change) => (change.cause === 'drifted' ? { ...change, cause: 'both' } : change));
};

/**
 * Every property that differs, by path. `before` is what is live; where live equals desired already, it is what the template
 * says. Lists of named objects compare by name, so that one policy more is one change.
 */
export const compareProperties = (properties: PropertySides): readonly PropertyChange[] =>
  splitObject('', rootOf(properties))
    .parts.flatMap((part) => (splitProperty(part)?.parts ?? [part]).flatMap(compareWhole))
    .sort((left, right) => compareText(left.path, right.path) || compareText(left.cause, right.cause));

const mergeWhole = (part: Part): readonly Json[] => {
  const isEdited = compareWhole(part).some(({ cause }) => cause !== 'drifted');
  const value = isEdited ? part.sides.desired : part.sides.live;
  return value === undefined ? [] : [value];
};

/** The properties that are live after the edits are applied and the drift is left alone. */
export const mergeEdits = (properties: PropertySides): JsonObject =>
  Object.fromEntries(
    splitObject('', rootOf(properties)).parts.flatMap((part): readonly (readonly [string, Json])[] => {
      const items = splitProperty(part)?.parts;
      const merged = items === undefined ? mergeWhole(part) : [items.flatMap(mergeWhole)];
      return merged.map((value) => [part.key, value] as const);
    }),
  );
