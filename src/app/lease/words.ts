import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import {
  restSeconds,
  type Lease,
  type LeaseHolder,
  type LeaseRead,
  type SeenLease,
} from '../../reconciler/model/lease.ts';

/** Names a holder in a sentence. */
export const nameHolder = ({ who, host, pid, command, commit }: LeaseHolder): string =>
  pid === 0
    ? who
    : `${who} on ${host} (process ${pid}, edl ${command}${commit === undefined ? '' : `, commit ${commit.slice(0, 12)}`})`;

const seconds = (count: number): string => {
  const whole = Math.max(0, Math.round(count));
  return whole === 1 ? '1 second' : `${whole} seconds`;
};

/** Who is waited for, and what of it is known. */
const atWork = (seen: SeenLease): string => {
  const { lease, ageSeconds } = seen;
  return lease.state === 'released'
    ? `${lease.releasedBy ?? 'somebody'} has taken the lease of ${lease.instance} away from ${nameHolder(lease.holder)}, of whom a call may be on its way for another ${seconds(restSeconds(seen))}`
    : `${nameHolder(lease.holder)} has been changing ${lease.instance} since ${lease.acquiredAt} and gave its last sign of life ${seconds(ageSeconds)} ago`;
};

/** What is told while a run waits for another one. */
export const waitingFor = (seen: SeenLease, until: Date): string =>
  `Waiting: ${atWork(seen)}. It is waited for until ${until.toISOString().slice(0, 19)}Z (--lease-timeout); without signs of life its lease ends in ${seconds(restSeconds(seen))}.`;

/** What to do about another run. One whose lease was taken away already needs no more than some time. */
const whatToDo = (seen: SeenLease): string => {
  const { instance, state } = seen.lease;
  const rest = seconds(restSeconds(seen));
  return state === 'released'
    ? `Nothing else needs to be done: apply again in ${rest}, or wait for that with --lease-timeout ${restSeconds(seen) + 15}`
    : `Apply again when it is done, or wait longer with --lease-timeout. If that run is dead, its lease ends in ${rest}. If it hangs, edl lease show --instance ${instance} tells where it is, and edl lease release --instance ${instance} takes its lease away`;
};

/** Another run is at work. */
export const heldByOther = (seen: SeenLease): EdlError =>
  new EdlError('EDL-4200', 'user', `Nothing was changed here: ${atWork(seen)}. ${whatToDo(seen)}.`);

/** Whether there is a lease to be had cannot be told. The reason is told and not kept as a cause, as below. */
export const unclearLease = (instance: string, error: EdlError): EdlError =>
  new EdlError(
    'EDL-4202',
    error.disposition,
    `Who may change ${instance} cannot be told, so this run changes nothing without the lease. ${error.message}`,
  );

/** This run was told to stop while it waited, or to leave at once. */
export const barred = (instance: string): EdlError =>
  new EdlError('EDL-4208', 'user', `This run was told to stop, so it changes nothing more in ${instance}.`);

/** A run of this computer died with the lease. */
export const afterKilled = ({ instance, holder: { who, pid, command } }: Lease): string =>
  `${who} (edl ${command}) was killed at work on ${instance} (process ${pid} of this computer is gone); going on after it.`;

const byOther = (mine: Lease, now: Lease): string => {
  if (now.holder.run === mine.holder.run) return `${now.releasedBy ?? 'somebody'} took it away`;
  return now.state === 'released'
    ? `${nameHolder(now.holder)} took it over, and is done`
    : `${nameHolder(now.holder)} has taken it over and is at work since ${now.acquiredAt}`;
};

/** What became of a lease that a run had, and how that may have come. */
const fateOf = (mine: Lease, now: LeaseRead, place: string): { readonly what: string; readonly how: string } => {
  const byHand = 'Nothing of EDL does that; ask who has rights to that bucket.';
  switch (now.status) {
    case 'absent':
    case 'removed':
      return { what: `somebody removed ${place}`, how: byHand };
    case 'no-bucket':
      return { what: `somebody removed the bucket of ${place}`, how: byHand };
    case 'unreadable':
      return { what: `somebody wrote something that is no lease to ${place}`, how: byHand };
    case 'foreign':
      return { what: `somebody wrote the lease of ${now.lease.instance} to ${place}`, how: byHand };
    case 'newer':
      return {
        what: `a newer EDL took it over, in format ${now.format}`,
        how: 'Update this EDL before it applies again.',
      };
    case 'found': {
      const how = 'It was paused or cut off for longer than a lease lives, or somebody released it.';
      return { what: byOther(mine, now.seen.lease), how };
    }
  }
};

