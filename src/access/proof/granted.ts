import type { End } from '../time.ts';
import type { PlaceIndex, Question } from './place-index.ts';
import { startLists } from './numbered-lists.ts';
import type { Rights } from './rights.ts';

/** What the catalog grants a holder, by place: which of the action classes asked there, and until when. */
export interface Granted {
  /** The classes and ends of a place as one number; 0 is nothing. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly ends: (list: number) => ReadonlyMap<number, End>;
}

/** More classes than are asked anywhere. */
const CLASSES = 64;

/** Rights held, by their number: the position of their end among the days in order, from 1; 0 is not held. */
const held = (placeIndex: PlaceIndex, rights: Rights, days: readonly End[]): Int32Array => {
  const positions = new Map(days.map((day, index) => [day, index + 1]));
  const ends = new Int32Array(placeIndex.byRight.length);
  for (const [right, end] of rights) {
    const number = placeIndex.rights.get(right);
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
export const grantedTo = (placeIndex: PlaceIndex, rights: Rights): Granted => {
  const days = [...new Set(rights.values())].sort();
  const ends = held(placeIndex, rights, days);
  const lists = startLists(CLASSES * (days.length + 1));
  const ofPlace = new Int32Array(placeIndex.places.length);
  const isSeen = new Uint8Array(placeIndex.questions.length);
  const places: number[] = [];
  const grant = (position: number): void => {
    const question = placeIndex.questions[position];
    if (question === undefined || isSeen[position] === 1) return;
    isSeen[position] = 1;
    const end = endOf(question, ends);
    if (end === 0) return;
    const list = ofPlace[question.place] ?? 0;
    if (list === 0) places.push(question.place);
    ofPlace[question.place] = lists.append(list, question.actionClass + CLASSES * end);
  };
  for (const [right, positions] of placeIndex.byRight.entries())
    if (ends[right] !== 0) for (const position of positions) grant(position);
  return {
    ofPlace,
    places,
    ends: (list) =>
      new Map(
        lists.items(list).flatMap((item) => {
          const end = days[Math.floor(item / CLASSES) - 1];
          return end === undefined ? [] : [[item % CLASSES, end] as const];
        }),
      ),
  };
};
