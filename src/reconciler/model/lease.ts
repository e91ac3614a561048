/**
 * What tells a process of one computer from every other one, together with its number. A host's name proves nothing: containers
 * of one image, clones and laptops share names. Numbers are given anew, so the moment of its start belongs to it.
 */
export interface LeaseProcess {
  /** Drawn by the kernel at each start of the computer. */
  readonly bootId: string;
  /** Within which process numbers and moments of start mean the same. */
  readonly namespaces: string;
  /** The moment of its start, in the clock ticks that the kernel counts. */
  readonly startTicks: string;
}

/** Who holds a lease: enough to find the run, and the person behind it. */
export interface LeaseHolder {
  /** ARN of the caller, as STS tells it. */
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Absent where the system does not tell it; such a holder is dead only when its lease has ended. */
  readonly process?: LeaseProcess;
  /** Tells two runs apart, also of one person on one computer. */
  readonly run: string;
  /** `apply`, `drift --heal`. */
  readonly command: string;
  /** The commit that is applied, where there is one. */
  readonly commit?: string;
}

/**
 * The right to write to one instance, as it lies in the artifacts bucket. No two have the same content, so that no two have the
 * same ETag. Times are the holder's clock and for people only: nobody is judged by them.
 */
export interface Lease {
  readonly formatVersion: '1';
  readonly instance: string;
  readonly state: 'held' | 'released';
  /** One more with each holder; what is written under one is written by one run. */
  readonly epoch: number;
  /** One more each time that the holder says it is alive. */
  readonly renewals: number;
  readonly ttlSeconds: number;
  readonly holder: LeaseHolder;
  readonly acquiredAt: string;
  readonly renewedAt: string;
  /** Who took it away from its holder; absent: the holder gave it up. */
  readonly releasedBy?: string;
  /** For so long after it was taken away a call of the run that had it may still be on its way: nobody may take it. */
  readonly lingerSeconds?: number;
}

/** A lease as it was read, with its age by the store's own clock. */
export interface SeenLease {
  readonly lease: Lease;
  readonly etag: string;
  readonly ageSeconds: number;
}

/**
 * What lies where the lease belongs. `removed`: there was one, whose holder may not have noticed yet. `no-bucket`: the instance was never applied, or somebody removed its bucket. `unreadable`:
 * something that is no lease; `newer`: one in a format that this EDL does not know; `foreign`: that of another instance.
 */
export type LeaseRead =
  | { readonly status: 'found'; readonly seen: SeenLease }
  | { readonly status: 'absent' | 'removed' | 'no-bucket' }
  | { readonly status: 'unreadable'; readonly etag: string }
  | { readonly status: 'newer'; readonly etag: string; readonly format: string }
  | { readonly status: 'foreign'; readonly etag: string; readonly lease: Lease };

/** What was read, for one instance: a lease of another one says nothing of who is at work on this one. */
export const leaseReadOf = (read: LeaseRead, instance: string): LeaseRead => {
  if (read.status !== 'found' || read.seen.lease.instance === instance) return read;
  return { status: 'foreign', etag: read.seen.etag, lease: read.seen.lease };
};

/** What must be true for a lease to be written: nothing is there yet, or still what was read. */
export type LeaseCondition = { readonly absent: true } | { readonly etag: string };

/** `conflict`: the condition was not true, or somebody wrote at the same time; only reading again tells. */
export type LeaseWrite = { readonly status: 'written'; readonly etag: string } | { readonly status: 'conflict' };

/** Where the lease of one instance lies. Throws EdlError when it cannot be asked, or gives no clear answer. */
export interface LeaseStore {
  /** For messages. */
  readonly place: string;
  read(): Promise<LeaseRead>;
  write(lease: Lease, condition: LeaseCondition): Promise<LeaseWrite>;
}

/** How long a lease lives, and how its holder keeps it. */
export interface LeaseTerms {
  /** After so long without a sign of life anybody may take it. */
  readonly ttlSeconds: number;
  readonly renewEverySeconds: number;
  /** So long before its end the holder no longer trusts it, and asks: an attempt of a call takes no longer than this. */
  readonly marginSeconds: number;
}

