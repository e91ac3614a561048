import {
  digestOfText,
  isEdited,
  lineText,
  parseEntry,
  sealText,
  stepsOf,
  type JournalEntry,
} from '../../reconciler/journal/entry.ts';
import { journalKey, ordinalOf, withoutFarOff } from '../../reconciler/journal/keys.ts';
import type { EntryRef, HeaderLine, JournalLine } from '../../reconciler/journal/lines.ts';
import type { JournalStore, StoredObject, Written } from '../../reconciler/journal/store.ts';
import { fenced, isGone, strayHead, takenNumber } from './words.ts';

/** An entry that this run writes. */
export interface JournalWriter {
  readonly ordinal: number;
  /** Is written within about a second, with what comes meanwhile. */
  add(line: JournalLine): void;
  /** Writes now what there is. */
  flush(): Promise<void>;
  /** Writes all that is left, and the last line. Throws when that fails; then the next run closes the entry. */
  close(lines: readonly JournalLine[]): Promise<EntryRef>;
  /** Why nothing more can be written, ever: a later run took this one for dead, or somebody removed the entry. */
  ended(): WriterEnd | undefined;
}

/** `fenced`: a later run closed the entry; `gone`: it is not there any more. */
export type WriterEnd = 'fenced' | 'gone';

/** What a header tells of the entries before it. */
export type EntriesBefore = Pick<HeaderLine, 'previous' | 'closes' | 'lastHeal'>;

/** What an entry begins from. */
export interface Beginning {
  readonly run: string;
  readonly now: () => Date;
  /** What the entry begins with, the header first: all of it is there, or nothing. */
  readonly lines: (ordinal: number, before: EntriesBefore) => readonly [HeaderLine, ...JournalLine[]];
  /** Asked before anything is written; throws where the lease is not held, since an entry without an end is closed then. */
  readonly mayBegin: () => Promise<void>;
  /** Done before the entry is there, since whatever fails then leaves none without an end. */
  readonly prepare?: (ordinal: number) => Promise<void>;
}

const PAUSE_MS = 1_000;
/** Each put writes the whole entry: a large one is written less often, so that a long apply stays cheap. */
const BYTES_A_PAUSE = 100_000;

/** How long after a line the entry is written, by its length. */
export const pauseMs = (bytes: number): number => PAUSE_MS * Math.max(1, Math.ceil(bytes / BYTES_A_PAUSE));

const abandonedLine = (entry: JournalEntry, { run, now }: Beginning): JournalLine => {
  const { header, lines } = entry;
  const ends = lines.flatMap((line) => (line.line === 'step-ended' ? [line.outcome] : []));
  const count = (...outcomes: readonly string[]): number => ends.filter((end) => outcomes.includes(end)).length;
  const { started } = stepsOf(entry);
  const at = now().toISOString();
  return {
    line: 'result',
    at,
    outcome: 'abandoned',
    counts: {
      applied: count('applied', 'healed'),
      unchanged: count('unchanged'),
      failed: count('failed', 'refused') + started.filter(({ end }) => end === undefined).length,
      skipped: count('skipped'),
    },
    seconds: Math.max(0, Math.round((Date.parse(at) - Date.parse(header.at)) / 1000)),
    problems: [],
    closedBy: run,
  };
};

/** An entry that nobody can read may be one of healing: who follows the links must not pass it over. */
const lastHealBy = (entry: JournalEntry | undefined, ordinal: number): number | undefined =>
  entry === undefined || entry.header.kind === 'heal' ? ordinal : entry.header.lastHeal;

/**
 * Closes the entry of a run that was killed, so that it cannot be gone on with: the run may only sleep, and its next write is
 * refused then. Whoever calls holds the lease. What is no entry any more stays as it is; verification tells.
 */
const closeAbandoned = async (
  store: JournalStore,
  head: StoredObject,
  beginning: Beginning,
): Promise<EntriesBefore & { readonly previous: EntryRef }> => {
  const ordinal = ordinalOf(head.key) ?? 0;
  const entry = parseEntry(head);
  const lastHeal = lastHealBy(entry, ordinal);
  const before = lastHeal === undefined ? {} : { lastHeal };
  const isOpen = entry !== undefined && !entry.isSealed && !isEdited(entry);
  if (!isOpen) return { previous: { ordinal, digest: head.digest }, ...before };
  const text = sealText(head.text + lineText(abandonedLine(entry, beginning)));
  const written = await store.replace(head.key, text, head.etag);
  if (written.status !== 'written') throw takenNumber(ordinal);
  return { previous: { ordinal, digest: digestOfText(text) }, closes: ordinal, ...before };
};

