import { acquireLease, type Acquired } from '../../src/app/lease/acquire.ts';
import type { LeaseHold } from '../../src/app/lease/hold.ts';
import { LEASE_TERMS, type Computer, type LeaseHolder } from '../../src/reconciler/model/lease.ts';
import { elsewhere, fakeObject, storeOn, testTime, type Fate, type FakeObject, type TestTime } from './fake-store.ts';

/** One process that may take the lease, in a world of its own time. */
export interface Process {
  readonly acquire: (waitSeconds?: number) => Promise<Acquired>;
  readonly time: TestTime;
  readonly waited: string[];
  computer: Computer;
  stopping: AbortSignal | undefined;
  fate: Fate | readonly Fate[];
}

const holderOf = (name: string, computer: Computer): LeaseHolder => {
  const process = computer.self();
  const holder = { who: `arn:aws:sts::1:${name}`, host: 'host', pid: 7, run: name, command: 'apply', commit: 'abc' };
  return { ...holder, ...(process === undefined ? {} : { process }) };
};

/** Makes one. */
export const processOn = (object: FakeObject, name: string, time: TestTime): Process => {
  const waited: string[] = [];
  let calls = 0;
  const self: Process = {
    time,
    waited,
    computer: elsewhere,
    stopping: undefined,
    fate: 'fine',
    acquire: (waitSeconds = 0) =>
      acquireLease({
        instance: 'dev01',
        store: storeOn(object, () => {
          if (typeof self.fate === 'string') return self.fate;
          calls += 1;
          return self.fate[calls - 1] ?? 'fine';
        }),
        time,
        terms: LEASE_TERMS,
        holder: holderOf(name, self.computer),
        computer: self.computer,
        waitSeconds,
        ...(self.stopping === undefined ? {} : { stopping: self.stopping }),
        onWait: ({ lease }) => waited.push(lease.holder.run),
      }),
  };
  return self;
};

/** Two processes and one lease. */
export const world = () => {
  const time = testTime();
  const object = fakeObject(() => time.elapsedMs());
  return { time, object, ann: processOn(object, 'ann', time), ben: processOn(object, 'ben', time) };
};

/** The lease, or a failed test. */
export const held = async (acquiring: Promise<Acquired>): Promise<LeaseHold> => {
  const acquired = await acquiring;
  if (acquired.status !== 'held') throw new Error(`No lease: ${acquired.status}`);
  return acquired.hold;
};

/** Lets what was begun in the background come to its end. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
