import type { JournalStore } from '../reconciler/journal/store.ts';
import type { Healer } from '../reconciler/model/heal.ts';
import type { LeaseStore } from '../reconciler/model/lease.ts';
import { LEASE_KEY } from '../reconciler/model/names.ts';
import type { CallCount } from '../reconciler/model/plan.ts';
import type { Driver, Reporter } from '../reconciler/model/ports.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DriverName } from '../reconciler/model/resource.ts';
import type { Trail } from '../reconciler/model/trail.ts';
import { createWire, type Wire } from './clients.ts';
import { createReaders, createReads } from './reads/reads.ts';
import type { JournalPlace } from './s3/journal.ts';
import type { LeasePlace } from './s3/lease.ts';
import { systemTimer, type Timer } from './wait.ts';

/** What a run tells about itself. Credentials, profile and endpoint come from the standard AWS environment. */
export interface AwsOptions {
  readonly reporter: Reporter;
  /** Where global services and the account are asked. */
  readonly homeRegion: string;
  readonly timer?: Timer;
}

/** AWS as the app uses it. */
export interface Aws {
  /** Remembers every answer for as long as it lives. */
  readonly reads: AwsReads;
  /** Empties the memory of `reads`, when something has ended that was waited for. */
  readonly forget: () => void;
  /** The same with an empty memory: to read back what an apply has changed. */
  readonly freshReads: () => AwsReads;
  readonly drivers: readonly Driver[];
  /** Undoes drift. */
  readonly healer: Healer;
  /** Who changed what, from CloudTrail. */
  readonly trail: Trail;
  /** What was applied, when and by whom. */
  readonly journal: (place: JournalPlace) => JournalStore;
  /** The right to write to an instance. */
  readonly lease: (place: LeasePlace) => LeaseStore;
  /** Before each write from now on, `check` is asked; it forbids by throwing. What keeps the lease itself is not asked for. */
  readonly guardWrites: (check: () => Promise<void>) => void;
  /** ARN of whoever the credentials belong to; asked once, for the lease and the journal alike. */
  readonly callerArn: () => Promise<string>;
  /** Every call so far, failed attempts included. */
  readonly calls: () => CallCount;
  /** How far the clock of AWS is ahead of this computer's, by the last answer; undefined before the first. */
  readonly clockSkewMs: () => number | undefined;
  /** Closes idle connections, so that the process can end. */
  readonly close: () => void;
}

const loaders = (wire: Wire, timer: Timer): Readonly<Record<DriverName, () => Promise<Driver>>> => {
  const putOnce = async () => (await import('./s3/put-once.ts')).createPutOnce(wire);
  return {
    cloudformation: async () =>
      (await import('./cloudformation/driver.ts')).cloudFormationDriver({ wire, timer, putOnce: await putOnce() }),
    glue: async () => (await import('./glue/driver.ts')).glueDriver(wire, timer),
    s3: async () => (await import('./s3/driver.ts')).s3Driver({ wire, timer, putOnce: await putOnce() }),
  };
};

/** Remembers the answer; what failed is asked again. */
const askOnce = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
};

/** A driver whose part of the SDK is loaded with its first use. */
const lazyDriver = (name: DriverName, load: () => Promise<Driver>): Driver => {
  let driver: Promise<Driver> | undefined;
  return {
    name,
    apply: async (work, reporter) => {
      driver ??= load();
      return (await driver).apply(work, reporter);
    },
  };
};

/** Likewise the healer. */
const lazyHealer = (wire: Wire, timer: Timer): Healer => {
  const load = async (): Promise<Healer> => {
    const [{ createHealer }, { createHealClients }, { createPutOnce }] = await Promise.all([
      import('./heal/healer.ts'),
      import('./heal/clients.ts'),
      import('./s3/put-once.ts'),
    ]);
    return createHealer({ clients: createHealClients(wire), timer, putOnce: createPutOnce(wire) });
  };
  let healer: Promise<Healer> | undefined;
  const get = (): Promise<Healer> => (healer ??= load());
  return {
    explain: async (work) => (await get()).explain(work),
    heal: async (work, reporter) => (await get()).heal(work, reporter),
    coverable: async (work) => (await get()).coverable(work),
    revert: async (stack, reporter) => (await get()).revert(stack, reporter),
  };
};

/** Likewise CloudTrail: nobody asks it while nothing has drifted. */
const lazyTrail = (wire: Wire): Trail => {
  let trail: Promise<Trail> | undefined;
  return {
    events: async (question) => {
      trail ??= import('./reads/cloudtrail.ts').then(({ cloudTrail }) => cloudTrail(wire));
      return (await trail).events(question);
    },
  };
};

/** Likewise the journal. */
const lazyJournal = (wire: Wire): Aws['journal'] => {
  let stores: Promise<Aws['journal']> | undefined;
  return (place) => {
    const get = async (): Promise<JournalStore> => {
      stores ??= import('./s3/journal.ts').then(({ journalStores }) => journalStores(wire));
      return (await stores)(place);
    };
    return {
      keys: async (atMost) => (await get()).keys(atMost),
      get: async (key) => (await get()).get(key),
      create: async (key, text) => (await get()).create(key, text),
      replace: async (key, text, etag) => (await get()).replace(key, text, etag),
    };
  };
};

/** Likewise the lease: plans have none. */
const lazyLease = (wire: Wire, place: LeasePlace): LeaseStore => {
  let store: Promise<LeaseStore> | undefined;
  const get = (): Promise<LeaseStore> =>
    (store ??= import('./s3/lease.ts').then(({ s3Lease }) => s3Lease(wire, place)));
  return {
    place: `s3://${place.bucket}/${LEASE_KEY}`,
    read: async () => (await get()).read(),
    write: async (lease, condition) => (await get()).write(lease, condition),
  };
};

const nobodyAsked = (): Promise<void> => Promise.resolve();

/** Connects to AWS. Makes no call and loads no SDK: that happens with the first read or apply of each service. */
export const createAws = ({ reporter, homeRegion, timer = systemTimer }: AwsOptions): Aws => {
  let check = nobodyAsked;
  const wire = createWire(reporter, () => check());
  const readers = createReaders(wire, homeRegion);
  let reads = createReads(readers);
  const load = loaders(wire, timer);
  return {
    get reads() {
      return reads;
    },
    forget: () => {
      reads = createReads(readers);
    },
    freshReads: () => createReads(readers),
    drivers: [
      lazyDriver('cloudformation', load.cloudformation),
      lazyDriver('glue', load.glue),
      lazyDriver('s3', load.s3),
    ],
    healer: lazyHealer(wire, timer),
    trail: lazyTrail(wire),
    journal: lazyJournal(wire),
    lease: (place) => lazyLease(wire, place),
    guardWrites: (next) => {
      check = next;
    },
    callerArn: askOnce(async () => (await import('./reads/sts.ts')).callerArn(wire, homeRegion)),
    calls: () => wire.calls(),
    clockSkewMs: () => wire.clockSkewMs(),
    close: () => {
      wire.close();
    },
  };
};
