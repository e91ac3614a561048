import type { EdlError } from '../../reconciler/model/errors.ts';
import {
  claimLease,
  judgeLease,
  leaseReadOf,
  markRemoved,
  type Computer,
  type Lease,
  type LeaseCondition,
  type LeaseHolder,
  type LeaseRead,
  type LeaseStore,
  type SeenLease,
} from '../../reconciler/model/lease.ts';
import { holdLease, ownIn, type HoldParts, type LeaseHold, type Written } from './hold.ts';
import type { LeaseTime } from './time.ts';
import { contested, foreignLease, heldByOther, newerLease, noLease, noPlace } from './words.ts';

/** For how long to wait for another run, and whom to tell. */
export interface Patience {
  readonly instance: string;
  readonly time: LeaseTime;
  /** Where this run is: a holder that was killed here is known at once. */
  readonly computer: Computer;
  /** 0: refuse at once. */
  readonly waitSeconds: number;
  /** Ends waiting at once. */
  readonly stopping?: AbortSignal;
  /** Told once for each holder that is waited for, and how much longer. */
  readonly onWait: (seen: SeenLease, restMs: number) => void;
}

/** Who wants the lease of which instance. */
export interface LeaseRequest extends HoldParts, Patience {
  readonly holder: LeaseHolder;
}

/** Why there is no lease to be had now. */
export type Barred = { readonly status: 'refused'; readonly error: EdlError } | { readonly status: 'stopped' };

/** The lease that was taken, or why it was not. `before`: the lease that it follows; `isKilled`: its holder was, on this computer. */
export type Acquired =
  | {
      readonly status: 'held';
      readonly hold: LeaseHold;
      readonly before: SeenLease | undefined;
      readonly isKilled: boolean;
    }
  | { readonly status: 'no-bucket'; readonly error: EdlError }
  | Barred;

const ATTEMPTS = 4;

/** Pauses between two looks: drawn, so that several who wait do not come together. */
const WAIT_MS = { least: 1_000, most: 5_000 };

/** After a write that may or may not have been done: ours if it is there. */
const findOwn = async ({ store }: LeaseRequest, lease: Lease, sentMs: number): Promise<Written | undefined> => {
  const own = ownIn(await store.read(), lease);
  return own === undefined ? undefined : { ...own, sentMs };
};

/** Writes a claim; absent when somebody else was faster. A lost answer is made up for by reading. */
const claim = async (
  request: LeaseRequest,
  before: Lease | undefined,
  condition: LeaseCondition,
): Promise<Written | undefined> => {
  const { store, time } = request;
  const sentMs = time.elapsedMs();
  const lease = claimLease(request, before, time.now().toISOString());
  try {
    const written = await store.write(lease, condition);
    if (written.status === 'written') return { lease, etag: written.etag, sentMs };
  } catch (error) {
    const own = await findOwn(request, lease, sentMs).catch(() => undefined);
    if (own !== undefined) return own;
    throw error;
  }
  return findOwn(request, lease, sentMs);
};

/** What there is to be taken and under which condition, or why there is nothing. */
type Chance =
  | { readonly before: SeenLease | undefined; readonly condition: LeaseCondition; readonly isKilled: boolean }
  | { readonly held: SeenLease }
  | { readonly isRemoved: true }
  | Extract<Acquired, { readonly error: EdlError }>;

const chanceIn = (found: LeaseRead, { instance, holder, computer, store }: LeaseRequest): Chance => {
  const read = leaseReadOf(found, instance);
  switch (read.status) {
    case 'absent':
      return { before: undefined, condition: { absent: true }, isKilled: false };
    case 'removed':
      return { isRemoved: true };
    case 'no-bucket':
      return { status: 'no-bucket', error: noPlace(instance, store.place) };
    case 'unreadable':
      return { status: 'refused', error: noLease(instance, store.place) };
    case 'newer':
      return { status: 'refused', error: newerLease(instance, store.place, read.format) };
    case 'foreign':
      return { status: 'refused', error: foreignLease(instance, store.place, read.lease) };
    case 'found': {
      const { seen } = read;
      const verdict = judgeLease(seen, holder.run, computer);
      if (verdict === 'held') return { held: seen };
      return { before: seen, condition: { etag: seen.etag }, isKilled: verdict === 'killed' };
    }
  }
};

/** How a pause ended: time to look again, or why not to. */
type Paused = { readonly status: 'again' } | Barred;

/** Makes the pauses of one who waits, for at most so long in all. */
const pauses = ({ time, waitSeconds, stopping, onWait }: Patience): ((held: SeenLease) => Promise<Paused>) => {
  const until = time.elapsedMs() + waitSeconds * 1000;
  let told: string | undefined;
  return async (held) => {
    const restMs = until - time.elapsedMs();
    if (restMs <= 0) return { status: 'refused', error: heldByOther(held) };
    const { run } = held.lease.holder;
    if (told !== run) onWait(held, restMs);
    told = run;
    const pauseMs = WAIT_MS.least + time.draw() * (WAIT_MS.most - WAIT_MS.least);
    await time.sleep(Math.min(pauseMs, restMs), stopping);
    return { status: stopping?.aborted === true ? 'stopped' : 'again' };
  };
};

/** Waits until nobody has the lease: what is read of a lake while somebody changes it is no lake that ever was. */
export const awaitLease = async (store: LeaseStore, run: string, patience: Patience): Promise<LeaseRead | Barred> => {
  const pause = pauses(patience);
  for (;;) {
    const read = leaseReadOf(await store.read(), patience.instance);
    if (read.status !== 'found' || judgeLease(read.seen, run, patience.computer) !== 'held') return read;
    const paused = await pause(read.seen);
    if (paused.status !== 'again') return paused;
  }
};

/**
 * Takes the lease: a new one, one that was released, or one whose holder gave no sign of life for too long; each by a write
 * under the condition that nobody else wrote. Fails closed: throws EdlError when the store cannot be asked.
 */
export const acquireLease = async (request: LeaseRequest): Promise<Acquired> => {
  const { instance, store } = request;
  const pause = pauses(request);
  for (let attempt = 1; attempt <= ATTEMPTS;) {
    const chance = chanceIn(await store.read(), request);
    if ('error' in chance) return chance;
    if ('condition' in chance) {
      const { before, condition, isKilled } = chance;
      const written = await claim(request, before?.lease, condition);
      if (written !== undefined) return { status: 'held', hold: holdLease(written, request), before, isKilled };
      attempt += 1;
      continue;
    }
    if ('isRemoved' in chance) {
      // Nobody may have it before its last holder must have noticed; whoever writes this mark waits like everybody.
      await store.write(markRemoved(instance, request.terms, request.time.now().toISOString()), { absent: true });
      attempt += 1;
      continue;
    }
    const paused = await pause(chance.held);
    if (paused.status !== 'again') return paused;
  }
  return { status: 'refused', error: contested(instance, store.place) };
};
