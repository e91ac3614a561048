import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Aws } from '../../aws/create-aws.ts';
import { EdlError, invariant } from '../../reconciler/model/errors.ts';
import type { Healer } from '../../reconciler/model/heal.ts';
import {
  judgeLease,
  LEASE_TERMS,
  LEASE_WAIT_SECONDS,
  type Computer,
  type LeaseHolder,
  type LeaseRead,
  type LeaseStore,
  type SeenLease,
} from '../../reconciler/model/lease.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Driver, Reporter } from '../../reconciler/model/ports.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { acquireLease, awaitLease, type Acquired, type Patience } from './acquire.ts';
import { thisComputer } from './computer.ts';
import { gateDrivers, gateHealer, type Gate } from './gate.ts';
import type { LeaseHold } from './hold.ts';
import { systemLeaseTime, type LeaseTime } from './time.ts';
import { afterKilled, barred, lostAtEnd, movedOn, unclearLease, waitingFor } from './words.ts';

/** Whose lease, of which instance, and for what. */
export interface KeeperParts {
  readonly aws: Pick<Aws, 'lease' | 'callerArn'>;
  readonly desired: Pick<DesiredState, 'organization' | 'instance' | 'account' | 'homeRegion' | 'stacks'>;
  readonly command: string;
  /** 0: refuse at once when another run has it; absent: a little longer than a dead run can have it. */
  readonly waitSeconds?: number | undefined;
  /** Ends waiting at once. */
  readonly stopping?: AbortSignal | undefined;
  readonly reporter: Reporter;
  readonly time?: LeaseTime;
  readonly computer?: Computer;
}

/** What came of asking for the lease. `moved`: it is held, and another run has had it since `look`; `stopped`: not waited for any more. */
export type Entered =
  { readonly status: 'entered' | 'moved' | 'stopped' } | { readonly status: 'refused'; readonly error: EdlError };

/** The lease of one run, from before it reads to after it has written. */
export interface LeaseKeeper {
  /**
   * Before anything is read: waits until nobody is at work, and remembers the lease, to tell later whether anybody wrote in
   * between. Gives back why not to go on.
   */
  look(): Promise<EdlError | undefined>;
  /** Before anything is written. Throws EdlError when S3 cannot be asked. */
  enter(commit: string | undefined): Promise<Entered>;
  /** From now on each write of this connection asks first. */
  guard(aws: Pick<Aws, 'guardWrites'>): void;
  /** Drivers that wait for the bucket of the lease where it is not there yet. */
  drivers(drivers: readonly Driver[]): readonly Driver[];
  /** Likewise. */
  healer(healer: Healer): Healer;
  /** Throws unless it is held; a first apply's is taken now. For writes that `guard` does not see: the journal's first. */
  held(): Promise<void>;
  /** Whether no more may be begun: something was to be written, and could not be for want of the lease. */
  isLost(): boolean;
  /** Whether this was a first apply and another one had the lease before it: no more than the bootstrap stacks is done. Enter again. */
  isOutrun(): boolean;
  /** Gives it up; does nothing where there is none. Never throws: a lease ends by itself. */
  leave(): Promise<void>;
  /** From now on nothing is written any more, whoever asks; and gives it up, as far as that is done in time. Never throws. */
  abandon(deadlineMs: number): Promise<void>;
}

/** What a look found: nobody was at work, and this was the lease then; absent ETag: nobody ever was. */
interface Still {
  readonly etag: string | undefined;
}

/** Judged at the moment of the look: whoever was at work then may have written until the death that is seen later. */
const stillIn = (read: LeaseRead, { run, computer }: KeeperState): Still | undefined => {
  if (read.status === 'absent') return { etag: undefined };
  if (read.status !== 'found') return undefined;
  const verdict = judgeLease(read.seen, run, computer);
  return verdict === 'free' || verdict === 'killed' ? { etag: read.seen.etag } : undefined;
};

/** Whether nobody wrote since the look: the lease that we followed is the very one we saw. */
const isUnmoved = (still: Still | undefined, before: SeenLease | undefined): boolean =>
  still !== undefined && still.etag === before?.etag;

const storeOf = ({ aws, desired: { organization, instance, account, homeRegion } }: KeeperParts): LeaseStore =>
  aws.lease({ region: homeRegion, account, bucket: artifactsBucket(organization, instance, homeRegion) });

interface KeeperState {
  readonly parts: KeeperParts;
  readonly store: LeaseStore;
  readonly time: LeaseTime;
  readonly computer: Computer;
  readonly run: string;
  still: Still | undefined;
  commit: string | undefined;
  hold: LeaseHold | undefined;
  /** Why the lease of a first apply was not to be had. */
  refusal: EdlError | undefined;
  /** There is no bucket yet: the lease is taken later. */
  isDeferred: boolean;
  /** Taking it later, once for all stacks. */
  begun: Promise<void> | undefined;
  isBarred: boolean;
  /** Something was not written, since the lease is lost or nobody can tell. */
  isMissed: boolean;
}

const holderOf = ({ parts, run, commit, computer }: KeeperState, who: string): LeaseHolder => {
  const self = computer.self();
  return {
    who,
    host: hostname(),
    pid: process.pid,
    ...(self === undefined ? {} : { process: self }),
    run,
    command: parts.command,
    ...(commit === undefined ? {} : { commit }),
  };
};

const patienceOf = ({ parts, time, computer }: KeeperState): Patience => ({
  instance: parts.desired.instance,
  time,
  computer,
  waitSeconds: parts.waitSeconds ?? LEASE_WAIT_SECONDS,
  ...(parts.stopping === undefined ? {} : { stopping: parts.stopping }),
  onWait: (seen, restMs) => {
    const message = waitingFor(seen, new Date(time.now().getTime() + restMs));
    parts.reporter.emit({ type: 'note', message });
  },
});