/** The terms of every lease. */
export const LEASE_TERMS: LeaseTerms = { ttlSeconds: 60, renewEverySeconds: 20, marginSeconds: 30 };

/** How long a run waits for another one, unless it is told: a little longer than a lease lives whose holder is dead. */
export const LEASE_WAIT_SECONDS = 75;

/** The store tells both of its times in whole seconds, so an age is wrong by up to one; another for clocks that run apart. */
const GRACE_SECONDS = 2;

/**
 * No lease of this format is believed to live longer, whatever it says: else one spoiled number would bar an instance for years.
 * Ten times the terms, for other versions of EDL; one that needs longer writes another format.
 */
export const LEASE_LIMIT_SECONDS = 600;

/** The rest of the longest lease, as `restSeconds` tells it of one that was just written. */
const LONGEST_LINGER_SECONDS = LEASE_LIMIT_SECONDS + GRACE_SECONDS + 1;

/** Whether a lease claims more time than any run may have. */
export const isOutOfBounds = ({ state, ttlSeconds, lingerSeconds = 0 }: Lease): boolean =>
  state === 'released' ? lingerSeconds > LONGEST_LINGER_SECONDS : ttlSeconds > LEASE_LIMIT_SECONDS;

/** For how long after its last write a lease keeps others out. */
const barsSeconds = ({ state, ttlSeconds, lingerSeconds = 0 }: Lease): number =>
  state === 'released'
    ? Math.min(lingerSeconds, LONGEST_LINGER_SECONDS)
    : Math.min(ttlSeconds, LEASE_LIMIT_SECONDS) + GRACE_SECONDS;

/** Whether the holder of a lease gave no sign of life for so long that it has lost it. */
export const isExpired = ({ lease, ageSeconds }: SeenLease): boolean =>
  lease.state === 'held' && ageSeconds > barsSeconds(lease);

/** For how long a holder, alive or not, may still write: it trusts its last sign of life, and a call takes its time. */
export const restSeconds = ({ lease, ageSeconds }: SeenLease): number => {
  const whole = barsSeconds(lease);
  return whole === 0 ? 0 : Math.max(0, Math.ceil(whole - ageSeconds + 1));
};

/** What a computer tells of one of its processes. `unknown`: there is such a number, and no more can be told. */
export type ProcessState =
  { readonly status: 'gone' | 'unknown' } | { readonly status: 'alive'; readonly startTicks: string };

/** The computer on which a run is. */
export interface Computer {
  /** Of the run itself; absent where the system does not tell all of it. */
  readonly self: () => LeaseProcess | undefined;
  readonly process: (pid: number) => ProcessState;
}

/**
 * Whether the holder was a process of this very computer and is no more, so that nobody is left to write. Anything that cannot
 * be told counts as alive.
 */
export const isKilled = ({ pid, process }: LeaseHolder, computer: Computer): boolean => {
  const self = process === undefined ? undefined : computer.self();
  if (process === undefined || self === undefined) return false;
  if (process.bootId !== self.bootId || process.namespaces !== self.namespaces) return false;
  const state = computer.process(pid);
  return state.status === 'gone' || (state.status === 'alive' && state.startTicks !== process.startTicks);
};

/**
 * What a run may do with what it read: `free` to be taken, `killed` and so free as well, its `own`, or `held` by somebody who
 * may be alive.
 */
export type LeaseVerdict = 'free' | 'killed' | 'own' | 'held';

/** Judges a lease for one run. */
export const judgeLease = (seen: SeenLease, run: string, computer: Computer): LeaseVerdict => {
  const { state, holder } = seen.lease;
  if (state === 'released' && restSeconds(seen) === 0) return 'free';
  if (state === 'held' && holder.run === run) return 'own';
  if (isExpired(seen)) return 'free';
  return isKilled(holder, computer) ? 'killed' : 'held';
};

