import type { LakeNames } from './lake.ts';
import type { Place } from './place.ts';
import type { Right } from './rights.ts';
import type { Rule } from './rule.ts';
import { rulesOf } from './rules.ts';
import { sortTexts } from './sorted-texts.ts';

/** Something that the catalog may grant: a class of actions of a place's menu, and who may. */
export interface Question {
  readonly place: number;
  /** Where in the place's menu. */
  readonly course: number;
  readonly rule: Rule;
}

/** All places, found by what statements say of them, and what of them may be granted. Everything else is nobody's. */
export interface Atlas {
  readonly places: readonly Place[];
  readonly questions: readonly Question[];
  /** Positions of the questions that a right may answer with yes. */
  readonly byRight: ReadonlyMap<Right, readonly number[]>;
  /** Places by resource pattern: all but listings under a prefix. */
  readonly placesMatching: (pattern: string) => readonly number[];
  /** Listings by resource pattern, all or those whose prefix matches one of some patterns. */
  readonly listingsMatching: (pattern: string, prefixes?: readonly string[]) => readonly number[];
  /** How many single actions are asked. */
  readonly size: number;
}

type Finder = Pick<Atlas, 'placesMatching' | 'listingsMatching'>;

/** Remembers answers by the pattern that was asked for: many roles name the same things. */
const remember = (find: (pattern: string) => readonly number[]): ((pattern: string) => readonly number[]) => {
  const known = new Map<string, readonly number[]>();
  return (pattern) => {
    const found = known.get(pattern) ?? find(pattern);
    known.set(pattern, found);
    return found;
  };
};

type Texts = readonly (readonly [text: string, place: number])[];

/** Finds places by a pattern for their text. */
const finderBy = (texts: Texts): ((pattern: string) => readonly number[]) => {
  const sorted = sortTexts(texts.map(([text]) => text));
  const positions = new Map(sorted.texts.map((text, position) => [text, position]));
  const byText: number[][] = sorted.texts.map(() => []);
  for (const [text, place] of texts) byText[positions.get(text) ?? -1]?.push(place);
  return remember((pattern) => sorted.matching(pattern).flatMap((position) => byText[position] ?? []));
};

const finderOf = (places: readonly Place[]): Finder => {
  const others: [string, number][] = [];
  const byBucket = new Map<string, [prefix: string, place: number][]>();
  for (const [index, { resource, prefix }] of places.entries())
    if (prefix === undefined) others.push([resource, index]);
    else {
      const known = byBucket.get(resource) ?? [];
      known.push([prefix, index]);
      byBucket.set(resource, known);
    }
  const buckets = sortTexts(byBucket.keys());
  const finders = buckets.texts.map((bucket) => finderBy(byBucket.get(bucket) ?? []));
  return {
    placesMatching: finderBy(others),
    listingsMatching: (pattern, prefixes = ['*']) =>
      buckets.matching(pattern).flatMap((bucket) => prefixes.flatMap((prefix) => finders[bucket]?.(prefix) ?? [])),
  };
};

const add = <K>(map: Map<K, number[]>, key: K, item: number): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
};

/** Finds the rules of all places once, for all roles. */
export const makeAtlas = (lake: LakeNames, places: readonly Place[]): Atlas => {
  const questions: Question[] = [];
  const byRight = new Map<Right, number[]>();
  let size = 0;
  for (const [place, { resource, context, menu }] of places.entries()) {
    const ruleOf = rulesOf(lake, resource, context);
    for (const [course, { actions, sample, isNobodys }] of menu.entries()) {
      size += actions.length;
      if (isNobodys) continue;
      const rule = ruleOf(sample);
      if (rule.anyOf.length === 0) continue;
      for (const right of rule.anyOf) add(byRight, right, questions.length);
      questions.push({ place, course, rule });
    }
  }
  return { places, questions, byRight, size, ...finderOf(places) };
};
