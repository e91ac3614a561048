import { expect, it } from 'vitest';
import { createLeaseKeeper, type LeaseKeeper } from '../../src/app/lease/keeper.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import type { Computer, LeaseStore, ProcessState } from '../../src/reconciler/model/lease.ts';
import type { Driver, Reporter, StackWork } from '../../src/reconciler/model/ports.ts';
import { elsewhere, fakeObject, storeOn, testTime } from './fake-store.ts';

/** One run from before its reading to after its writing, beside another one. */

const silent: Reporter = { emit: () => undefined };
const BOOTSTRAP = 'edl-dev01-bootstrap';

const world = () => {
  const time = testTime();
  const object = fakeObject(() => time.elapsedMs());
  const notes: string[] = [];
  const failure = new EdlError('EDL-4006', 'retry', 'S3 is down.', { cause: new Error('ECONNRESET') });
  const broken = { isDown: false, isStuck: false };
  const call = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (broken.isStuck) return new Promise(() => undefined);
    return broken.isDown ? Promise.reject(failure) : work();
  };
  const store: LeaseStore = {
    place: 's3://artifacts/edl/lease.json',
    read: () => call(() => storeOn(object).read()),
    write: (lease, condition) => call(() => storeOn(object).write(lease, condition)),
  };
  const stacks = [{ name: BOOTSTRAP, bootstrap: true }] as unknown as Parameters<
    typeof createLeaseKeeper
  >[0]['desired']['stacks']; // the keeper looks at nothing else of a stack
  const run = (waitSeconds: number | 'default' = 0, computer = elsewhere) =>
    createLeaseKeeper({
      aws: { lease: () => store, callerArn: () => Promise.resolve('arn:aws:sts::1:ann') },
      desired: { organization: 'acme', instance: 'dev01', account: '1', homeRegion: 'eu-west-1', stacks },
      command: 'apply',
      ...(waitSeconds === 'default' ? {} : { waitSeconds }),
      reporter: {
        emit: (event) => {
          if (event.type === 'note') notes.push(event.message);
        },
      },
      time,
      computer,
    });
  return { time, object, run, notes, broken };
};

/** A connection with what the keeper asks before each write of it. */
const guarded = (keeper: LeaseKeeper): (() => Promise<void>) => {
  let asked = (): Promise<void> => Promise.reject(new Error('not guarded'));
  keeper.guard({
    guardWrites: (check) => {
      asked = check;
    },
  });
  return () => asked();
};

const driving = (keeper: LeaseKeeper) => {
  const applied: string[] = [];
  const driver: Driver = {
    name: 'cloudformation',
    apply: ({ name }) => {
      applied.push(name);
      return Promise.resolve({ outcome: 'unchanged', stack: name });
    },
  };
  const [wrapped = driver] = keeper.drivers([driver]);
  const apply = (name: string) => wrapped.apply({ name } as StackWork, silent); // a driver that looks at the name alone
  return { applied, apply };
};

it('enters when nobody wrote since it looked, and leaves', async () => {
  const { object, run } = world();
  for (const epoch of [1, 2]) {
    const keeper = run();
    await keeper.look();
    expect(await keeper.enter('abc')).toEqual({ status: 'entered' });
    await expect(guarded(keeper)()).resolves.toBeUndefined();
    await keeper.leave();
    expect(object.lease()).toMatchObject({ state: 'released', epoch, holder: { commit: 'abc' } });
  }
});

it('knows that another run wrote between its look and its lease', async () => {
  const { run } = world();
  const [slow, quick] = [run(), run()];
  await slow.look();
  await quick.enter(undefined);
  await quick.leave();
  expect(await slow.enter(undefined)).toEqual({ status: 'moved' });
});

it('does not read a lake that somebody is writing to', async () => {
  const { run } = world();
  const [slow, quick] = [run(), run()];
  await quick.enter(undefined);
  expect(await slow.look()).toMatchObject({ code: 'EDL-4200' });
  await quick.leave();
  expect(await slow.look()).toBeUndefined();
  expect(await slow.enter(undefined)).toEqual({ status: 'entered' });
});

it('takes a lake for unmoved when its last run was killed here before the look, and only then', async () => {
  const self = { bootId: 'boot', namespaces: 'pid:[1]', startTicks: '5' };
  let state: ProcessState = { status: 'alive', startTicks: '5' };
  const here: Computer = { self: () => self, process: () => state };
  for (const isDeadAtLook of [true, false]) {
    const { run, notes } = world();
    state = { status: 'alive', startTicks: '5' };
    await run(0, here).enter(undefined);
    const next = run(0, here);
    if (isDeadAtLook) state = { status: 'gone' };
    await next.look();
    state = { status: 'gone' };
    expect(await next.enter(undefined)).toEqual({ status: isDeadAtLook ? 'entered' : 'moved' });
    expect(notes).toEqual([expect.stringMatching(/sts::1:ann .*was killed at work on dev01 .*this computer is gone/)]);
  }
});

it('waits by itself for longer than a dead run could have the lease, says for whom and until when, and is refused then', async () => {
  const { time, run, notes } = world();
  await run().enter(undefined);
  time.freeze(5);
  const next = run('default');
  expect(await next.enter(undefined)).toMatchObject({ status: 'refused', error: { code: 'EDL-4200' } });
  expect(time.elapsedMs()).toBe(80_000);
  expect(notes).toEqual([
    expect.stringMatching(
      /^Waiting: .*ann .* since 2026-11-22T10:00:00.000Z .* 5 seconds ago.* until 2026-11-22T10:01:20Z/,
    ),
  ]);
});

