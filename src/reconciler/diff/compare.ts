import { compareText, sameJson, type Json, type JsonObject } from '../model/json.ts';
import type { Cause, PropertyChange } from '../model/plan.ts';
import { splitSides, UNKNOWN, type Part, type Sides } from './sides.ts';
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

/** Whether apply writes a unit: something in it is not only drift. */
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

const sidesOf = ({ applied, live, desired }: PropertySides): Sides => ({ applied: applied ?? UNKNOWN, live, desired });

/** Each path tells who moved it, but what is written as a whole takes the drift in it along. */
const compareUnit = ({ pointer, sides }: Part): readonly PropertyChange[] => {
  const changes = compareAt(pointer, sides);
  if (!isWritten(sides)) return changes;
  return changes.map((change) => (change.cause === 'drifted' ? { ...change, cause: 'both' } : change));
};

/**
 * Every property that differs, by path. `before` is what is live; where live equals desired already, it is what the template
 * says. Lists of named objects compare by name, so that one policy more is one change.
 *
 * AWS takes some parts of an object only as a whole (`unitsOf`), so an edit in such a unit overwrites the drift beside it:
 *
 * | what differs in a unit        | is shown as                 | live after apply                       |
 * |-------------------------------|-----------------------------|----------------------------------------|
 * | drifted only                  | drifted                     | as it was: nobody writes the unit      |
 * | edited, both                  | edited, both                | as desired                             |
 * | drifted, beside edited or both | both: the edit overwrites it | as desired                             |
 */
export const compareProperties = (properties: PropertySides, kind: Writing): readonly PropertyChange[] =>
  unitsOf(sidesOf(properties), kind)
    .flatMap(compareUnit)
    .sort((left, right) => compareText(left.path, right.path) || compareText(left.cause, right.cause));

/** The properties that are live after the edits are applied and the drift is left alone, but for what an edit overwrites. */
export const mergeEdits = (properties: PropertySides, kind: Writing): JsonObject =>
  mergeUnits(sidesOf(properties), kind, (unit) => (isWritten(unit) ? unit.desired : unit.live));
