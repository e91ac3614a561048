import { planOf, resultOf, type JournalEntry } from '../../reconciler/journal/entry.ts';
import { rowId } from '../../reconciler/journal/rows.ts';
import type { JournalRow } from '../../reconciler/journal/lines.ts';
import { lastKnownRows, type JournalReader, type KnownRows } from './reader.ts';

/** From the first to the last moment that is asked about, ISO 8601. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** All of a day, or a moment. */
export const windowOf = (at: string): Window =>
  at.length === 10 ? { from: `${at}T00:00:00.000Z`, to: `${at}T23:59:59.999Z` } : { from: at, to: at };

/** Times are written with and without fractions, so they are compared as times. */
export const isAfter = (left: string, right: string): boolean => Date.parse(left) > Date.parse(right);

/** The newest run that had begun by a moment: runs follow one another, so a few reads find it among thousands. */
const lastBegun = async (reader: JournalReader, moment: string): Promise<number> => {
  const ordinals = [...((await reader.ordinals()) ?? [])].reverse();
  /** The last entry that can be read, from one place down to another. */
  const readable = async (from: number, to: number) => {
    for (let at = from; at >= to; at -= 1) {
      const entry = await reader.entry(ordinals[at] ?? 0);
      if (entry !== undefined) return { at, begun: entry.header.at };
    }
    return undefined;
  };
  let [low, high] = [0, ordinals.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await readable(middle, low);
    // What nobody can read counts as begun: then it is told that it cannot be read, and not passed over.
    if (found === undefined || !isAfter(found.begun, moment)) low = middle + 1;
    else high = found.at;
  }
  return ordinals[low - 1] ?? 0;
};

/** The runs at work within a window, and the last one that had ended before it (0: none). */
const runsIn = async (reader: JournalReader, { from, to }: Window) => {
  const within: number[] = [];
  let before = await lastBegun(reader, to);
  for (; before > 0; before -= 1) {
    const entry = await reader.entry(before);
    const ended = entry === undefined ? undefined : resultOf(entry)?.at;
    if (entry !== undefined && ended !== undefined && !isAfter(ended, from)) break;
    within.unshift(before);
  }
  return { before, within };
};

/** Rows that were in force after a run, as far as the journal can tell by now. */
export interface State {
  readonly ordinal: number;
  readonly rows: readonly JournalRow[];
  readonly unsure: KnownRows['unsure'];
  /** By the run itself. Otherwise they are those from before, and what a later run found that this one had given. */
  readonly isTold: boolean;
}

const unite = (rows: readonly JournalRow[], more: readonly JournalRow[]): readonly JournalRow[] => {
  const ids = new Set(rows.map(rowId));
  return [...rows, ...more.filter((row) => !ids.has(rowId(row)))];
};

/** What was held when a run was planned, of all that it changes: read from the documents that were deployed then. */
const foundBy = (entry: JournalEntry | undefined, since: number): readonly JournalRow[] =>
  (entry === undefined ? [] : (planOf(entry)?.access ?? [])).flatMap(({ principal, dataset, tier, before }) =>
    before.map(({ level, until }): JournalRow => ({
      principal,
      dataset,
      tier,
      level,
      ...(until === undefined ? {} : { until }),
      since,
    })),
  );

/**
 * What later runs found of what a run may have given: where they change it, their plan says what was there, and else their rows
 * say since when. They are read until one is sure.
 */
const foundLater = async (
  reader: JournalReader,
  ordinal: number,
  isDoubtful: (row: JournalRow) => boolean,
): Promise<readonly JournalRow[]> => {
  const [newest = 0] = (await reader.ordinals()) ?? [];
  const given = new Set<string>();
  let found: readonly JournalRow[] = [];
  for (let at = ordinal + 1; at <= newest; at += 1) {
    const planned = foundBy(await reader.entry(at), ordinal).filter((row) => !given.has(rowId(row)));
    const known = await reader.rows(at);
    for (const row of known?.rows ?? []) if (row.since > ordinal) given.add(rowId(row));
    const told = (known?.rows ?? []).filter(({ since }) => since > 0 && since <= ordinal);
    found = unite(found, [...told, ...planned].filter(isDoubtful));
    if (known?.unsure.every(({ since }) => since > ordinal) === true) break;
  }
  return found;
};

/**
 * A run that was killed tells no rows, and one whose stack failed is not sure of them. What it had taken still counts as held,
 * and what it had given is what later runs found.
 */
const stateAfter = async (reader: JournalReader, ordinal: number, previous: State | undefined): Promise<State> => {
  const known = await reader.rows(ordinal);
  if (known?.unsure.length === 0) return { ...known, isTold: true };
  const entry = await reader.entry(ordinal);
  const meant = known === undefined ? (entry && planOf(entry))?.access : [];
  const unsure = known?.unsure ?? previous?.unsure ?? [];
  const doubtful = new Set([...(meant ?? []), ...unsure].map(({ principal }) => principal));
  const isAnybody = known === undefined && meant === undefined;
  const found = await foundLater(reader, ordinal, ({ principal }) => isAnybody || doubtful.has(principal));
  return { ordinal, rows: unite(known?.rows ?? previous?.rows ?? [], found), unsure, isTold: known !== undefined };
};

/** What was in force in a window, state after state: first the one that it began with, if any run tells of it. */
export interface WindowStates {
  readonly states: readonly State[];
  /** Whether the time before the first of them is known: by a run, or because there was none yet. */
  readonly isKnown: boolean;
}

/** Reads what was in force in a window. */
export const statesIn = async (reader: JournalReader, window: Window): Promise<WindowStates> => {
  const { before, within } = await runsIn(reader, window);
  const start = before === 0 ? undefined : await lastKnownRows(reader, before);
  const [first, last] = [start?.ordinal ?? within[0] ?? before, within.at(-1) ?? before];
  const states: State[] = [];
  for (let ordinal = Math.max(1, first); ordinal <= last; ordinal += 1)
    states.push(await stateAfter(reader, ordinal, states.at(-1)));
  if (start !== undefined) return { states, isKnown: true };
  // A lake whose first run gave everything that is held after it had nobody before.
  const told = states.find(({ isTold }) => isTold);
  const isBorn = before === 0 && within[0] === 1 && told?.rows.every(({ since }) => since > 0) === true;
  return { states, isKnown: isBorn };
};
