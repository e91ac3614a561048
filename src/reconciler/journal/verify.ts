import { compareText } from '../model/json.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Digest } from '../model/digest.ts';
import { isEdited, parseEntry, type JournalEntry, type JournalObject } from './entry.ts';
import { journalKey, ordinalOf } from './keys.ts';

/** What came of looking at every entry. */
export interface Verification {
  readonly entries: number;
  /** The newest entry: what to keep elsewhere, as nothing in the bucket can vouch for it. */
  readonly head?: { readonly ordinal: number; readonly digest: Digest };
  readonly problems: readonly Diagnostic[];
}

const RESTORE =
  'The bucket keeps the versions before: compare them to see what was changed, and ask CloudTrail who did it.';

const edited = (key: string, why: string): Diagnostic => ({
  code: 'EDL-4231',
  severity: 'error',
  summary: 'Journal entry was edited',
  detail: `${key} is not as EDL wrote it: ${why}. ${RESTORE}`,
  target: key,
});

const unreadable = (key: string): Diagnostic => ({
  code: 'EDL-4230',
  severity: 'error',
  summary: 'Journal entry is unreadable',
  detail: `${key} is no entry of a journal: a line of it is no JSON, or its first line is no header. ${RESTORE}`,
  target: key,
});

const missing = (from: number, to: number): Diagnostic => ({
  code: 'EDL-4232',
  severity: 'error',
  summary: 'Journal entry is missing',
  detail: `There is no entry ${from === to ? from : `${from} to ${to}`}, though there are later ones: ${journalKey(from)} was removed. ${RESTORE}`,
  target: journalKey(from),
});

const open = (key: string): Diagnostic => ({
  code: 'EDL-4233',
  severity: 'note',
  summary: 'Journal entry has no end',
  detail: `${key} has no last line: its run goes on now, or it was killed. The next apply says which, and closes it.`,
  target: key,
});

const stray = (key: string): Diagnostic => ({
  code: 'EDL-4235',
  severity: 'warning',
  summary: 'Object that is no journal entry',
  detail: `${key} lies among the entries of the journal, and EDL did not name it so. Look who put it there, and remove it.`,
  target: key,
});

const unexpected = (digest: string): Diagnostic => ({
  code: 'EDL-4234',
  severity: 'error',
  summary: 'No entry has this digest',
  detail: `No entry has the digest ${digest}. Either it is of another lake, or the entry was removed or written anew with everything after it.`,
  target: digest,
});

const judgeEntry = (object: JournalObject, entry: JournalEntry, isLast: boolean, instance: string) => {
  const { key } = object;
  const { header } = entry;
  if (header.ordinal !== ordinalOf(key)) return [edited(key, `its first line is that of entry ${header.ordinal}`)];
  if (header.instance !== instance) return [edited(key, `it is an entry of instance ${header.instance}`)];
  if (entry.isSealed) return [];
  if (isEdited(entry)) return [edited(key, 'its content does not give the digest in it')];
  return isLast ? [open(key)] : [edited(key, 'its last lines are missing')];
};

/** Whether an entry names the one before as that one is now. */
const judgeLink = (object: JournalObject, { header: { ordinal, previous } }: JournalEntry, before?: JournalObject) => {
  if (previous === undefined) {
    return ordinal === 1 ? [] : [edited(object.key, 'it does not name the entry before')];
  }
  if (previous.ordinal !== ordinal - 1) return [edited(object.key, 'it names another entry as the one before')];
  return before === undefined || before.digest === previous.digest
    ? []
    : [edited(before.key, 'the next entry names it by another digest')];
};

const judge = (object: JournalObject, before: JournalObject | undefined, isLast: boolean, instance: string) => {
  const entry = parseEntry(object);
  return entry === undefined
    ? [unreadable(object.key)]
    : [...judgeEntry(object, entry, isLast, instance), ...judgeLink(object, entry, before)];
};

/**
 * Verifies a journal: each entry proves itself by its seal, and the one before by the digest in its header. A cut at the newest
 * end leaves no trace in what is left; `expected`, a digest that somebody kept elsewhere, finds that too.
 */
export const verifyJournal = (objects: readonly JournalObject[], instance: string, expected?: string): Verification => {
  const strays = objects.filter(({ key }) => ordinalOf(key) === undefined);
  const byOrdinal = new Map(objects.map((object) => [ordinalOf(object.key) ?? 0, object]));
  byOrdinal.delete(0);
  const ordinals = [...byOrdinal.keys()].sort((left, right) => left - right);
  const last = ordinals.at(-1);
  const problems = ordinals.flatMap((ordinal, index): readonly Diagnostic[] => {
    const before = ordinals[index - 1] ?? 0;
    const gap = before === ordinal - 1 ? [] : [missing(before + 1, ordinal - 1)];
    const object = byOrdinal.get(ordinal);
    return object === undefined
      ? gap
      : [...gap, ...judge(object, byOrdinal.get(ordinal - 1), ordinal === last, instance)];
  });
  const isKnown = expected === undefined || [...byOrdinal.values()].some(({ digest }) => digest === expected);
  const head = last === undefined ? undefined : byOrdinal.get(last);
  return {
    entries: byOrdinal.size,
    ...(last === undefined || head === undefined ? {} : { head: { ordinal: last, digest: head.digest } }),
    problems: [
      ...problems,
      ...strays.map(({ key }) => stray(key)).sort((left, right) => compareText(left.detail, right.detail)),
      ...(isKnown ? [] : [unexpected(expected)]),
    ],
  };
};
