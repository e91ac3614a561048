import { compareText, sameJson, type Json, type JsonObject } from '../model/json.ts';
import type { Cause, PropertyChange } from '../model/plan.ts';
import { splitSides, UNKNOWN, type Part, type Sides } from './sides.ts';

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

/**
 * Every property that differs, by path. `before` is what is live; where live equals desired already, it is what the template
 * says. Lists of named objects compare by name, so that one policy more is one change.
 */
export const compareProperties = ({ applied, live, desired }: PropertySides): readonly PropertyChange[] =>
  [...compareAt('', { applied: applied ?? UNKNOWN, live, desired })].sort(
    (left, right) => compareText(left.path, right.path) || compareText(left.cause, right.cause),
  );

const mergeAt = (sides: Sides): Json | undefined => {
  const cause = causeOf(sides);
  if (cause === undefined) return sides.live;
  const split = splitSides('', sides);
  if (split === undefined) return cause === 'drifted' ? sides.live : sides.desired;
  const merged = split.parts.flatMap(({ key, sides: part }) => {
    const value = mergeAt(part);
    return value === undefined ? [] : [[key, value] as const];
  });
  return split.shape === 'list' ? merged.map(([, value]) => value) : Object.fromEntries(merged);
};

/** The properties that are live after the edits are applied and the drift is left alone. */
export const mergeEdits = ({ applied, live, desired }: PropertySides): Json | undefined =>
  mergeAt({ applied: applied ?? UNKNOWN, live, desired });
