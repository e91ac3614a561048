import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { EdlError } from '../../reconciler/model/errors.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Nothing is written that nobody could tell of later. */
export const notWritable = (instance: string, error: unknown, isFirst: boolean): EdlError =>
  new EdlError(
    'EDL-4220',
    'user',
    `The journal of ${instance} cannot be written, so nothing ${isFirst ? 'is changed' : 'more is changed than the bucket that keeps it'}: ${reasonOf(error)}`,
    { cause: error },
  );

/** The bucket that keeps it is gone, and this plan does not make it. */
export const noBucket = (bucket: string): Error =>
  new Error(
    `the bucket ${bucket} is not there. Somebody deleted it: see edl drift, and put it back with edl drift --heal all.`,
  );

/** Another run has taken the number, or still writes the entry before. */
export const takenNumber = (ordinal: number): EdlError =>
  new EdlError(
    'EDL-4221',
    'retry',
    `Another run is writing entry ${ordinal} of the journal at this moment, so nothing is changed. Wait for it to end, and run again.`,
  );

/** No run has that number, and the next one can not go on from it. */
export const strayHead = (key: string): EdlError =>
  new EdlError(
    'EDL-4238',
    'user',
    `${key} has the name of an entry of the journal, far beyond the newest one, and is none, so nothing is changed. Look who put it into the artifacts bucket, remove it, and run again.`,
  );

/** What was done is done, but the journal does not tell all of it. */
export const unfinished = (instance: string, ordinal: number, error: unknown): Diagnostic => ({
  code: 'EDL-4222',
  severity: 'error',
  summary: 'Journal entry could not be completed',
  detail: `What this run did is done, but entry ${ordinal} of the journal of ${instance} could not be completed: ${reasonOf(error)} Keep this output. The next apply closes the entry as abandoned and records who holds what by then.`,
  target: instance,
});

/** A first apply that did not come as far as the bucket. */
export const notJournaled = (instance: string, error?: unknown): Diagnostic => ({
  code: 'EDL-4223',
  severity: 'error',
  summary: 'Run is in no journal',
  detail: `This first run of ${instance} is in no journal${error === undefined ? ': the bucket that keeps it was not made' : `, which could not be begun: ${reasonOf(error)}`}${error === undefined ? '.' : ''} Apply again, once what stopped it is put right: the journal begins then.`,
  target: instance,
});

/** A later run took this one for dead: the put that would have gone on was refused. */
export const fenced = (ordinal: number): Error =>
  new Error(`another run has closed entry ${ordinal}, taking this run for dead.`);

/** Somebody removed the entry, or its bucket, while the run was at work. */
export const isGone = (ordinal: number): Error =>
  new Error(`entry ${ordinal} is not there any more: somebody removed it, or its bucket.`);

/** Likewise, as it is told in the end. */
export const takenForDead = (instance: string, ordinal: number): Diagnostic => ({
  code: 'EDL-4224',
  severity: 'error',
  summary: 'Another run took this one for dead',
  detail: `Another run has closed entry ${ordinal} of the journal of ${instance}, because this one had given no sign of life for so long that its lease had ended. It started no more stacks then; what it did until then is in its output, and may not be in the journal. Keep this output, look at edl history show ${ordinal} --instance ${instance}, and apply again.`,
  target: instance,
});
