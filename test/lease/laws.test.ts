import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acquireLease } from '../../src/app/lease/acquire.ts';
import { takeAway } from '../../src/app/lease/manage.ts';
import type { LeaseTime } from '../../src/app/lease/time.ts';
import { LEASE_TERMS, viewLease, type LeaseStore } from '../../src/reconciler/model/lease.ts';
import { elsewhere, fakeObject, type Fate } from './fake-store.ts';

/**
 * Runs that want the same lease, in any order of their steps, with any pauses between two steps (a run whose step does not
 * come is paused), with calls that do not arrive and answers that are lost, and with somebody who takes the lease away by hand.
 * Each write asks first, and is on its way for up to as long as a call may take.
 */

interface Write {
  readonly run: string;
  readonly epoch: number;
}

interface Deed {
  readonly writes: number;
  readonly isReleased: boolean;
}

/** Of ten pauses so many are short: then much happens while a sign of life is young. */
const pauses = (brisk: number) =>
  fc.array(
    fc.oneof(
      { weight: 10 * brisk, arbitrary: fc.integer({ min: 0, max: 600 }) },
      { weight: 2, arbitrary: fc.integer({ min: 3_000, max: 30_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 55_000, max: 70_000 }) },
    ),
    { minLength: 40, maxLength: 40 },
  );
const fates = fc.array(
  fc.nat(23).map((draw): Fate => (draw === 0 ? 'down' : draw === 1 ? 'unanswered' : 'fine')),
  {
    minLength: 30,
    maxLength: 30,
  },
);
const deeds = fc.array(fc.record<Deed>({ writes: fc.integer({ min: 4, max: 12 }), isReleased: fc.boolean() }), {
  minLength: 1,
  maxLength: 3,
});

interface Run {
  readonly name: string;
  readonly deeds: readonly Deed[];
}

const play = async (
  scheduler: fc.Scheduler,
  delays: readonly number[],
  luck: readonly Fate[],
  runs: readonly Run[],
  byHand: number,
) => {
  let taken = 0;
  let now = 1_000_000;
  let steps = 0;
  let calls = 0;
  const timers = new Set<{
    readonly run: string;
    dueMs: number;
    readonly everyMs: number;
    readonly work: () => void;
  }>();
  const object = fakeObject(() => now);
  const written: Write[] = [];
  const holding: Write[] = [];
  /** One step of somebody; time passes before it comes. */
  const step = async (): Promise<void> => {
    await scheduler.schedule(Promise.resolve());
    steps += 1;
    now += delays[steps % delays.length] ?? 0;
    for (const timer of timers) {
      if (timer.dueMs > now) continue;
      timer.dueMs = now + timer.everyMs;
      timer.work();
    }
  };
  const call = async <Answer>(work: () => Answer): Promise<Answer> => {
    calls += 1;
    const fate = luck[calls % luck.length];
    await step();
    if (fate === 'down') throw new Error('down');
    const answer = work();
    await step();
    if (fate === 'unanswered') throw new Error('no answer');
    return answer;
  };
  const store: LeaseStore = {
    place: 's3://artifacts/edl/lease.json',
    read: () => call(object.read),
    write: (lease, condition) => call(() => object.write(lease, condition)),
  };
  const timeOf = (run: string): LeaseTime => ({
    now: () => new Date(now),
    elapsedMs: () => now,
    sleep: () => step(),
    every: (everyMs, work) => {
      const timer = { run, dueMs: now + everyMs, everyMs, work };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    draw: () => 0.5,
  });
  /** A process that ended gives no more signs of life, whether it released its lease or not. */
  const end = (run: string): void => {
    for (const timer of timers) if (timer.run === run) timers.delete(timer);
  };
  const tryOnce = async (run: string, deed: Deed): Promise<void> => {
    const holder = { who: run, host: 'host', pid: 1, run, command: 'apply' };
    const request = {
      instance: 'dev01',
      store,
      time: timeOf(run),
      terms: LEASE_TERMS,
      holder,
      computer: elsewhere,
      onWait: () => undefined,
    };
    const acquired = await acquireLease({ ...request, waitSeconds: 300 });
    if (acquired.status !== 'held') return;
    const { hold } = acquired;
    holding.push({ run, epoch: hold.epoch });
    for (let count = 0; count < deed.writes; count += 1) {
      await step();
      await hold.assertHeld();
      const askedMs = now;
      await step();
      // A call takes no longer; what a process sends that slept after asking is beyond any lease.
      if (now - askedMs < LEASE_TERMS.marginSeconds * 1000) written.push({ run, epoch: hold.epoch });
    }
    if (deed.isReleased) await hold.release();
  };
  const live = async (run: Run): Promise<void> => {
    for (const [index, deed] of run.deeds.entries()) {
      // A store that is down and a lease that is lost end this try; the next one is another process.
      const name = `${run.name}-${index}`;
      await tryOnce(name, deed).catch(() => undefined);
      end(name);
    }
  };
  /** Somebody who takes the lease away from whoever has it, dead or alive. */
  const takeByHand = async (): Promise<void> => {
    const read = await store.read();
    const view = viewLease('dev01', store.place, read, elsewhere);
    if (view.state !== 'held' && view.state !== 'expired') return;
    await takeAway({ store, read, view, aws: { callerArn: () => Promise.resolve('hand') } }, () => `${now}`);
    taken += 1;
  };
  const hands = async (): Promise<void> => {
    for (let count = 0; count < byHand; count += 1) {
      await step();
      await takeByHand().catch(() => undefined);
    }
  };
  await scheduler.waitFor(Promise.all([...runs.map(live), hands()]));
  return { written, holding, history: object.history, taken };
};

interface Seen {
  writes: number;
  handovers: number;
  takings: number;
}

/** The law, for lives of three runs with up to so many hands; tells what was seen on the way. */
const holds = async (brisk: number, hands: number): Promise<Seen> => {
  const seen: Seen = { writes: 0, handovers: 0, takings: 0 };
  const lives = fc.tuple(fc.scheduler(), pauses(brisk), fates, fc.nat(hands), deeds, deeds, deeds);
  await fc.assert(
    fc.asyncProperty(lives, async ([scheduler, delays, luck, byHand, ...all]) => {
      const runs = all.map((one, index) => ({ name: `run${index}`, deeds: one }));
      const { written, history, holding, taken } = await play(scheduler, delays, luck, runs, byHand);
      const epochs = written.map(({ epoch }) => epoch);
      expect(epochs).toEqual([...epochs].sort((left, right) => left - right));
      for (const { epoch } of holding) {
        const writers = new Set([...holding, ...written].filter((one) => one.epoch === epoch).map(({ run }) => run));
        expect(writers.size).toBe(1);
      }
      const counted = history.map(({ epoch }) => epoch);
      expect(counted).toEqual([...counted].sort((left, right) => left - right));
      seen.writes += written.length;
      seen.takings += taken;
      seen.handovers += new Set(epochs).size > 1 ? 1 : 0;
    }),
    { numRuns: 600 },
  );
  return seen;
};

// A law says something only where runs did write one after another.

it('lets no two runs write in turns: each epoch has one writer, and none writes after a later one', async () => {
  const { writes, handovers } = await holds(0.7, 0);
  expect(writes).toBeGreaterThan(400);
  expect(handovers).toBeGreaterThan(40);
});

it('holds as well where somebody takes the lease away from runs that are alive', async () => {
  const { handovers, takings } = await holds(6, 3);
  expect(handovers).toBeGreaterThan(40);
  expect(takings).toBeGreaterThan(200);
});
