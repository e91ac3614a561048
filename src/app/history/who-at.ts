import { implies, type RowLevel } from '../../access/levels.ts';
import { counts } from '../../access/rules/matches.ts';
import { isEdited, planOf, resultOf, type JournalEntry } from '../../reconciler/journal/entry.ts';
import { journalKey } from '../../reconciler/journal/keys.ts';
import type { HeaderLine, JournalRow } from '../../reconciler/journal/lines.ts';
import { rowId } from '../../reconciler/journal/rows.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { GivenBy, HeldThen, WhoAtAnswer } from '../../report/history-answers.ts';
import { countOf } from '../../report/layout.ts';
import { membersOf } from '../access/asked.ts';
import type { Outcome } from '../access/load.ts';
import { levelOf } from '../access/names.ts';
import type { Session } from '../session.ts';
import { healsAt } from './heals-at.ts';
import { knownDataset } from './known-dataset.ts';
import { membersAt } from './members-at.ts';
import { withJournal, type JournalRequest } from './open.ts';
import { journalReader, type JournalReader } from './reader.ts';
import { isAfter, statesIn, windowOf, type State, type Window } from './window.ts';

/** Who held what on a dataset on a day, or at a moment? */
export interface WhoAtRequest extends JournalRequest {
  readonly dataset: string;
  /** `2026-03-01`: at any time of that day; or a time, ISO 8601, UTC. */
  readonly at: string;
  /** Only who held at least this. */
  readonly level?: string;
  /** Whether to name the people, as far as git knows them. */
  readonly withMembers?: boolean;
}

const note = (
  code: Diagnostic['code'],
  summary: string,
  detail: string,
  severity: Diagnostic['severity'] = 'warning',
): Diagnostic => ({ code, severity, summary, detail });

const noteOnEntry = (instance: string, ordinal: number, entry: JournalEntry | undefined): readonly Diagnostic[] => {
  if (entry === undefined || isEdited(entry)) {
    const [code, summary, what] =
      entry === undefined
        ? (['EDL-4230', 'Journal entry is unreadable', 'cannot be read'] as const)
        : (['EDL-4231', 'Journal entry was edited', 'is not as EDL wrote it'] as const);
    const detail = `${journalKey(ordinal)} ${what}, so what is told of run ${ordinal} proves nothing. More tells: edl history --verify --instance ${instance}`;
    return [note(code, summary, detail, 'error')];
  }
  const outcome = resultOf(entry)?.outcome;
  if (outcome !== undefined && outcome !== 'abandoned') return [];
  const detail = `Run ${ordinal} has no end that it wrote itself (it was killed, or goes on). What it had given is told as far as a later run found it; what it had taken still counts as held until the next run. What it meant to do: edl history show ${ordinal} --instance ${instance}`;
  return [note('EDL-4228', 'Run without an end', detail)];
};

const noteOnCatalog = (broken: readonly Diagnostic[]): readonly Diagnostic[] => {
  const errors = broken.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return [];
  const detail = `The files of the catalog have ${countOf(errors, 'error')}, so names of datasets are only as the journal has them, and members are not known from the files as they are now. The errors are listed by: edl validate`;
  return [note('EDL-4237', 'Catalog is not valid', detail)];
};

const notesOf = async (
  reader: JournalReader,
  instance: string,
  states: readonly State[],
): Promise<readonly Diagnostic[]> => {
  const notes: Diagnostic[] = [];
  for (const { ordinal } of states) notes.push(...noteOnEntry(instance, ordinal, await reader.entry(ordinal)));
  const unsure = new Map(
    states.flatMap((state) => state.unsure.map(({ principal, since }) => [principal, since] as const)),
  );
  if (unsure.size > 0) {
    const names = [...unsure].map(([principal, since]) => `${principal} (since run ${since})`).join(', ');
    const shows = [...new Set(unsure.values())]
      .map((since) => `edl history show ${since} --instance ${instance}`)
      .join('; ');
    const detail = `Of these nobody knows for sure what they held: ${names}. Their stack failed, or its run was killed. CloudFormation takes back what it began, so what they held before is told, and what a later run found there. What they were to be given, and whether the way back failed too: ${shows}`;
    notes.push(note('EDL-4229', 'Rows that are not sure', detail));
  }
  return notes;
};

const givenBy = (entry: JournalEntry, row: JournalRow): GivenBy => {
  const { ordinal, at, by, catalog, approval, allowances } = entry.header;
  const change = planOf(entry)?.access.find(
    ({ principal, dataset, tier }) => principal === row.principal && dataset === row.dataset && tier === row.tier,
  );
  const flags = allowances.flatMap(({ source, reason }) => (source === 'flag' ? [reason] : []));
  return {
    ordinal,
    at,
    by,
    ...(catalog.commit === undefined ? {} : { commit: catalog.commit }),
    ...(catalog.dirty === undefined ? {} : { dirty: catalog.dirty }),
    ...(catalog.author === undefined ? {} : { author: catalog.author }),
    ...(catalog.subject === undefined ? {} : { subject: catalog.subject }),
    ...(approval?.file === undefined ? {} : { saved: approval.file.plan }),
    ...(change?.reason === undefined ? {} : { reason: change.reason }),
    ...(change?.approvals === undefined ? {} : { approvals: change.approvals }),
    ...(flags.length === 0 ? {} : { allowances: flags }),
    ...(change?.declaredIn === undefined ? {} : { declaredIn: change.declaredIn }),
  };
};