const look = async (state: KeeperState): Promise<EdlError | undefined> => {
  const { parts, store, run } = state;
  // What cannot be read now is asked for again before anything is written, and told then; a plan of nothing needs no lease.
  const read = await awaitLease(store, run, patienceOf(state)).catch(() => undefined);
  if (read?.status === 'refused') return read.error;
  if (read?.status === 'stopped') return barred(parts.desired.instance);
  state.still = read === undefined ? undefined : stillIn(read, state);
  return undefined;
};

const acquire = async (state: KeeperState, patience = patienceOf(state)): Promise<Acquired> => {
  const { parts, store } = state;
  const { instance } = parts.desired;
  const acquired = await acquireLease({
    ...patience,
    store,
    terms: LEASE_TERMS,
    holder: holderOf(state, await parts.aws.callerArn()),
  }).catch((error: unknown) => {
    throw error instanceof EdlError && error.disposition !== 'bug' ? unclearLease(instance, error) : error;
  });
  if (acquired.status !== 'held') return acquired;
  state.hold = acquired.hold;
  if (acquired.isKilled && acquired.before !== undefined) {
    parts.reporter.emit({ type: 'note', message: afterKilled(acquired.before.lease) });
  }
  return acquired;
};

const enter = async (state: KeeperState): Promise<Entered> => {
  [state.refusal, state.isDeferred, state.begun] = [undefined, false, undefined];
  if (state.hold !== undefined) return { status: 'moved' };
  const acquired = await acquire(state);
  if (acquired.status === 'held') {
    return { status: isUnmoved(state.still, acquired.before) ? 'entered' : 'moved' };
  }
  if (acquired.status === 'stopped') return acquired;
  if (acquired.status === 'refused') return { status: 'refused', error: acquired.error };
  state.isDeferred = true;
  return { status: 'entered' };
};

/** The lease of a first apply, once its bucket is there. Nobody may have had it before. */
const begin = async (state: KeeperState): Promise<void> => {
  try {
    const acquired = await acquire(state, { ...patienceOf(state), waitSeconds: 0 });
    if (acquired.status === 'stopped') throw barred(state.parts.desired.instance);
    if (acquired.status === 'no-bucket') throw acquired.error;
    if (acquired.status === 'refused' && acquired.error.code !== 'EDL-4200') throw acquired.error;
    if (acquired.status === 'refused' || acquired.before !== undefined) throw movedOn(state.parts.desired.instance);
  } catch (error) {
    if (error instanceof EdlError) state.refusal = error;
    throw error;
  }
};

const check = async (state: KeeperState): Promise<void> => {
  const { refusal, hold, isDeferred, isBarred, parts } = state;
  if (isBarred) throw barred(parts.desired.instance);
  if (refusal !== undefined) throw refusal;
  invariant(hold !== undefined || isDeferred, 'a write without a lease');
  try {
    await hold?.assertHeld();
  } catch (error) {
    // What is at work asks again before its next write and may go on; nothing else is begun, to meet the same.
    state.isMissed = true;
    throw error;
  }
};

const leave = async ({ hold, parts, isMissed }: KeeperState): Promise<void> => {
  try {
    await hold?.release();
    const loss = hold?.loss();
    if (loss !== undefined && !isMissed) parts.reporter.emit({ type: 'note', message: lostAtEnd(loss) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The lease of ${parts.desired.instance} could not be released; it ends by itself in ${LEASE_TERMS.ttlSeconds} seconds. ${reason}`;
    parts.reporter.emit({ type: 'note', message });
  }
};

/** Asks before work on each stack but the bootstrap ones, which a first apply makes without a lease. */
const beginning = (state: KeeperState): Gate => {
  const free = new Set(state.parts.desired.stacks.filter(({ bootstrap }) => bootstrap).map(({ name }) => name));
  return async (stack) => {
    if (!state.isDeferred || (stack !== undefined && free.has(stack))) return;
    await (state.begun ??= begin(state));
  };
};

/**
 * Keeps the lease of one run. Where the artifacts bucket is not there yet (the very first apply), only bootstrap stacks are
 * written without it: CloudFormation lets one creation of a stack win. The lease is taken before anything else.
 */
export const createLeaseKeeper = (parts: KeeperParts): LeaseKeeper => {
  const state: KeeperState = {
    parts,
    store: storeOf(parts),
    time: parts.time ?? systemLeaseTime(),
    computer: parts.computer ?? thisComputer(),
    run: randomUUID(),
    still: undefined,
    commit: undefined,
    hold: undefined,
    refusal: undefined,
    isDeferred: false,
    begun: undefined,
    isBarred: false,
    isMissed: false,
  };
  const beginFor = beginning(state);
  return {
    look: () => look(state),
    enter: (commit) => {
      state.commit = commit;
      return enter(state);
    },
    guard: (connection) => {
      connection.guardWrites(() => check(state));
    },
    drivers: (drivers) => gateDrivers(drivers, beginFor),
    healer: (healer) => gateHealer(healer, beginFor),
    held: async () => {
      await beginFor();
      await check(state);
    },
    isLost: () => state.isBarred || state.refusal !== undefined || state.isMissed,
    isOutrun: () => state.isDeferred && state.refusal?.code === 'EDL-4206',
    leave: () => leave(state),
    abandon: async (deadlineMs) => {
      state.isBarred = true;
      const done = new AbortController();
      const left = leave(state).finally(() => {
        done.abort();
      });
      await Promise.race([left, state.time.sleep(deadlineMs, done.signal)]);
    },
  };
};
