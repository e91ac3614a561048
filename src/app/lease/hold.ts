import type { EdlError } from '../../reconciler/model/errors.ts';
import {
  isSure,
  leaseReadOf,
  releaseLease,
  renewLease,
  type Lease,
  type LeaseRead,
  type LeaseStore,
  type LeaseTerms,
} from '../../reconciler/model/lease.ts';
import type { LeaseTime } from './time.ts';
import { barred, lostLease, unsureLease } from './words.ts';

/** A lease that this run has. */
export interface LeaseHold {
  readonly epoch: number;
  /** Before each write. Costs nothing while the last sign of life is young; else S3 is asked. Throws when it is not held, or nobody can tell. */
  assertHeld(): Promise<void>;
  /** How it was lost, as far as that was seen; absent while it is held, and when it was given up. Asks nobody. */
  loss(): EdlError | undefined;
  /** Gives it up. Throws when S3 cannot be asked; the lease then ends by itself. */
  release(): Promise<void>;
}

/** A lease as it was written by us. */
export interface Written {
  readonly lease: Lease;
  readonly etag: string;
  /** Before the write was sent: the store saw it no earlier. */
  readonly sentMs: number;
}

/** What holding needs. */
export interface HoldParts {
  readonly store: LeaseStore;
  readonly time: LeaseTime;
  readonly terms: LeaseTerms;
}

const ATTEMPTS = 3;

/** What is there after a conflict, if it is still our own: an answer to an earlier write was lost. */
export const ownIn = (read: LeaseRead, mine: Lease): { readonly lease: Lease; readonly etag: string } | undefined => {
  if (read.status !== 'found') return undefined;
  const { lease, etag } = read.seen;
  const isOwn = lease.holder.run === mine.holder.run && lease.epoch === mine.epoch && lease.instance === mine.instance;
  return isOwn && lease.state === 'held' ? { lease, etag } : undefined;
};

/** What is known of a lease that this run took. */
interface HoldState {
  current: Written;
  /** It is no longer ours. `found`: what lies there instead; absent: we gave it up. */
  ended: { readonly found?: LeaseRead } | undefined;
}

/** One sign of life, under the condition that nobody else wrote: it asks and renews in one. */
const renew = async (state: HoldState, { store, time }: HoldParts): Promise<void> => {
  for (let attempt = 1; attempt <= ATTEMPTS && state.ended === undefined; attempt += 1) {
    const { current } = state;
    const sentMs = time.elapsedMs();
    const lease = renewLease(current.lease, time.now().toISOString());
    const written = await store.write(lease, { etag: current.etag });
    if (written.status === 'written') {
      state.current = { lease, etag: written.etag, sentMs };
      return;
    }
    const read = await store.read();
    const own = ownIn(read, lease);
    if (own === undefined) {
      state.ended = { found: leaseReadOf(read, lease.instance) };
      return;
    }
    // Ours, and the answer to it was lost: to this sign of life, or to an earlier one, which proves less.
    const isThisOne = own.lease.renewals === lease.renewals && own.lease.renewedAt === lease.renewedAt;
    state.current = { ...own, sentMs: isThisOne ? sentMs : current.sentMs };
    if (isThisOne) return;
  }
};

/** It was taken away from us, and we write no more: whoever waits need not wait until that is certain. */
const acknowledge = async (mine: Lease, { store }: HoldParts): Promise<void> => {
  const read = await store.read();
  if (read.status !== 'found') return;
  const { lease, etag } = read.seen;
  const isTakenFromUs = lease.state === 'released' && lease.holder.run === mine.holder.run;
  if (isTakenFromUs && lease.lingerSeconds !== 0) await store.write({ ...lease, lingerSeconds: 0 }, { etag });
};

/** Gives up what is ours, and makes nothing anew where it is not. */
const giveUp = async (state: HoldState, { store, time }: HoldParts): Promise<void> => {
  const { current } = state;
  const lease = releaseLease(current.lease, time.now().toISOString());
  state.ended = {};
  const written = await store.write(lease, { etag: current.etag });
  if (written.status === 'written') return;
  // The answer to a sign of life was lost and what is there is ours under another ETag, or it was lost since.
  const read = await store.read();
  const own = ownIn(read, lease);
  if (own === undefined) state.ended = { found: leaseReadOf(read, lease.instance) };
  else await store.write(releaseLease(own.lease, lease.renewedAt), { etag: own.etag });
};

const release = async (state: HoldState, parts: HoldParts): Promise<void> => {
  if (state.ended === undefined) await giveUp(state, parts);
  const found = state.ended?.found;
  if (found?.status === 'found' && found.seen.lease.releasedBy !== undefined) {
    await acknowledge(state.current.lease, parts);
  }
};

/** Keeps a lease: gives signs of life in the background, and tells before each write whether it is still held. */
export const holdLease = (first: Written, parts: HoldParts): LeaseHold => {
  const { time, terms } = parts;
  const { instance } = first.lease;
  const state: HoldState = { current: first, ended: undefined };
  let renewing: Promise<void> | undefined;
  const renewOnce = (): Promise<void> => {
    renewing ??= renew(state, parts).finally(() => {
      renewing = undefined;
    });
    return renewing;
  };
  const isFresh = (): boolean => isSure((time.elapsedMs() - state.current.sentMs) / 1000, terms);
  const stop = time.every(terms.renewEverySeconds * 1000, () => {
    // Failing to renew is no failure yet: before the next write it is asked again, and told then.
    if (state.ended === undefined) renewOnce().catch(() => undefined);
  });
  const loss = (): EdlError | undefined =>
    state.ended?.found === undefined ? undefined : lostLease(first.lease, state.ended.found, parts.store.place);
  const confirm = async (): Promise<void> => {
    try {
      await renewOnce();
    } catch (error) {
      throw unsureLease(instance, error);
    }
  };
  return {
    epoch: first.lease.epoch,
    loss,
    assertHeld: async () => {
      if (state.ended === undefined && !isFresh()) await confirm();
      if (state.ended !== undefined) throw loss() ?? barred(instance);
      if (!isFresh()) throw unsureLease(instance, new Error('S3 took too long to answer.'));
    },
    release: async () => {
      stop();
      await renewing?.catch(() => undefined);
      await release(state, parts);
    },
  };
};
