import { planOf, resultOf, type JournalEntry } from '../../reconciler/journal/entry.ts';
import type { AccessChange, HeldLevel } from '../../reconciler/model/plan.ts';
import type { Fate } from '../../report/history-answers.ts';
import type { JournalReader, KnownRows } from './reader.ts';

const isSame = (left: HeldLevel, right: HeldLevel): boolean => left.level === right.level && left.until === right.until;

const without = (levels: readonly HeldLevel[], others: readonly HeldLevel[]): readonly HeldLevel[] =>
  levels.filter((one) => !others.some((other) => isSame(one, other)));

const isOn = (change: AccessChange, { principal, dataset, tier }: Omit<AccessChange, 'before' | 'after'>): boolean =>
  change.principal === principal && change.dataset === dataset && change.tier === tier;

/** The rows after a run that is sure of a holder again: of the run itself, or of the next one that is. */
const rowsSureOf = async (
  reader: JournalReader,
  { principal }: AccessChange,
  ordinal: number,
): Promise<KnownRows | undefined> => {
  const [newest = 0] = (await reader.ordinals()) ?? [];
  for (let at = ordinal; at <= newest; at += 1) {
    const known = await reader.rows(at);
    const isSure = known?.unsure.every((one) => one.principal !== principal || one.since > ordinal);
    if (isSure === true) return known;
  }
  return undefined;
};

/** Whether a later run found it still to be taken: then that one took it. */
const isTakenLater = async (
  reader: JournalReader,
  change: AccessChange,
  lost: readonly HeldLevel[],
  from: number,
  to: number,
): Promise<boolean> => {
  for (let at = from; at <= to; at += 1) {
    const entry = await reader.entry(at);
    const found = entry === undefined ? [] : (planOf(entry)?.access ?? []).filter((one) => isOn(change, one));
    if (found.some(({ before }) => without(lost, before).length < lost.length)) return true;
  }
  return false;
};

/**
 * Whether it was given after all, and found by the next run that planned for the same place: AWS finishes what a killed run
 * began, and the run after it may take that back at once.
 */
const isFoundLater = async (
  reader: JournalReader,
  change: AccessChange,
  gained: readonly HeldLevel[],
  from: number,
  to: number,
): Promise<boolean> => {
  for (let at = from; at <= to; at += 1) {
    const entry = await reader.entry(at);
    const next = (entry === undefined ? [] : (planOf(entry)?.access ?? [])).find((one) => isOn(change, one));
    if (next !== undefined) return without(gained, next.before).length === 0;
  }
  return false;
};

const fateOf = async (reader: JournalReader, change: AccessChange, ordinal: number): Promise<Fate> => {
  const known = await rowsSureOf(reader, change, ordinal);
  if (known === undefined) return 'unknown';
  const rows = known.rows.filter((row) => isOn(change, row));
  const gained = without(change.after, change.before);
  const lost = without(change.before, change.after);
  const isGiven = gained.every((one) => rows.some((row) => row.since === ordinal && isSame(row, one)));
  if (gained.length > 0) {
    if (isGiven) return 'done';
    return (await isFoundLater(reader, change, gained, ordinal + 1, known.ordinal)) ? 'done' : 'not-done';
  }
  if (lost.some((one) => rows.some((row) => isSame(row, one)))) return 'not-done';
  return (await isTakenLater(reader, change, lost, ordinal + 1, known.ordinal)) ? 'not-done' : 'done';
};

/** Whether nothing needs to be asked: it ended as it was meant. */
const isWhole = (entry: JournalEntry): boolean => {
  const { targets, excludes } = entry.header;
  return resultOf(entry)?.outcome === 'applied' && targets.length + excludes.length === 0;
};

/**
 * What became of each change of access that a run planned: by the rows after it or, where it could not tell, by those of the
 * next run that is sure of the holder. So of several runs that meant to give the same, one has given it.
 */
export const fatesOf = async (reader: JournalReader, entry: JournalEntry): Promise<readonly Fate[]> => {
  const access = planOf(entry)?.access ?? [];
  if (isWhole(entry)) return access.map(() => 'done');
  return Promise.all(access.map((change) => fateOf(reader, change, entry.header.ordinal)));
};
