import {
  canonicalJson,
  childPointer,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  listOf,
  sameJson,
} from '../../reconciler/model/json.ts';
import type { Change, Meaning, Rule, WholeRule } from './rule.ts';

/** A row that decides, and of what. */
export interface Decided {
  readonly rule: Rule;
  readonly change: Change;
}

const stepsOf = (path: string): readonly string[] => path.split('/').slice(1);

const fits = (pattern: readonly string[], steps: readonly string[]): boolean =>
  steps.every((step, index) => pattern[index] === '*' || pattern[index] === step);

const FALLBACK = '/**';

/** What a walk knows besides where it is. */
interface Walk {
  readonly rules: readonly { readonly rule: Rule; readonly pattern: readonly string[] }[];
  /** Places that differ; empty: wherever both sides do. */
  readonly places: readonly string[];
  readonly fallback: Rule;
}

const isTouched = (path: string, places: readonly string[]): boolean =>
  places.length === 0 ||
  places.some((place) => place === path || place.startsWith(`${path}/`) || path.startsWith(`${place}/`));

const changeOf = (live: Json | undefined, declared: Json | undefined): Change => ({
  ...(live === undefined ? {} : { live }),
  ...(declared === undefined ? {} : { declared }),
});

const childrenOf = (path: string, { live, declared }: Change): readonly (readonly [string, Change])[] => {
  const [here, there] = [isJsonObject(live) ? live : {}, isJsonObject(declared) ? declared : {}];
  return [...new Set([...Object.keys(here), ...Object.keys(there)])]
    .sort()
    .map((key) => [childPointer(path, key), changeOf(here[key], there[key])]);
};

/** Items that only one of two lists has; nothing tells which of them belong together. */
const itemsOf = (path: string, { live, declared }: Change): readonly (readonly [string, Change])[] => {
  const [here, there] = [listOf(live), listOf(declared)];
  const only = (list: readonly Json[], other: readonly Json[]): readonly Json[] => {
    const known = new Set(other.map(canonicalJson));
    return list.filter((item) => !known.has(canonicalJson(item)));
  };
  return [
    ...only(here, there).map((item, index) => [childPointer(path, index), { live: item }] as const),
    ...only(there, here).map((item, index) => [childPointer(path, index), { declared: item }] as const),
  ];
};

const isAll = (change: Change, test: (value: Json) => boolean): boolean =>
  Object.values(change).every((value: Json) => test(value));

const walk = (path: string, change: Change, on: Walk): readonly Decided[] => {
  if (sameJson(change.live, change.declared) || !isTouched(path, on.places)) return [];
  const steps = stepsOf(path);
  const within = on.rules.filter(({ pattern }) => pattern.length > steps.length && fits(pattern, steps));
  if (within.length > 0 && isAll(change, isJsonObject))
    return childrenOf(path, change).flatMap(([child, sides]) => walk(child, sides, on));
  if (within.length > 0 && isAll(change, isJsonArray))
    return itemsOf(path, change).flatMap(([child, sides]) => walk(child, sides, { ...on, places: [] }));
  const own = on.rules.find(
    ({ rule, pattern }) => pattern.length === steps.length && fits(pattern, steps) && rule.when.holds(change),
  );
  return [{ rule: own?.rule ?? on.fallback, change }];
};

/** The rows of a decision table that speak of a part, each with the place that it decides on. */
export const decide = (
  part: { readonly path: string; readonly places: readonly string[] } & Change,
  rules: readonly Rule[],
  unknown: Rule,
): readonly Decided[] =>
  walk(part.path, changeOf(part.live, part.declared), {
    rules: rules.filter(({ path }) => path !== FALLBACK).map((rule) => ({ rule, pattern: stepsOf(rule.path) })),
    places: part.places,
    fallback: rules.find(({ path }) => path === FALLBACK) ?? unknown,
  });

/** The row that speaks of an object as a whole. */
export const decideWhole = (rules: readonly WholeRule[], properties: JsonObject): WholeRule | undefined =>
  rules.find(({ when }) => when.holds(properties));

/** A meaning in words. */
export const meaningOf = <T>(meaning: Meaning<T> | undefined, subject: T): string | undefined =>
  meaning === undefined || typeof meaning === 'string' ? meaning : meaning.tell(subject);