const follow = (store: JournalStore, ordinal: number, first: { readonly text: string; readonly etag: string }) => {
  const key = journalKey(ordinal);
  let { text, etag } = first;
  let written = text;
  let ended: WriterEnd | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<void> = Promise.resolve();
  /** An earlier put of ours may be there though no answer to it ever came. What somebody else wrote is no beginning of our text. */
  const replace = async (now: string): Promise<Written | { readonly status: 'gone' }> => {
    const answer = await store.replace(key, now, etag);
    if (answer.status === 'no-bucket') return { status: 'gone' };
    if (answer.status === 'written') return answer;
    const found = await store.get(key);
    if (found === undefined) return { status: 'gone' };
    return now.startsWith(found.text) ? store.replace(key, now, found.etag) : answer;
  };
  const put = async (): Promise<void> => {
    const now = text;
    if (now === written) return;
    if (ended !== undefined) throw ended === 'gone' ? isGone(ordinal) : fenced(ordinal);
    const answer = await replace(now);
    if (answer.status === 'written') {
      etag = answer.etag;
      written = now;
      return;
    }
    ended = answer.status === 'conflict' ? 'fenced' : 'gone';
    throw ended === 'gone' ? isGone(ordinal) : fenced(ordinal);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // One after the other, whatever came of the one before.
    const next = queue.then(put);
    queue = next.catch(() => undefined);
    return next;
  };
  const add = (line: JournalLine): void => {
    // A signal may come while the lease is given back. Nothing may follow the seal, which says that this was all.
    if (isClosed) return;
    text += lineText(line);
    // What cannot be written now is written with what comes next; the last put tells if it could not be.
    timer ??= setTimeout(() => void flush().catch(() => undefined), pauseMs(text.length)).unref();
  };
  return {
    ordinal,
    add,
    flush,
    ended: () => ended,
    close: async (lines: readonly JournalLine[]): Promise<EntryRef> => {
      isClosed = true;
      text = sealText(text + lines.map(lineText).join(''));
      await flush();
      return { ordinal, digest: digestOfText(text) };
    },
  };
};

/** The newest entry as it is stored; what lies beside the entries is passed over. */
const headOf = async (store: JournalStore, first: readonly string[]): Promise<StoredObject | undefined> => {
  const keys = first.every((key) => ordinalOf(key) !== undefined) ? first : await store.keys();
  const key = keys?.find((one) => ordinalOf(one) !== undefined);
  const head = key === undefined ? undefined : await store.get(key);
  if (key === undefined || head === undefined || parseEntry(head) !== undefined) return head;
  // Whatever has the name of an entry and is none may be one that was spoilt, or a stray one with any number.
  const all = ((await store.keys()) ?? []).flatMap((one) => ordinalOf(one) ?? []).sort((one, other) => other - one);
  if (withoutFarOff(all)[0] !== ordinalOf(key)) throw strayHead(key);
  return head;
};

/** Begins the next entry; undefined where there is no bucket yet. Throws when the number is taken or S3 cannot be asked. */
export const beginEntry = async (store: JournalStore, beginning: Beginning): Promise<JournalWriter | undefined> => {
  const first = await store.keys(1);
  if (first === undefined) return undefined;
  await beginning.mayBegin();
  const head = await headOf(store, first);
  const before = head === undefined ? undefined : await closeAbandoned(store, head, beginning);
  const ordinal = (before?.previous.ordinal ?? 0) + 1;
  await beginning.prepare?.(ordinal);
  const text = beginning
    .lines(ordinal, before ?? {})
    .map(lineText)
    .join('');
  const written = await store.create(journalKey(ordinal), text);
  if (written.status === 'no-bucket') return undefined;
  if (written.status === 'conflict') throw takenNumber(ordinal);
  return follow(store, ordinal, { text, etag: written.etag });
};
