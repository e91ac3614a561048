import pLimit from 'p-limit';
import {
  driftOf,
  isEdited,
  planOf,
  resultOf,
  stepsOf,
  type JournalEntry,
  type JournalObject,
} from '../../reconciler/journal/entry.ts';
import { journalKey, ordinalOf } from '../../reconciler/journal/keys.ts';
import { verifyJournal } from '../../reconciler/journal/verify.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { AccessChange } from '../../reconciler/model/plan.ts';
import { countEffects, signOf } from '../../report/access.ts';
import type {
  EffectCounts,
  HealedCounts,
  HistoryAnswer,
  HistoryLine,
  ShowAnswer,
  VerifyAnswer,
} from '../../report/history-answers.ts';
import type { Outcome } from '../access/load.ts';
import type { Session } from '../session.ts';
import { fatesOf } from './fates.ts';
import { withJournal, type JournalRequest } from './open.ts';
import { journalReader, type JournalReader } from './reader.ts';

/** Entries read at once. */
const READS_IN_FLIGHT = 8;

const countAll = (access: readonly AccessChange[]): EffectCounts => ({
  ...countEffects(access),
  dates: access.map(signOf).filter(({ gains, loses }) => !gains && !loses).length,
});

const accessOf = async (reader: JournalReader, entry: JournalEntry): Promise<Pick<HistoryLine, 'access' | 'meant'>> => {
  const access = planOf(entry)?.access;
  if (access === undefined) return {};
  const fates = await fatesOf(reader, entry);
  const [done, not] = [true, false].map((isDone) => access.filter((_, at) => (fates[at] === 'done') === isDone));
  return { access: countAll(done ?? []), ...((not ?? []).length === 0 ? {} : { meant: countAll(not ?? []) }) };
};

/** Whether every part that was told of is healed. */
const isUndone = (entry: JournalEntry, id: string): boolean => {
  const results = stepsOf(entry).started.flatMap(({ end }) => end?.results ?? []);
  const own = results.filter((one) => one.id === id);
  return own.length > 0 && own.every(({ outcome }) => outcome === 'healed');
};

const healedOf = (entry: JournalEntry): { readonly healed?: HealedCounts } => {
  const objects = driftOf(entry)?.objects;
  if (objects === undefined) return {};
  const undone = objects.filter(({ id }) => isUndone(entry, id));
  const healed = {
    undone: undone.length,
    left: objects.length - undone.length,
    widened: undone.filter(({ effect }) => effect === 'widens').length,
    narrowed: undone.filter(({ effect }) => effect === 'narrows').length,
    holders: [...new Set(undone.flatMap(({ access }) => access.map(({ principal }) => principal)))],
  };
  return { healed };
};

const lineOf = async (reader: JournalReader, ordinal: number): Promise<HistoryLine> => {
  const entry = await reader.entry(ordinal);
  if (entry === undefined) return { ordinal, at: '', by: '', kind: 'apply', outcome: 'unreadable' };
  const { header } = entry;
  const [plan, result] = [planOf(entry), resultOf(entry)];
  return {
    ordinal,
    at: header.at,
    by: header.by,
    kind: header.kind,
    ...(header.catalog.commit === undefined ? {} : { commit: header.catalog.commit }),
    ...(header.catalog.dirty === undefined ? {} : { dirty: header.catalog.dirty }),
    outcome: isEdited(entry) ? 'edited' : (result?.outcome ?? 'open'),
    ...(header.closes === undefined ? {} : { closes: header.closes }),
    ...(header.targets.length + header.excludes.length === 0 ? {} : { isSelection: true }),
    ...(plan === undefined ? {} : { summary: plan.summary }),
    ...(await accessOf(reader, entry)),
    ...healedOf(entry),
    ...(result === undefined ? {} : { seconds: result.seconds }),
  };
};

/** The newest runs: one call to list up to a thousand, and one for each that is told. */
export const listHistory = (
  request: JournalRequest & { readonly limit: number },
  session: Session,
): Promise<Outcome<HistoryAnswer>> =>
  withJournal(request, 'lake', session, async ({ store, instance }) => {
    const reader = journalReader(store);
    const ordinals = (await reader.ordinals()) ?? [];
    const limit = pLimit(READS_IN_FLIGHT);
    const entries = await Promise.all(ordinals.slice(0, request.limit).map((one) => limit(() => lineOf(reader, one))));
    return { formatVersion: '1', question: 'history', instance, total: ordinals.length, entries };
  });

/** Why an entry proves nothing: its own seal does not fit, or the next entry names it by another digest. */
const problemsOf = (entry: JournalEntry, next: JournalEntry | undefined): readonly Diagnostic[] => {
  const { ordinal, instance } = entry.header;
  const named = next?.header.previous;
  const isOther = named?.ordinal === ordinal && named.digest !== entry.digest && next?.isSealed === true;
  if (!isEdited(entry) && !isOther) return [];
  const why = isOther ? 'the next entry names it by another digest' : 'its content does not give the digest in it';
  const detail = `${journalKey(ordinal)} is not as EDL wrote it (${why}), so nothing that is told of run ${ordinal} is proof. What to do tells: edl history --verify --instance ${instance}`;
  return [{ code: 'EDL-4231', severity: 'error', summary: 'Journal entry was edited', detail }];
};

/** One run, whole. */
export const showEntry = (
  request: JournalRequest & { readonly ordinal: number },
  session: Session,
): Promise<Outcome<ShowAnswer>> =>
  withJournal(request, 'lake', session, async ({ store, instance }) => {
    const { ordinal } = request;
    const reader = journalReader(store);
    const [entry, next] = await Promise.all([reader.entry(ordinal), reader.entry(ordinal + 1)]);
    if (entry !== undefined) {
      const { digest, isSealed, lines } = entry;
      const told = { formatVersion: '1', question: 'show', instance, digest, isSealed, lines } as const;
      const closedBy = next?.header.closes === ordinal ? { closedBy: next.header.ordinal } : {};
      return { ...told, fates: await fatesOf(reader, entry), ...closedBy, problems: problemsOf(entry, next) };
    }
    const detail = `The journal of ${instance} has no entry ${request.ordinal} that can be read. These are there: edl history --instance ${instance}`;
    return { diagnostics: [{ code: 'EDL-4225', severity: 'error', summary: 'No such journal entry', detail }] };
  });

/** Reads every entry and verifies the chain. */
export const verifyHistory = (
  request: JournalRequest & { readonly expected?: string },
  session: Session,
): Promise<Outcome<VerifyAnswer>> =>
  withJournal(request, 'lake', session, async ({ store, instance }) => {
    const keys = (await store.keys()) ?? [];
    const limit = pLimit(READS_IN_FLIGHT);
    // What lies beside the entries may be of any size, and says nothing.
    const read = async (key: string): Promise<JournalObject | undefined> =>
      ordinalOf(key) === undefined ? { key, text: '', digest: 'sha256:' } : store.get(key);
    const found = await Promise.all(keys.map((key) => limit(() => read(key))));
    return {
      formatVersion: '1',
      question: 'verify',
      instance,
      ...verifyJournal(
        found.flatMap((one) => one ?? []),
        instance,
        request.expected,
      ),
    };
  });
