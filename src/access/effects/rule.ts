import type { DriftEffect } from '../../reconciler/model/drift.ts';
import { type Json, type JsonObject, objectOf, sameJson } from '../../reconciler/model/json.ts';

/** Both sides of one place of an object. An absent side is not there. */
export interface Change {
  readonly live?: Json;
  readonly declared?: Json;
}

/** A question about something, and how the table for people puts it. */
export interface Test<T> {
  readonly text: string;
  readonly holds: (subject: T) => boolean;
}

/** What it means, as a clause without a period: the same each time, or told of the case. */
export type Meaning<T> = string | { readonly text: string; readonly tell: (subject: T) => string | undefined };

/** One row of a kind's decision table. The first row whose path and test fit decides. */
export interface Rule {
  /** A JSON pointer; `*` is any one step. `/**` is everything that no other row speaks of. */
  readonly path: string;
  readonly when: Test<Change>;
  readonly effect: DriftEffect;
  readonly meaning?: Meaning<Change>;
}

/** One row on objects as a whole that are missing, or there without anybody having declared them. */
export interface WholeRule {
  readonly when: Test<JsonObject>;
  readonly effect: DriftEffect;
  readonly meaning: Meaning<JsonObject>;
}

/** The decision table of one kind. */
export interface KindEffects {
  readonly kind: string;
  readonly parts: readonly Rule[];
  readonly missing: readonly WholeRule[];
  readonly undeclared: readonly WholeRule[];
}

/** One row, in the order in which a table is read. */
export const rule = (path: string, when: Test<Change>, effect: DriftEffect, meaning?: Meaning<Change>): Rule => ({
  path,
  when,
  effect,
  ...(meaning === undefined ? {} : { meaning }),
});

const test = <T>(text: string, holds: (subject: T) => boolean): Test<T> => ({ text, holds });

export const changed: Test<Change> = test('changed', () => true);
export const otherwise: Test<Change> = test('otherwise', () => true);
export const gone: Test<Change> = test('gone', ({ live }) => live === undefined);
export const extra: Test<Change> = test('one more', ({ declared }) => declared === undefined);

const isOn = (value: Json | undefined): boolean => value === true || value === 'true';

/** A switch that is off or gone. */
export const off: Test<Change> = test('off', ({ live }) => !isOn(live));
/** A switch that AWS takes for on where nothing is said. */
export const offUnlessAbsent: Test<Change> = test('off', ({ live }) => live !== undefined && !isOn(live));
export const on: Test<Change> = test('on', ({ live }) => isOn(live));

/** Is this very value, or is not. */
export const is = (value: string): Test<Change> => test(`\`${value}\``, ({ live }) => live === value);
export const isNot = (value: string): Test<Change> => test(`not \`${value}\``, ({ live }) => live !== value);

const numberOf = (value: Json | undefined, absent: number): number => (typeof value === 'number' ? value : absent);

/** A larger number; `absent` is what no number means. */
export const larger = (text: string, absent: number): Test<Change> =>
  test(text, ({ live, declared }) => numberOf(live, absent) > numberOf(declared, absent));

const marksOf = (tags: Json | undefined): Json =>
  Object.fromEntries(Object.entries(objectOf(tags)).filter(([key]) => key.startsWith('edl:')));

export const marksChanged: Test<Change> = test('marks `edl:*` changed', ({ live, declared }) =>
  !sameJson(marksOf(live), marksOf(declared)));

const MARKS = 'the marks by which EDL knows the object for its own are not those that it wrote';

/** The rows on tags or parameters, which give nobody a right. */
export const tagRules = (path: string): readonly Rule[] => [
  rule(path, marksChanged, 'neutral', MARKS),
  rule(path, changed, 'neutral'),
];

/** The last row of a table: what it does not speak of may mean anything. */
export const UNKNOWN_PART: Rule = rule('/**', changed, 'widens', 'EDL does not know what this property gives');

/** Rows without a meaning on properties that give nobody a right. */
export const harmless = (...paths: readonly string[]): readonly Rule[] =>
  paths.map((path) => rule(path, changed, 'neutral'));

/** The row of every object as a whole. */
export const always = (effect: DriftEffect, meaning: Meaning<JsonObject>): WholeRule => ({
  when: test('always', () => true),
  effect,
  meaning,
});

export const whole = (
  text: string,
  holds: (properties: JsonObject) => boolean,
  effect: DriftEffect,
  meaning: Meaning<JsonObject>,
): WholeRule => ({ when: test(text, holds), effect, meaning });