/** Every row that held at some time in the window; a row that a run of the window took tells by which. */
const rowsIn = (states: readonly State[], { from }: Window, isAsked: (row: JournalRow) => boolean) => {
  const held = new Map<string, { readonly row: JournalRow; readonly lost?: number }>();
  for (const { ordinal, rows } of states) {
    const now = new Set(rows.map(rowId));
    for (const [id, one] of held) if (!now.has(id) && one.lost === undefined) held.set(id, { ...one, lost: ordinal });
    for (const row of rows)
      if (isAsked(row) && (row.until === undefined || row.until >= from.slice(0, 10))) held.set(rowId(row), { row });
  }
  return [...held.values()];
};

/** As `access who` counts without a date. */
const isAtLeast = (held: RowLevel, asked: RowLevel | undefined): boolean =>
  asked === undefined || (asked === 'run-write' ? implies(held, asked) : counts(held, asked));

/** What is asked, with its names understood. */
export interface WhoAtQuestion {
  readonly instance: string;
  readonly dataset: string;
  /** Absent: as the rows tell. */
  readonly tier?: string;
  readonly at: string;
  readonly level?: RowLevel;
}

/** An answer, and the header of the last run that it is read from: its commit knows who was in which team. */
export interface WhoAtAnswered {
  readonly answer: WhoAtAnswer;
  readonly last?: HeaderLine;
}

/** Answers from the journal alone: a list, a few reads to find the day, two for its rows, and one for each run that gave one. */
export const answerWhoAt = async (
  reader: JournalReader,
  { instance, dataset: name, tier: known, at, level }: WhoAtQuestion,
): Promise<WhoAtAnswered> => {
  const window = windowOf(at);
  const { states, isKnown } = await statesIn(reader, window);
  const tier = known ?? states.flatMap(({ rows }) => rows).find(({ dataset }) => dataset === name)?.tier;
  const isAsked = (row: JournalRow): boolean =>
    (row.dataset === name || (row.dataset === '*' && row.tier === tier)) && isAtLeast(row.level, level);
  const access = await Promise.all(
    rowsIn(states, window, isAsked).map(async ({ row, lost }): Promise<HeldThen> => {
      const { since, ...held } = row;
      const entry = since === 0 ? undefined : await reader.entry(since);
      return {
        ...held,
        ...(entry === undefined ? {} : { given: givenBy(entry, row) }),
        ...(lost === undefined ? {} : { lost }),
      };
    }),
  );
  const notes = await notesOf(reader, instance, states);
  const heals = await healsAt(reader, window, name, tier);
  const unknown = note(
    'EDL-4227',
    'Before the first entry',
    `The journal of ${instance} tells nothing of the time before its first complete entry, so who held what then is not known from it. Git knows what was declared: check out the commit of that day and ask edl access who ${name} --instance ${instance} --as-of ${at}`,
  );
  const newest = states.at(-1);
  const last = newest === undefined ? undefined : await reader.entry(newest.ordinal);
  return {
    ...(last === undefined ? {} : { last: last.header }),
    answer: {
      formatVersion: '1',
      question: 'who-at',
      instance,
      dataset: name,
      ...(level === undefined ? {} : { level }),
      at,
      isKnown,
      entries: states.map(({ ordinal }) => ordinal),
      access: access.sort(
        (left, right) => compareText(left.principal, right.principal) || compareText(left.level, right.level),
      ),
      heals,
      notes: isKnown ? notes : [unknown, ...notes],
    },
  };
};

const withMembers = async (
  { answer, last }: WhoAtAnswered,
  request: WhoAtRequest,
  catalog: Catalog,
): Promise<WhoAtAnswer> => {
  const membership = await membersAt(request, catalog, last);
  const access = answer.access.map((held): HeldThen => {
    const members = membersOf(membership.catalog, held.principal);
    return members.length === 0 ? held : { ...held, members };
  });
  return { ...answer, membersAt: membership.at, access, notes: [...answer.notes, ...membership.notes] };
};

/** `edl access who DATASET --at DATE`: what the journal knows of a day. Reads only. */
export const whoAt = (request: WhoAtRequest, session: Session): Promise<Outcome<WhoAtAnswer>> =>
  withJournal(request, 'catalog', session, async ({ catalog, broken, instance, store }) => {
    const { dataset, at } = request;
    if (isAfter(windowOf(at).from, session.clock.now().toISOString())) {
      const detail = `${at} is yet to come, and the journal tells what was. What will be declared then: edl access who ${dataset} --instance ${instance} --as-of ${at}`;
      return { diagnostics: [{ code: 'EDL-4226', severity: 'error', summary: 'Day is yet to come', detail }] };
    }
    const level = request.level === undefined ? undefined : levelOf(request.level);
    if (level !== undefined && 'problem' in level) return { diagnostics: [level.problem] };
    const reader = journalReader(store);
    const named = await knownDataset(reader, catalog, dataset);
    if ('problem' in named) return { diagnostics: [named.problem, ...noteOnCatalog(broken)] };
    const { name, tier } = named.found;
    const question = { instance, dataset: name, tier, at, ...(level === undefined ? {} : { level: level.found }) };
    const answered = await answerWhoAt(reader, question);
    const told = request.withMembers === true ? await withMembers(answered, request, catalog) : answered.answer;
    return { ...told, notes: [...told.notes, ...noteOnCatalog(broken)] };
  });
