import { accessLineOf, parseEntry, type JournalEntry } from '../../reconciler/journal/entry.ts';
import { journalKey, ordinalOf, withoutFarOff } from '../../reconciler/journal/keys.ts';
import type { Base } from '../../reconciler/journal/rows.ts';
import { unpackRows } from '../../reconciler/journal/rows.ts';
import type { AccessLine, JournalRow } from '../../reconciler/journal/lines.ts';
import type { JournalStore } from '../../reconciler/journal/store.ts';

/** The rows after an entry, and the entry with all rows that they were told against (itself, where it has all). */
export interface KnownRows {
  readonly ordinal: number;
  readonly rows: readonly JournalRow[];
  readonly unsure: AccessLine['unsure'];
  readonly base: Base;
}

/** Reads entries, each at most once; for one question, not for longer. */
export interface JournalReader {
  /** Every ordinal, the newest first. Absent: there is no bucket yet. */
  ordinals(): Promise<readonly number[] | undefined>;
  /** Undefined: it is not there, or is no entry. */
  entry(ordinal: number): Promise<JournalEntry | undefined>;
  /** The rows after an entry; undefined where the entry, or the one with all rows, does not tell them. */
  rows(ordinal: number): Promise<KnownRows | undefined>;
}

const sortedOrdinals = (keys: readonly string[]): readonly number[] =>
  withoutFarOff(keys.flatMap((key) => ordinalOf(key) ?? []).sort((left, right) => right - left));

/** Makes a reader with an empty memory. */
export const journalReader = (store: JournalStore): JournalReader => {
  const entries = new Map<number, Promise<JournalEntry | undefined>>();
  const read = async (ordinal: number): Promise<JournalEntry | undefined> => {
    const object = await store.get(journalKey(ordinal));
    const found = object === undefined ? undefined : parseEntry(object);
    // Under the key of another one it tells of another day.
    return found?.header.ordinal === ordinal ? found : undefined;
  };
  const entry = (ordinal: number): Promise<JournalEntry | undefined> => {
    const known = entries.get(ordinal) ?? read(ordinal);
    entries.set(ordinal, known);
    return known;
  };
  const accessOf = async (ordinal: number): Promise<AccessLine | undefined> => {
    const found = await entry(ordinal);
    return found === undefined ? undefined : accessLineOf(found);
  };
  let ordinals: Promise<readonly number[] | undefined> | undefined;
  return {
    ordinals: () => (ordinals ??= store.keys().then((keys) => (keys === undefined ? undefined : sortedOrdinals(keys)))),
    entry,
    rows: async (ordinal) => {
      const line = await accessOf(ordinal);
      if (line === undefined) return undefined;
      const of = line.form === 'full' ? ordinal : line.base;
      const full = line.form === 'full' ? line : await accessOf(of);
      if (full?.form !== 'full') return undefined;
      const base = { ordinal: of, rows: full.rows };
      return { ordinal, rows: unpackRows(line, base.rows), unsure: line.unsure, base };
    },
  };
};

/** The newest rows at or before an ordinal that some entry tells; runs that were killed tell none. */
export const lastKnownRows = async (reader: JournalReader, ordinal: number): Promise<KnownRows | undefined> => {
  for (let at = ordinal; at > 0; at -= 1) {
    const known = await reader.rows(at);
    if (known !== undefined) return known;
    // Where entries are missing, only those that are there are asked for.
    if ((await reader.entry(at)) === undefined) at = 1 + ((await reader.ordinals())?.find((one) => one < at) ?? 0);
  }
  return undefined;
};
