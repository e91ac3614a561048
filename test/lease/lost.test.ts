import { expect, it } from 'vitest';
import { createLeaseKeeper, type LeaseKeeper } from '../../src/app/lease/keeper.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import { takeAwayLease, type Lease, type LeaseStore } from '../../src/reconciler/model/lease.ts';
import type { Driver, Reporter, StackWork } from '../../src/reconciler/model/ports.ts';
import { isWithoutLease, type StackResult } from '../../src/reconciler/model/result.ts';
import { describeResult } from '../../src/report/apply.ts';
import { elsewhere, fakeObject, storeOn, testTime, type FakeObject } from './fake-store.ts';

/** A run that loses its lease in the middle: what it says, to whom, and what it never does. */

const silent: Reporter = { emit: () => undefined };

const working = async () => {
  const time = testTime();
  const object = fakeObject(() => time.elapsedMs());
  const notes: string[] = [];
  const state = { isDown: false };
  const down = new EdlError('EDL-4006', 'retry', 'S3 is down.');
  const store: LeaseStore = {
    place: 's3://artifacts/edl/lease.json',
    read: () => (state.isDown ? Promise.reject(down) : storeOn(object).read()),
    write: (lease, condition) => (state.isDown ? Promise.reject(down) : storeOn(object).write(lease, condition)),
  };
  const keeper = createLeaseKeeper({
    aws: { lease: () => store, callerArn: () => Promise.resolve('arn:aws:sts::1:ann') },
    desired: { organization: 'acme', instance: 'dev01', account: '1', homeRegion: 'eu-west-1', stacks: [] },
    command: 'apply',
    waitSeconds: 0,
    reporter: {
      emit: (event) => {
        if (event.type === 'note') notes.push(event.message);
      },
    },
    time,
    computer: elsewhere,
  });
  await keeper.enter('abc');
  return { time, object, keeper, notes, state };
};

/** A driver as that of CloudFormation: it asks before its write, and what it hears is its failure. */
const applyOn = (keeper: LeaseKeeper): ((name: string) => Promise<StackResult>) => {
  let ask = (): Promise<void> => Promise.resolve();
  keeper.guard({
    guardWrites: (check) => {
      ask = check;
    },
  });
  const driver: Driver = {
    name: 'cloudformation',
    apply: async ({ name: stack }) => {
      try {
        await ask();
      } catch (error) {
        if (!(error instanceof EdlError)) throw error;
        const { code, message } = error;
        return { outcome: 'failed', stack, seconds: 1, failures: [{ code, message }], objects: [] };
      }
      return { outcome: 'applied', stack, seconds: 1, objects: [] };
    },
  };
  const [gated = driver] = keeper.drivers([driver]);
  return (name) => gated.apply({ name } as StackWork, silent); // a driver that looks at the name alone
};

const leaseOf = (object: FakeObject): Lease => {
  const lease = object.lease();
  if (lease === undefined) throw new Error('no lease');
  return lease;
};

const messageOf = (result: StackResult): string =>
  result.outcome === 'failed' ? result.failures.map(({ message }) => message).join() : '';

const replace = (lease: Lease | undefined, format?: string): FakeObject['content'] => ({
  lease,
  etag: '"x"',
  writtenSeconds: 0,
  ...(format === undefined ? {} : { format }),
});

it.each<[string, (object: FakeObject) => void, RegExp]>([
  ['removed', (object) => (object.content = undefined), /somebody removed s3:\/\/artifacts\/edl\/lease.json.*rights/],
  ['removed with its bucket', (object) => (object.hasBucket = false), /somebody removed the bucket of s3:/],
  ['made something else', (object) => (object.content = replace(undefined)), /wrote something that is no lease to s3:/],
  [
    'one of a newer EDL',
    (object) => (object.content = replace(undefined, '2')),
    /newer EDL.*format 2.*Update this EDL/,
  ],
  [
    'one of another instance',
    (object) => (object.content = replace({ ...leaseOf(object), instance: 'prod' })),
    /wrote the lease of prod to s3:/,
  ],
])('writes no more when its lease was %s, says so, and makes none anew', async (_what, spoil, words) => {
  const { time, object, keeper } = await working();
  spoil(object);
  const [content, written] = [object.content, object.history.length];
  time.freeze(31);
  const result = await applyOn(keeper)('one');
  expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4201' }] });
  expect(messageOf(result)).toMatch(words);
  expect(keeper.isLost()).toBe(true);
  await keeper.leave();
  expect([object.content, object.history.length]).toEqual([content, written]);
});

it('notices with the next sign of life that its lease was removed', async () => {
  const { time, object, keeper } = await working();
  object.content = undefined;
  time.pass(20);
  await new Promise((resolve) => setTimeout(resolve, 0));
  // Young as the last sign of life is: it is known to be lost.
  expect(await applyOn(keeper)('one')).toMatchObject({ failures: [{ code: 'EDL-4201' }] });
  expect(object.history).toHaveLength(1);
});

it('tells once why nobody can tell, begins nothing else, and lets what runs go on when S3 answers again', async () => {
  const { time, keeper, state } = await working();
  const apply = applyOn(keeper);
  state.isDown = true;
  time.freeze(40);
  expect(keeper.isLost()).toBe(false);
  const [first, second] = [await apply('one'), await apply('two')];
  expect(messageOf(first)).toMatch(/^Whether this run still holds the lease of dev01 cannot be told.*S3 is down/);
  expect(second).toMatchObject({ failures: [{ code: 'EDL-4202' }] });
  expect(messageOf(second)).toBe('Stopped before its next write, for want of the lease: one tells why.');
  expect(keeper.isLost()).toBe(true);
  state.isDown = false;
  expect(await apply('three')).toMatchObject({ outcome: 'applied' });
  expect(keeper.isLost()).toBe(true);
  expect([first, second].every(isWithoutLease)).toBe(true);
  const skipped: StackResult = { outcome: 'skipped', stack: 'four', because: 'cancelled' };
  expect(describeResult(skipped, [first, skipped])).toBe('not started: the lease is lost, or out of reach');
});

it('says at its end that the lease was taken away, when nothing failed of it, and frees the next one', async () => {
  const { object, keeper, notes } = await working();
  const seen = object.read();
  if (seen.status !== 'found') throw new Error('no lease');
  object.write(takeAwayLease(seen.seen.lease, 'now', 'arn:aws:sts::1:eve', 53), { etag: seen.seen.etag });
  expect(await applyOn(keeper)('one')).toMatchObject({ outcome: 'applied' });
  await keeper.leave();
  expect(notes).toEqual([expect.stringMatching(/lost the lease of dev01 \(.*eve took it away\).* was its own/)]);
  expect(object.lease()).toMatchObject({ state: 'released', releasedBy: 'arn:aws:sts::1:eve', lingerSeconds: 0 });
});

it('says nothing of a lease that it gave up itself', async () => {
  const { object, keeper, notes } = await working();
  await keeper.leave();
  expect(notes).toEqual([]);
  expect(object.lease()).toMatchObject({ state: 'released' });
});