/** Whether a holder may write without asking: for so long after the sign of life that it gave last nobody can have taken it. */
export const isSure = (elapsedSeconds: number, terms: LeaseTerms): boolean =>
  elapsedSeconds < terms.ttlSeconds - terms.marginSeconds;

/** A lease for a new holder; `before` is the lease that it follows. */
export const claimLease = (
  { instance, holder, terms }: { instance: string; holder: LeaseHolder; terms: LeaseTerms },
  before: Lease | undefined,
  now: string,
): Lease => ({
  formatVersion: '1',
  instance,
  state: 'held',
  epoch: (before?.epoch ?? 0) + 1,
  renewals: 0,
  ttlSeconds: terms.ttlSeconds,
  holder,
  acquiredAt: now,
  renewedAt: now,
});

/** The same lease with a new sign of life. */
export const renewLease = (lease: Lease, now: string): Lease => ({
  ...lease,
  renewals: lease.renewals + 1,
  renewedAt: now,
});

/** The same lease, given up. It stays as a mark: the next one counts on from it, and people see who was last. */
export const releaseLease = (lease: Lease, now: string): Lease => ({ ...renewLease(lease, now), state: 'released' });

/** The same lease, taken away from its holder, who may not know for a while. */
export const takeAwayLease = (lease: Lease, now: string, releasedBy: string, lingerSeconds: number): Lease => ({
  ...releaseLease(lease, now),
  releasedBy,
  lingerSeconds,
});

/** What is written where somebody removed the lease: whoever had it may go on for as long as it trusts its last sign of life. */
export const markRemoved = (instance: string, terms: LeaseTerms, now: string): Lease => {
  const holder = { who: 'whoever had it', host: 'unknown', pid: 0, run: 'unknown', command: 'unknown' };
  return takeAwayLease(claimLease({ instance, holder, terms }, undefined, now), now, 'somebody', terms.ttlSeconds);
};

/** The lease of an instance as people are told of it. */
export interface LeaseView {
  readonly instance: string;
  readonly place: string;
  /**
   * `none`: nobody ever had it; `expired`: its holder gave no sign of life for too long; `killed`: it was a process of this
   * computer and is no more; `unreadable`: it is no lease; `newer`: a newer EDL wrote it; `foreign`: it is that of another
   * instance; `removed`: somebody removed it.
   */
  readonly state: 'none' | 'held' | 'expired' | 'killed' | 'released' | 'unreadable' | 'newer' | 'foreign' | 'removed';
  readonly lease?: Lease;
  /** The format of a `newer` one. */
  readonly format?: string;
  /** Since the last sign of life, by the store's clock. */
  readonly ageSeconds?: number;
  /** Until somebody else may have it, if no more signs of life come. */
  readonly restSeconds?: number;
  /** Only where the lease claims more than this: it is judged as if it claimed no more. */
  readonly limitSeconds?: number;
}

const stateOf = (seen: SeenLease, computer: Computer): LeaseView['state'] => {
  if (seen.lease.state === 'released') return 'released';
  if (isExpired(seen)) return 'expired';
  return isKilled(seen.lease.holder, computer) ? 'killed' : 'held';
};

/** What was read, for people. */
export const viewLease = (instance: string, place: string, read: LeaseRead, computer: Computer): LeaseView => {
  const own = leaseReadOf(read, instance);
  switch (own.status) {
    case 'absent':
    case 'no-bucket':
      return { instance, place, state: 'none' };
    case 'removed':
    case 'unreadable':
      return { instance, place, state: own.status };
    case 'newer':
      return { instance, place, state: 'newer', format: own.format };
    case 'foreign':
      return { instance, place, state: 'foreign', lease: own.lease };
    case 'found': {
      const { lease, ageSeconds } = own.seen;
      const state = stateOf(own.seen, computer);
      const rest = isKilled(lease.holder, computer) ? 0 : restSeconds(own.seen);
      const limit = isOutOfBounds(lease) ? { limitSeconds: LEASE_LIMIT_SECONDS } : {};
      return { instance, place, state, lease, ageSeconds, restSeconds: rest, ...limit };
    }
  }
};
