import { randomUUID } from 'node:crypto';
import { compileAccess } from '../../access/documents/compile.ts';
import type { Aws } from '../../aws/create-aws.ts';
import type { JournalPlace } from '../../aws/s3/journal.ts';
import { packRows } from '../../reconciler/journal/rows.ts';
import type { EntryRef, JournalLine, ResultLine, SignalLine, StepEndedLine } from '../../reconciler/journal/lines.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { StackResult } from '../../reconciler/model/result.ts';
import { headerOf, planLines, type HeaderParts, type RunFacts } from './header.ts';
import { readEarlier, type Earlier } from './earlier.ts';
import { journalReader } from './reader.ts';
import { rowsAfter } from './rows-after.ts';
import { noBucket, notJournaled, notWritable, takenForDead, unfinished } from './words.ts';
import { beginEntry, type JournalWriter } from './writer.ts';

/** What the journal of a run is written from. */
export interface RunParts extends HeaderParts {
  readonly aws: Pick<Aws, 'journal' | 'callerArn'>;
  readonly live: LiveState;
  readonly reporter: Reporter;
  /** Throws unless this run holds the lease; takes it where that had to wait for its bucket. */
  readonly held: () => Promise<void>;
}

/** How a run ended, as far as the journal tells it. */
export interface Ending {
  /** Of stacks; healing changes no stack's template. */
  readonly results: readonly StackResult[];
  /** Ends of steps that are not written yet, such as of those that were skipped. */
  readonly untold: readonly StepEndedLine[];
  readonly outcome: ResultLine['outcome'];
  readonly counts: ResultLine['counts'];
  readonly problems: ResultLine['problems'];
}

/** What became of an entry: how to name it, or why it has no end. */
export interface Ended {
  readonly entry?: EntryRef;
  readonly problems: readonly Diagnostic[];
}

/** The entry of one run. */
export interface JournalRun {
  /** Begins the entry. Throws EdlError when it cannot be written, unless this run makes the bucket that it needs. */
  open(): Promise<void>;
  /** Before the first write that is not a bootstrap stack's: now it must be there. */
  opened(): Promise<void>;
  /** Begins it where that can be done by now; never throws: the end tells. For healing, which may make the bucket at any step. */
  begunIfPossible(): Promise<void>;
  now(): string;
  add(line: JournalLine): void;
  /** Tells of a signal, at once. Never throws, and never takes longer than a process may that is asked to leave. */
  interrupted(signal: SignalLine['signal'], count: SignalLine['count']): Promise<void>;
  /** Nothing more can be told: a later run took this one for dead, or somebody removed the entry. */
  isFenced(): boolean;
  /** Ends the entry. Never throws: what went wrong is told, since what was done is done. */
  finish(ending: Ending): Promise<Ended>;
}

/** How long a process that is asked to leave waits for the journal. */
const PATIENCE_MS = 2_000;

const accessLine = (parts: RunParts, earlier: Earlier | undefined, ordinal: number, results: Ending['results']) => {
  const { catalog, desired, live, plan } = parts;
  const declared = compileAccess(catalog, desired.instance, desired.asOf).rows;
  const before = earlier?.known;
  const { rows, unsure } = rowsAfter({
    declared,
    access: plan.access,
    desired,
    live,
    results,
    ordinal,
    ...(before === undefined ? {} : { before }),
    begunBy: earlier?.begunBy ?? new Map<string, number>(),
    doubtful: earlier?.doubtful ?? [],
  });
  return packRows(rows, before?.base, unsure);
};

const resultLine = (began: Date, ended: Date, { outcome, counts, problems }: Ending): ResultLine => ({
  line: 'result',
  at: ended.toISOString(),
  outcome,
  counts,
  seconds: (ended.getTime() - began.getTime()) / 1000,
  problems,
});

const withDeadline = async (work: Promise<void>, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  // What cannot be written now is written with what comes next, or the next run tells that this one was killed.
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
};

