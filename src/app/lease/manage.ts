import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/create-aws.ts';
import { homeRegionOf } from '../../reconciler/model/instance.ts';
import {
  claimLease,
  isKilled,
  isOutOfBounds,
  LEASE_LIMIT_SECONDS,
  LEASE_TERMS,
  leaseReadOf,
  restSeconds,
  takeAwayLease,
  viewLease,
  type Lease,
  type LeaseRead,
  type LeaseStore,
  type LeaseView,
} from '../../reconciler/model/lease.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import { instanceOf } from '../access/names.ts';
import { checkAccount } from '../check-account.ts';
import { loadBareLake, type LakeRequest } from '../lake.ts';
import type { Unplanned } from '../plan.ts';
import type { Session } from '../session.ts';
import { thisComputer } from './computer.ts';
import { contested, newerLease, otherHolder } from './words.ts';

/** Whose lease. */
export interface LeaseQuestion extends LakeRequest {
  readonly instance: string;
}

/** What to release, and whom to ask. */
export interface ReleaseRequest extends LeaseQuestion {
  readonly confirm: (view: LeaseView) => Promise<boolean>;
  /** Also a lease that a newer EDL wrote, which says nothing to this one. */
  readonly isNewerToo?: boolean;
}

/** What became of a lease. `free`: there was nothing to release. The view is that of before. */
export interface Released {
  readonly status: 'released' | 'declined' | 'free';
  readonly view: LeaseView;
  /** How long the next run waits at most: a call of the one that had it may still be on its way. */
  readonly lingerSeconds?: number;
}

/** A lease as it was found, and shown to whoever is asked. */
export interface Found {
  readonly store: LeaseStore;
  readonly read: LeaseRead;
  readonly view: LeaseView;
  readonly aws: Pick<Aws, 'callerArn'>;
}

const withLease = async <Answer>(
  request: LeaseQuestion,
  session: Session,
  use: (found: Found) => Promise<Answer>,
): Promise<Answer | Unplanned> => {
  // Asked at night, while the catalog may be half edited: lake.yaml alone says where the lease lies.
  const { catalog, diagnostics } = await loadBareLake(request, session.reporter);
  if (catalog === undefined) return { status: 'invalid', diagnostics };
  const named = instanceOf(catalog, request.instance);
  if ('problem' in named) return { status: 'invalid', diagnostics: [named.problem] };
  const { name: instance, account } = named.found;
  const region = homeRegionOf(catalog.lake, named.found);
  const aws = session.connect(region, session.reporter);
  try {
    const refused = await checkAccount({ account, instance }, aws.reads);
    if (refused.length > 0) return { status: 'refused', diagnostics: refused };
    const bucket = artifactsBucket(catalog.lake.organization, instance, region);
    const store = aws.lease({ region, account, bucket });
    const read = await store.read();
    return await use({ store, read, view: viewLease(instance, store.place, read, thisComputer()), aws });
  } finally {
    aws.close();
  }
};

/** Tells who holds the lease of an instance. Reads only. */
export const showLease = (request: LeaseQuestion, session: Session): Promise<LeaseView | Unplanned> =>
  withLease(request, session, ({ view }) => Promise.resolve(view));

/** The mark that replaces what was no lease: nobody knows who had one before, so it is waited for as long as a lease lives. */
const markFor = (instance: string, who: string, now: string): Lease => {
  const holder = { who, host: hostname(), pid: process.pid, run: randomUUID(), command: 'lease release' };
  return claimLease({ instance, holder, terms: LEASE_TERMS }, undefined, now);
};

/**
 * The holder trusted its last sign of life before it was taken away, and gives no other one after that. How long a newer EDL
 * trusts one is not known, so it is as long as can be.
 */
const lingerOf = (read: LeaseRead): number => {
  if (read.status === 'newer') return LEASE_LIMIT_SECONDS;
  if (read.status !== 'found') return LEASE_TERMS.ttlSeconds;
  return isKilled(read.seen.lease.holder, thisComputer()) ? 0 : restSeconds(read.seen);
};

/** The lease that was read, whosever it is. */
const leaseIn = (read: LeaseRead): Lease | undefined =>
  read.status === 'found' ? read.seen.lease : read.status === 'foreign' ? read.lease : undefined;

const etagIn = (read: LeaseRead): string | undefined =>
  read.status === 'found' ? read.seen.etag : 'etag' in read ? read.etag : undefined;

/** Released, and for no longer than any run may have it: nothing is to be done. */
const isEnded = (read: LeaseRead): boolean =>
  read.status === 'found' && read.seen.lease.state === 'released' && !isOutOfBounds(read.seen.lease);

const ATTEMPTS = 5;

/**
 * Takes a lease away; gives back for how long its holder may go on. A holder that is alive writes every some seconds, so the write
 * is tried again as long as it is the same holder.
 */
export const takeAway = async ({ store, read, view, aws }: Found, now: () => string): Promise<number> => {
  const { instance } = view;
  const who = await aws.callerArn();
  let seen = leaseReadOf(read, instance);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const etag = etagIn(seen);
    const isNewer = seen.status === 'newer' && view.state !== 'newer';
    if (etag === undefined || isNewer) throw otherHolder(instance, undefined);
    if (leaseIn(seen)?.holder.run !== view.lease?.holder.run) throw otherHolder(instance, leaseIn(seen));
    const linger = lingerOf(seen);
    if (isEnded(seen)) return linger;
    const before = seen.status === 'found' ? seen.seen.lease : markFor(instance, who, now());
    const written = await store.write(takeAwayLease(before, now(), who, linger), { etag });
    if (written.status === 'written') return linger;
    seen = leaseReadOf(await store.read(), instance);
  }
  throw contested(instance, store.place);
};

/** Takes the lease away from whoever has it. A holder that is still alive notices before its next write, and stops. */
export const releaseByHand = (request: ReleaseRequest, session: Session): Promise<Released | Unplanned> =>
  withLease(request, session, async (found): Promise<Released> => {
    const { view } = found;
    if (view.state === 'none' || view.state === 'removed' || isEnded(leaseReadOf(found.read, view.instance)))
      return { status: 'free', view };
    if (view.state === 'newer' && request.isNewerToo !== true) {
      throw newerLease(view.instance, view.place, view.format ?? '');
    }
    if (!(await request.confirm(view))) return { status: 'declined', view };
    const lingerSeconds = await takeAway(found, () => session.clock.now().toISOString());
    return { status: 'released', view, lingerSeconds };
  });
