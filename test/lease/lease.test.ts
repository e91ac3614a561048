import { describe, expect, it } from 'vitest';
import { forwardClock } from '../../src/app/lease/time.ts';
import { asJson } from '../../src/reconciler/model/json.ts';
import { parseLease } from '../../src/reconciler/model/lease-format.ts';
import type { Computer, ProcessState } from '../../src/reconciler/model/lease.ts';
import { testTime, type Fate } from './fake-store.ts';
import { held, processOn, settle, world } from './processes.ts';

describe('taking the lease', () => {
  it('takes one that nobody ever had', async () => {
    const { ann, object } = world();
    expect(await held(ann.acquire())).toMatchObject({ epoch: 1 });
    expect(object.lease()).toMatchObject({ state: 'held', holder: { run: 'ann' }, ttlSeconds: 60 });
  });

  it('is refused while another run has it, with who, since when and what to do', async () => {
    const { ann, ben } = world();
    await held(ann.acquire());
    const refused = await ben.acquire();
    expect(refused).toMatchObject({ status: 'refused', error: { code: 'EDL-4200' } });
    expect(refused.status === 'refused' && refused.error.message).toMatch(
      /arn:aws:sts::1:ann on host \(process 7, edl apply, commit abc\) has been changing dev01 since 2026-11-22T10:00:00.000Z.* 0 seconds ago.*--lease-timeout.*63 seconds/,
    );
  });

  it('takes one that was released, and counts on', async () => {
    const { ann, ben, object } = world();
    await (await held(ann.acquire())).release();
    expect(object.lease()).toMatchObject({ state: 'released', holder: { run: 'ann' } });
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('takes over one whose holder died, not a second too early', async () => {
    const { ann, ben, time } = world();
    await held(ann.acquire());
    time.freeze(62);
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    time.freeze(1);
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('asks no clock but that of the store', async () => {
    const { ann, object } = world();
    await held(ann.acquire());
    const years = testTime(Date.parse('2031-01-01T00:00:00Z'));
    expect(await processOn(object, 'ben', years).acquire()).toMatchObject({ status: 'refused' });
  });

  it('waits when it is asked to, says so once, and takes it when it is free', async () => {
    const { ann, ben } = world();
    const hold = await held(ann.acquire());
    const [taken] = await Promise.all([held(ben.acquire(60)), hold.release()]);
    expect(taken).toMatchObject({ epoch: 2 });
    expect(ben.waited).toEqual(['ann']);
  });

  it('gives up waiting in time', async () => {
    const { ann, ben, time } = world();
    await held(ann.acquire());
    expect(await ben.acquire(10)).toMatchObject({ status: 'refused', error: { code: 'EDL-4200' } });
    expect(time.elapsedMs()).toBeLessThan(16_000);
  });

  it('ends waiting at once when it is told to stop', async () => {
    const { ann, ben, time, object } = world();
    await held(ann.acquire());
    const stop = new AbortController();
    ben.stopping = stop.signal;
    const waiting = ben.acquire(600);
    stop.abort();
    expect(await waiting).toEqual({ status: 'stopped' });
    expect(time.elapsedMs()).toBeLessThan(6_000);
    expect(object.history).toHaveLength(1);
  });

  it('goes on at once after a run that was killed on this computer, and not before', async () => {
    const { ann, ben, time } = world();
    const self = { bootId: 'boot', namespaces: 'pid:[1]', startTicks: '5' };
    const states = new Map<number, ProcessState>([[7, { status: 'alive', startTicks: '5' }]]);
    const here: Computer = { self: () => self, process: (pid) => states.get(pid) ?? { status: 'unknown' } };
    [ann.computer, ben.computer] = [here, here];
    await held(ann.acquire());
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    states.set(7, { status: 'gone' });
    expect(await processOn(world().object, 'cas', time).acquire()).toMatchObject({ isKilled: false });
    expect(await ben.acquire()).toMatchObject({ status: 'held', isKilled: true, before: { lease: { epoch: 1 } } });
    expect(time.elapsedMs()).toBe(0);
  });

  it('knows its own lease when the answer to the write was lost', async () => {
    const { ann, object } = world();
    ann.fate = ['fine', 'unanswered', 'fine'];
    expect(await held(ann.acquire())).toMatchObject({ epoch: 1 });
    expect(object.history).toHaveLength(1);
  });

  it.each<[string, readonly Fate[]]>([
    ['cannot be read', ['down']],
    ['cannot be written', ['fine', 'down', 'fine']],
    ['does not answer to anything', ['fine', 'unanswered', 'unanswered']],
  ])('has no lease when the store %s', async (_what, fate) => {
    const { ann } = world();
    ann.fate = fate;
    await expect(ann.acquire()).rejects.toThrow('Could not ask S3');
  });

  it('does not write over what is no lease, and needs a bucket', async () => {
    const { ann, object } = world();
    object.content = { lease: undefined, etag: '"x"', writtenSeconds: 0 };
    expect(await ann.acquire()).toMatchObject({ status: 'refused', error: { code: 'EDL-4204' } });
    object.hasBucket = false;
    expect(await ann.acquire()).toMatchObject({ status: 'no-bucket', error: { code: 'EDL-4203' } });
  });
});

describe('holding the lease', () => {
  it('asks nobody while its last sign of life is young', async () => {
    const { ann, time } = world();
    const hold = await held(ann.acquire());
    ann.fate = 'down';
    time.freeze(29);
    await expect(hold.assertHeld()).resolves.toBeUndefined();
  });

  it('gives signs of life for as long as it is held', async () => {
    const { ann, ben, time, object } = world();
    const hold = await held(ann.acquire());
    for (let minute = 0; minute < 10; minute += 1) {
      time.pass(20);
      await settle();
    }
    expect(object.lease()).toMatchObject({ epoch: 1, renewals: 10 });
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    await hold.release();
    time.pass(20);
    await settle();
    expect(object.lease()).toMatchObject({ state: 'released', renewals: 11 });
  });

  it('stops before the next write when it was paused and another took it', async () => {
    const { ann, ben, time, object } = world();
    const hold = await held(ann.acquire());
    time.freeze(90);
    await held(ben.acquire());
    await expect(hold.assertHeld()).rejects.toMatchObject({
      code: 'EDL-4201',
      message: expect.stringContaining('ben') as string,
    });
    expect(hold.loss()).toMatchObject({ code: 'EDL-4201' });
    await hold.release();
    expect(object.lease()).toMatchObject({ state: 'held', holder: { run: 'ben' } });
  });

  it('goes on after a pause when nobody took it', async () => {
    const { ann, ben, time } = world();
    const hold = await held(ann.acquire());
    time.freeze(600);
    await expect(hold.assertHeld()).resolves.toBeUndefined();
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
  });

  it('stops when it was released by hand', async () => {
    const { ann, time, object } = world();
    const hold = await held(ann.acquire());
    const seen = object.read();
    if (seen.status !== 'found') throw new Error('no lease');
    object.write({ ...seen.seen.lease, state: 'released' }, { etag: seen.seen.etag });
    time.pass(20);
    await settle();
    await expect(hold.assertHeld()).rejects.toMatchObject({ code: 'EDL-4201' });
  });

  it('writes nothing when nobody can tell, and goes on when somebody can again', async () => {
    const { ann, time } = world();
    const hold = await held(ann.acquire());
    ann.fate = 'down';
    time.freeze(40);
    await expect(hold.assertHeld()).rejects.toMatchObject({ code: 'EDL-4202' });
    ann.fate = 'fine';
    await expect(hold.assertHeld()).resolves.toBeUndefined();
  });

  it('knows its own sign of life when the answer to it was lost', async () => {
    const { ann, time, object } = world();
    const hold = await held(ann.acquire());
    ann.fate = 'unanswered';
    time.pass(20);
    await settle();
    expect(object.lease()).toMatchObject({ renewals: 1 });
    ann.fate = 'fine';
    time.freeze(30);
    await expect(hold.assertHeld()).resolves.toBeUndefined();
    expect(object.lease()).toMatchObject({ epoch: 1, renewals: 2 });
    await hold.release();
    expect(object.lease()).toMatchObject({ state: 'released' });
  });
});

describe('a lease', () => {
  it('is the same after it was written and read', async () => {
    const { ann, object } = world();
    await held(ann.acquire());
    const lease = object.lease();
    expect(parseLease(asJson(lease))).toEqual({ status: 'lease', lease });
    const spoiled = [
      { epoch: '1' },
      { holder: undefined },
      { ttlSeconds: -1 },
      { epoch: 2 ** 53 - 1 },
      { formatVersion: '0' },
    ];
    for (const one of spoiled) expect(parseLease(asJson({ ...lease, ...one }))).toEqual({ status: 'unreadable' });
    for (const formatVersion of ['2', 2]) {
      expect(parseLease(asJson({ formatVersion, owners: [] }))).toEqual({ status: 'newer', format: '2' });
    }
  });

  it('is timed by whichever clock moved on further', () => {
    let monotonic = 5;
    let wall = 1_000;
    const elapsed = forwardClock(
      () => monotonic,
      () => wall,
    );
    monotonic += 10;
    expect(elapsed()).toBe(10);
    wall += 40;
    expect(elapsed()).toBe(50);
    wall -= 500;
    monotonic += 7;
    expect(elapsed()).toBe(57);
  });
});