it('writes nothing more once it is abandoned, and is not kept by a store that does not answer', async () => {
  const { object, run, time, broken } = world();
  const keeper = run();
  await keeper.enter(undefined);
  const write = guarded(keeper);
  await keeper.abandon(1_000);
  await expect(write()).rejects.toMatchObject({ code: 'EDL-4208' });
  expect(keeper.isLost()).toBe(true);
  expect(object.lease()).toMatchObject({ state: 'released' });
  await keeper.leave();
  expect(object.history).toHaveLength(2);
  const stuck = run();
  await stuck.enter(undefined);
  broken.isStuck = true;
  const before = time.elapsedMs();
  await stuck.abandon(1_000);
  expect(time.elapsedMs() - before).toBe(1_000);
});

it('has no lease when the store cannot be asked, and says why without a cause that the SDK could take for its own', async () => {
  const { object, run, broken } = world();
  broken.isDown = true;
  const refused = async (work: Promise<unknown>): Promise<void> => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'EDL-4202', message: expect.stringContaining('S3 is down') as string });
    expect(error).not.toHaveProperty('cause');
  };
  await refused(run().enter(undefined));
  broken.isDown = false;
  object.hasBucket = false;
  const first = run();
  await first.enter(undefined);
  broken.isDown = true;
  expect(await driving(first).apply('foundation')).toMatchObject({
    failures: [{ code: 'EDL-4202', message: expect.stringContaining('S3 is down') as string }],
  });
  await refused(guarded(first)());
});

it('trusts no look that failed', async () => {
  const { run } = world();
  expect(await run().enter(undefined)).toEqual({ status: 'moved' });
});

it('makes the bootstrap stack of a first apply without a lease, and nothing else', async () => {
  const { object, run } = world();
  object.hasBucket = false;
  const keeper = run();
  await keeper.look();
  expect(await keeper.enter(undefined)).toEqual({ status: 'entered' });
  const { applied, apply } = driving(keeper);
  const write = guarded(keeper);
  await apply(BOOTSTRAP);
  await expect(write()).resolves.toBeUndefined();
  object.hasBucket = true;
  await Promise.all([apply('edl-dev01-foundation-eu-west-1'), apply('edl-dev01-access-team-a')]);
  expect(object.history).toHaveLength(1);
  await expect(write()).resolves.toBeUndefined();
  expect(applied).toHaveLength(3);
  await keeper.leave();
  expect(object.lease()).toMatchObject({ state: 'released', epoch: 1 });
});

it('lets one of two first applies go on', async () => {
  const { object, run } = world();
  object.hasBucket = false;
  const [first, second] = [run(), run()];
  for (const keeper of [first, second]) {
    await keeper.look();
    await keeper.enter(undefined);
  }
  object.hasBucket = true;
  await driving(first).apply('foundation');
  const late = driving(second);
  expect(await late.apply('foundation')).toMatchObject({ failures: [{ code: 'EDL-4206' }] });
  await expect(guarded(second)()).rejects.toMatchObject({ code: 'EDL-4206' });
  expect(second.isLost()).toBe(true);
  expect(late.applied).toEqual([]);
  await second.leave();
  expect(object.lease()).toMatchObject({ state: 'held', epoch: 1 });
  await first.leave();
  // What it read before is of no use; it enters again, and plans again.
  expect(second.isOutrun()).toBe(true);
  expect(await second.enter(undefined)).toEqual({ status: 'moved' });
  await expect(guarded(second)()).resolves.toBeUndefined();
  await second.leave();
  // One that comes after the first one ended has a plan of before it.
  const third = run();
  object.hasBucket = false;
  await third.look();
  await third.enter(undefined);
  object.hasBucket = true;
  expect(await driving(third).apply('foundation')).toMatchObject({ failures: [{ code: 'EDL-4206' }] });
  expect(third.isOutrun()).toBe(true);
  expect(await third.enter(undefined)).toEqual({ status: 'moved' });
});

it('writes nothing where the bucket does not come', async () => {
  const { object, run } = world();
  object.hasBucket = false;
  const keeper = run();
  await keeper.enter(undefined);
  expect(await driving(keeper).apply('foundation')).toMatchObject({ failures: [{ code: 'EDL-4203' }] });
  await expect(guarded(keeper)()).rejects.toMatchObject({ code: 'EDL-4203' });
});

it('takes the lease of a first apply anew after it entered again', async () => {
  const { object, run } = world();
  object.hasBucket = false;
  const keeper = run();
  await keeper.enter(undefined);
  expect(await driving(keeper).apply('foundation')).toMatchObject({ outcome: 'failed' });
  expect(await keeper.enter(undefined)).toEqual({ status: 'entered' });
  object.hasBucket = true;
  expect(await driving(keeper).apply('foundation')).toMatchObject({ outcome: 'unchanged' });
  expect(object.lease()).toMatchObject({ state: 'held', epoch: 1 });
});

it('writes nothing without a lease', async () => {
  const { run } = world();
  await expect(guarded(run())()).rejects.toMatchObject({ code: 'EDL-9002' });
});
