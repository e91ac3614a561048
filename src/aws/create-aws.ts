import type { Healer } from '../reconciler/model/heal.ts';
import type { CallCount } from '../reconciler/model/plan.ts';
import type { Driver, Reporter } from '../reconciler/model/ports.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DriverName } from '../reconciler/model/resource.ts';
import type { Trail } from '../reconciler/model/trail.ts';
import { createWire, type Wire } from './clients.ts';
import { createReaders, createReads } from './reads/reads.ts';
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
  /** The same with an empty memory: to read back what an apply has changed. */
  readonly freshReads: () => AwsReads;
  readonly drivers: readonly Driver[];
  /** Undoes drift. */
  readonly healer: Healer;
  /** Who changed what, from CloudTrail. */
  readonly trail: Trail;
  /** Every call so far, failed attempts included. */
  readonly calls: () => CallCount;
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

/** Connects to AWS. Makes no call and loads no SDK: that happens with the first read or apply of each service. */
export const createAws = ({ reporter, homeRegion, timer = systemTimer }: AwsOptions): Aws => {
  const wire = createWire(reporter);
  const readers = createReaders(wire, homeRegion);
  const load = loaders(wire, timer);
  return {
    reads: createReads(readers),
    freshReads: () => createReads(readers),
    drivers: [
      lazyDriver('cloudformation', load.cloudformation),
      lazyDriver('glue', load.glue),
      lazyDriver('s3', load.s3),
    ],
    healer: lazyHealer(wire, timer),
    trail: lazyTrail(wire),
    calls: () => wire.calls(),
    close: () => {
      wire.close();
    },
  };
};
