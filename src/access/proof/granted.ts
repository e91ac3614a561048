import type { End } from '../time.ts';
import type { Atlas, Question } from './atlas.ts';
import { startChains } from './chains.ts';
import type { Rights } from './rights.ts';

/** What the catalog grants a holder, by place: which courses of its menu, and until when. */
export interface Granted {
  /** The courses and ends of a place as one number; 0 is nothing. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly ends: (chain: number) => ReadonlyMap<number, End>;
}

/** More than any menu has courses. */
const COURSES = 64;

/** Rights held, by their number: the position of their end among the days in order, from 1; 0 is not held. */
const held = (atlas: Atlas, rights: Rights, days: readonly End[]): Int32Array => {
  const positions = new Map(days.map((day, index) => [day, index + 1]));
  const ends = new Int32Array(atlas.byRight.length);
  for (const [right, end] of rights) {
    const number = atlas.rights.get(right);
    if (number !== undefined) ends[number] = positions.get(end) ?? 0;
  }
  return ends;
};

/** The latest end of the rights that grant a question; 0 where none does. */
const endOf = ({ anyOf, unless }: Question, ends: Int32Array): number => {
  if (unless !== undefined && ends[unless] !== 0) return 0;
  let latest = 0;
  for (const right of anyOf) latest = Math.max(latest, ends[right] ?? 0);
  return latest;
};

/** Finds every question that the catalog answers with yes; all others it answers with no. */
export const grantedTo = (atlas: Atlas, rights: Rights): Granted => {
  const days = [...new Set(rights.values())].sort();
  const ends = held(atlas, rights, days);
  const chains = startChains(COURSES * (days.length + 1));
  const ofPlace = new Int32Array(atlas.places.length);
  const isSeen = new Uint8Array(atlas.questions.length);
  const places: number[] = [];
  const grant = (position: number): void => {
    const question = atlas.questions[position];
    if (question === undefined || isSeen[position] === 1) return;
    isSeen[position] = 1;
    const end = endOf(question, ends);
    if (end === 0) return;
    const chain = ofPlace[question.place] ?? 0;
    if (chain === 0) places.push(question.place);
    ofPlace[question.place] = chains.append(chain, question.course + COURSES * end);
  };
  for (const [right, positions] of atlas.byRight.entries())
    if (ends[right] !== 0) for (const position of positions) grant(position);
  return {
    ofPlace,
    places,
    ends: (chain) =>
      new Map(
        chains.items(chain).flatMap((item) => {
          const end = days[Math.floor(item / COURSES) - 1];
          return end === undefined ? [] : [[item % COURSES, end] as const];
        }),
      ),
  };
};