/** The lease was taken, or taken away, while its owner was paused. `now`: what lies there instead. */
export const lostLease = (mine: Lease, now: LeaseRead, place: string): EdlError => {
  const { what, how } = fateOf(mine, now, place);
  return new EdlError(
    'EDL-4201',
    'user',
    `This run has lost the lease of ${mine.instance} (${what}), so it writes no more. ${how} What was begun in AWS goes on there; when no other run is at work, apply again.`,
  );
};

/** One stack has told how the lease was lost; each other one that met the same says where to read it. */
export const toldBefore = (stack: string): string =>
  `Stopped before its next write, for want of the lease: ${stack} tells why.`;

/** The lease was lost when the run had nothing more to write, so that nothing failed of it. */
export const lostAtEnd = ({ message }: EdlError): string =>
  `${message} All that this run wrote, it wrote while the lease was its own.`;

/**
 * Nobody can tell whether the lease is still held. The reason is told and not kept as a cause: the SDK would take a lost
 * connection in it for that of its own call, and try again.
 */
export const unsureLease = (instance: string, error: unknown): EdlError =>
  new EdlError(
    'EDL-4202',
    'retry',
    `Whether this run still holds the lease of ${instance} cannot be told, so it writes no more. ${error instanceof Error ? error.message : String(error)} When AWS answers again, apply again.`,
  );

/** The bucket of the lease is not there when it is needed. */
export const noPlace = (instance: string, place: string): EdlError =>
  new EdlError(
    'EDL-4203',
    'user',
    `There is no bucket for the lease ${place}, so nothing but the bootstrap stack of ${instance} can be written. Apply without --target and --exclude: the bootstrap stack makes the bucket.`,
  );

/** Something else lies where the lease belongs. */
export const noLease = (instance: string, place: string): EdlError =>
  new EdlError(
    'EDL-4204',
    'user',
    `${place} is no lease, so nobody can tell who changes ${instance}. Look at who wrote it. If no apply is running, run: edl lease release --instance ${instance}`,
  );

/** A later version of EDL has this instance. It is not ours to judge what it wrote. */
export const newerLease = (instance: string, place: string, format: string): EdlError =>
  new EdlError(
    'EDL-4209',
    'user',
    `${place} was written by a newer EDL, in format ${format}, and this one knows only format 1. It may be at work on ${instance}, so nothing was changed here. Update this EDL. Only where that is out of the question and no run is at work: edl lease release --newer --instance ${instance}`,
  );

/** The lease of another instance lies where ours belongs. */
export const foreignLease = (instance: string, place: string, lease: Lease): EdlError =>
  new EdlError(
    'EDL-4210',
    'user',
    `${place} is not the lease of ${instance} but of ${lease.instance}, which ${nameHolder(lease.holder)} had last. It was copied here, or two lakes write to one bucket, so nobody can tell who changes ${instance}, and nothing was changed here. Look at who wrote it. If no apply of ${instance} is running, run: edl lease release --instance ${instance}`,
  );

/** Two runs take turns faster than we can follow. */
export const contested = (instance: string, place: string): EdlError =>
  new EdlError(
    'EDL-4205',
    'retry',
    `The lease ${place} of ${instance} changed at each attempt to take it. Several runs want it at once; run again, or give --lease-timeout.`,
  );

/** Another run has had the lease between our reading and our writing. */
export const movedOn = (instance: string): EdlError =>
  new EdlError(
    'EDL-4206',
    'retry',
    `Another run has changed ${instance} since this one read it, so what was planned may be wrong and was not done. Run again.`,
  );

/** While somebody was asked whether to release it, another run took it. */
export const otherHolder = (instance: string, lease: Lease | undefined): EdlError =>
  new EdlError(
    'EDL-4207',
    'user',
    `The lease of ${instance} was not released: ${lease === undefined ? 'it has changed meanwhile' : `${nameHolder(lease.holder)} has it now`}. Look again: edl lease show --instance ${instance}`,
  );

/** The refusal of a whole run, as the message that it ends with. */
export const leaseRefusal = ({ code, message }: EdlError): Diagnostic => ({
  code,
  severity: 'error',
  summary: 'No lease',
  detail: message,
});
