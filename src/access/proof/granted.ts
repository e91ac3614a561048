import { type End, laterEnd } from '../time.ts';
import type { Atlas } from './atlas.ts';
import { startChains } from './chains.ts';
import type { Rights } from './rights.ts';
import type { Rule } from './rule.ts';

/** What the catalog grants a holder, by place: which courses of its menu, and until when. */
export interface Granted {
  /** The courses and ends of a place as one number; 0 is nothing. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly ends: (chain: number) => ReadonlyMap<number, End>;
}

const endOfRule = (rule: Rule, rights: Rights): End | undefined => {
  if (rule.unless !== undefined && rights.has(rule.unless)) return undefined;
  let end: End | undefined;
  for (const right of rule.anyOf) {
    const held = rights.get(right);
    if (held !== undefined) end = end === undefined ? held : laterEnd(end, held);
  }
  return end;
};

/** More than any menu has courses. */
const COURSES = 64;

/** Finds every question that the catalog answers with yes; all others it answers with no. */
export const grantedTo = (atlas: Atlas, rights: Rights): Granted => {
  const days = [...new Set(rights.values())];
  const numbers = new Map(days.map((day, index) => [day, index]));
  const chains = startChains(COURSES * (days.length + 1));
  const ofPlace = new Int32Array(atlas.places.length);
  const isFound = new Uint8Array(atlas.questions.length);
  const places: number[] = [];
  const grant = (position: number): void => {
    const question = atlas.questions[position];
    if (question === undefined || isFound[position] === 1) return;
    isFound[position] = 1;
    const { place, course, rule } = question;
    const end = endOfRule(rule, rights);
    if (end === undefined) return;
    const chain = ofPlace[place] ?? 0;
    if (chain === 0) places.push(place);
    ofPlace[place] = chains.append(chain, course + COURSES * (numbers.get(end) ?? 0));
  };
  for (const right of rights.keys()) for (const position of atlas.byRight.get(right) ?? []) grant(position);
  return {
    ofPlace,
    places,
    ends: (chain) =>
      new Map(
        chains.items(chain).flatMap((item) => {
          const end = days[Math.floor(item / COURSES)];
          return end === undefined ? [] : [[item % COURSES, end] as const];
        }),
      ),
  };
};