/** Whose fault it is that an entry does not begin: the journal's, or that of the lease, which has its own words. */
const beginFailure = (instance: string, error: unknown, isFirst: boolean): unknown =>
  error instanceof EdlError && error.code.startsWith('EDL-42') ? error : notWritable(instance, error, isFirst);

/** An entry that is begun as soon as it can be. */
interface Opening {
  /** Whether the entry is there. Asked again where there was no bucket, never where it failed. */
  isOpen(): Promise<boolean>;
  writer(): JournalWriter | undefined;
  earlier(): Earlier | undefined;
  /** Is written with the beginning, where there is none yet. */
  add(line: JournalLine): void;
}

const createOpening = (parts: RunParts, facts: RunFacts, place: JournalPlace, isFirst: boolean): Opening => {
  const store = parts.aws.journal(place);
  const run = randomUUID();
  const pending: JournalLine[] = [];
  let writer: JournalWriter | undefined;
  let earlier: Earlier | undefined;
  let opening: Promise<boolean> | undefined;
  const begin = async (): Promise<boolean> => {
    const header = await headerOf(parts, facts, run);
    let told = 0;
    const begun = await beginEntry(store, {
      run,
      now: () => parts.clock.now(),
      mayBegin: parts.held,
      prepare: async (ordinal) => {
        earlier = await readEarlier(journalReader(store), ordinal, parts.desired);
      },
      lines: (ordinal, before) => {
        told = pending.length;
        return [header(ordinal, before), ...planLines(parts, facts), ...pending];
      },
    });
    if (begun === undefined) return false;
    for (const line of pending.splice(0).slice(told)) begun.add(line);
    writer = begun;
    return true;
  };
  return {
    isOpen: async () => {
      const mine = (opening ??= begin().catch((error: unknown) => {
        throw beginFailure(parts.desired.instance, error, isFirst);
      }));
      const open = await mine;
      if (!open && opening === mine) opening = undefined;
      return open;
    },
    writer: () => writer,
    earlier: () => earlier,
    add: (line) => {
      if (writer === undefined) pending.push(line);
      else writer.add(line);
    },
  };
};

/** The journal of one run. `makesBucket`: this run makes the bucket that the journal is kept in, so it begins after that. */
export const createRun = (parts: RunParts, facts: RunFacts, makesBucket: boolean): JournalRun => {
  const { desired, clock } = parts;
  const { organization, instance, account, homeRegion: region } = desired;
  const bucket = artifactsBucket(organization, instance, region);
  const entry = createOpening(parts, facts, { region, account, bucket }, !makesBucket);
  const began = clock.now();
  const mustBeOpen = async (): Promise<void> => {
    if (!(await entry.isOpen())) throw notWritable(instance, noBucket(bucket), !makesBucket);
  };
  return {
    open: async () => {
      if (makesBucket) await entry.isOpen();
      else await mustBeOpen();
    },
    opened: mustBeOpen,
    begunIfPossible: async () => {
      await entry.isOpen().catch(() => undefined);
    },
    now: () => clock.now().toISOString(),
    add: (line) => {
      entry.add(line);
    },
    interrupted: async (signal, count) => {
      entry.add({ line: 'signal', at: clock.now().toISOString(), signal, count });
      await withDeadline(entry.writer()?.flush() ?? Promise.resolve(), PATIENCE_MS);
    },
    isFenced: () => entry.writer()?.ended() !== undefined,
    finish: async (ending) => {
      const isOpen = await entry.isOpen().catch((error: unknown) => ({ error }));
      const writer = entry.writer();
      if (typeof isOpen === 'object') return { problems: [notJournaled(instance, isOpen.error)] };
      if (!isOpen || writer === undefined) return { problems: [notJournaled(instance)] };
      const { ordinal } = writer;
      try {
        const access = accessLine(parts, entry.earlier(), ordinal, ending.results);
        const lines = [...ending.untold, access, resultLine(began, clock.now(), ending)];
        return { entry: await writer.close(lines), problems: [] };
      } catch (error) {
        const problem =
          writer.ended() === 'fenced' ? takenForDead(instance, ordinal) : unfinished(instance, ordinal, error);
        return { problems: [problem] };
      }
    },
  };
};
