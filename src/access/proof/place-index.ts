import type { LakeNames } from './lake.ts';
import type { ActionClasses } from './action-classes.ts';
import type { Place } from './place.ts';
import type { Right } from './rights.ts';
import { NOBODY, type Rule } from './rule.ts';
import { rulesOf } from './rules.ts';
import { rememberSpeaking, type Speaks } from './speaking.ts';
import { sortTexts } from './sorted-texts.ts';

/** Something that the catalog may grant: a class of actions on a place, and who may. */
export interface Question {
  readonly place: number;
  /** Which of the classes that are asked there. */
  readonly actionClass: number;
  /** Rights by their number: any of them grants it, unless another is held. */
  readonly anyOf: readonly number[];
  readonly unless?: number;
}

/** The places where the same classes are asked. */
export interface PlacesOfClasses {
  /** In lower case. */
  readonly actions: readonly string[];
  /** Positions of the places that a pattern for their resource means. */
  readonly matching: (pattern: string) => readonly number[];
  /** Of those, the listings whose prefix matches one of some patterns. */
  readonly listing: (pattern: string, prefixes: readonly string[]) => readonly number[];
}

/** All places, found by what statements say of them, and what of them may be granted. Everything else is nobody's. */
export interface PlaceIndex {
  readonly places: readonly Place[];
  readonly questions: readonly Question[];
  /** Rights that matter anywhere, by their number. */
  readonly rights: ReadonlyMap<Right, number>;
  /** Positions of the questions that a right, by its number, may answer with yes. */
  readonly byRight: readonly (readonly number[])[];
  /** The places by the classes that are asked there, and by what statements say of them. */
  readonly byClasses: readonly PlacesOfClasses[];
  readonly speaks: Speaks;
  /** How many single actions are asked. */
  readonly size: number;
}

type Entry = readonly [place: number, what: Place];

const groupBy = <K, V>(values: Iterable<V>, keyOf: (value: V) => K): ReadonlyMap<K, readonly V[]> => {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
};

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
  const byText = groupBy(texts, ([text]) => text);
  const sorted = sortTexts(byText.keys());
  const ofText = (position: number): readonly number[] =>
    (byText.get(sorted.texts[position] ?? '') ?? []).map(([, place]) => place);
  return remember((pattern) => sorted.matching(pattern).flatMap(ofText));
};

const listingFinder = (entries: readonly Entry[]): PlacesOfClasses['listing'] => {
  const listings = entries.filter(([, { prefix }]) => prefix !== undefined);
  const byResource = groupBy(listings, ([, { resource }]) => resource);
  const resources = sortTexts(byResource.keys());
  const finders = resources.texts.map((resource) =>
    finderBy((byResource.get(resource) ?? []).map(([place, { prefix = '' }]) => [prefix, place])),
  );
  return (pattern, prefixes) =>
    resources.matching(pattern).flatMap((resource) => prefixes.flatMap((prefix) => finders[resource]?.(prefix) ?? []));
};

const placesOfClasses = (classes: ActionClasses, entries: readonly Entry[]): PlacesOfClasses => ({
  actions: classes.flatMap(({ actions }) => actions.map((action) => action.toLowerCase())),
  matching: finderBy(entries.map(([place, { resource }]) => [resource, place])),
  listing: listingFinder(entries),
});

/** Collects questions, and numbers the rights that they ask for. */
const startQuestions = () => {
  const questions: Question[] = [];
  const rights = new Map<Right, number>();
  const byRight: number[][] = [];
  const numberOf = (right: Right): number => {
    const known = rights.get(right);
    if (known !== undefined) return known;
    rights.set(right, byRight.length);
    return byRight.push([]) - 1;
  };
  return {
    questions,
    rights,
    byRight,
    add: (place: number, actionClass: number, { anyOf, unless }: Rule): void => {
      const numbers = anyOf.map(numberOf);
      for (const right of numbers) byRight[right]?.push(questions.length);
      questions.push({
        place,
        actionClass,
        anyOf: numbers,
        ...(unless === undefined ? {} : { unless: numberOf(unless) }),
      });
    },
  };
};

/** Finds the rules of all places once, for all roles. */
export const indexPlaces = (lake: LakeNames, places: readonly Place[]): PlaceIndex => {
  const { add, ...asked } = startQuestions();
  let size = 0;
  for (const [place, { resource, context, classes }] of places.entries()) {
    const ruleOf = rulesOf(lake, resource, context);
    for (const [actionClass, { actions, sample, isNobodys }] of classes.entries()) {
      size += actions.length;
      const rule = isNobodys ? NOBODY : ruleOf(sample);
      if (rule.anyOf.length > 0) add(place, actionClass, rule);
    }
  }
  const byClasses = groupBy(places.entries(), ([, { classes }]) => classes);
  return {
    places,
    ...asked,
    size,
    byClasses: [...byClasses].map(([classes, entries]) => placesOfClasses(classes, entries)),
    speaks: rememberSpeaking(),
  };
};
