import { describe, expect, it } from 'vitest';
import { takeAway } from '../../src/app/lease/manage.ts';
import { viewLease, type Computer, type ProcessState } from '../../src/reconciler/model/lease.ts';
import { elsewhere, storeOn, type FakeObject } from './fake-store.ts';
import { held, settle, world } from './processes.ts';

describe('taking the lease away', () => {
  const takeFrom = (object: FakeObject): Promise<number> => {
    const read = object.read();
    const store = storeOn(object);
    const view = viewLease('dev01', store.place, read, elsewhere);
    return takeAway(
      { store, read, view, aws: { callerArn: () => Promise.resolve('arn:aws:sts::1:eve') } },
      () => 'now',
    );
  };

  it('keeps everybody out until the one that had it can write no more', async () => {
    const { ann, ben, time, object } = world();
    const hold = await held(ann.acquire());
    time.freeze(10);
    expect(await takeFrom(object)).toBe(53);
    // Its sign of life is young enough to go on without asking.
    await expect(hold.assertHeld()).resolves.toBeUndefined();
    const refused = await ben.acquire();
    expect(refused).toMatchObject({ status: 'refused', error: { code: 'EDL-4200' } });
    expect(refused.status === 'refused' && refused.error.message).toMatch(
      /sts::1:eve has taken .* away from .*ann.* 54 s/,
    );
    time.freeze(53);
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    time.freeze(1);
    await expect(hold.assertHeld()).rejects.toMatchObject({
      code: 'EDL-4201',
      message: expect.stringContaining('eve') as string,
    });
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('lets the next one in as soon as the one that had it says that it stopped', async () => {
    const { ann, ben, time, object } = world();
    const hold = await held(ann.acquire());
    await takeFrom(object);
    time.pass(20);
    await settle();
    expect(hold.loss()).toMatchObject({ code: 'EDL-4201' });
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    await hold.release();
    expect(object.lease()).toMatchObject({ state: 'released', releasedBy: 'arn:aws:sts::1:eve', lingerSeconds: 0 });
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('waits for nobody where its holder was killed here after it was taken away', async () => {
    const { ann, ben, object } = world();
    const self = { bootId: 'boot', namespaces: 'pid:[1]', startTicks: '5' };
    let state: ProcessState = { status: 'alive', startTicks: '5' };
    const here: Computer = { self: () => self, process: () => state };
    [ann.computer, ben.computer] = [here, here];
    await held(ann.acquire());
    expect(await takeFrom(object)).toBe(63);
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    state = { status: 'gone' };
    const view = viewLease('dev01', 'here', object.read(), here);
    expect(view).toMatchObject({ state: 'released', restSeconds: 0 });
    expect(await ben.acquire()).toMatchObject({ status: 'held', isKilled: true });
  });

  it('waits for nobody where its holder is long dead', async () => {
    const { ann, ben, time, object } = world();
    await held(ann.acquire());
    time.freeze(90);
    expect(await takeFrom(object)).toBe(0);
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('waits for as long as a lease lives where nobody knows what was there', async () => {
    const { ben, time, object } = world();
    object.content = { lease: undefined, etag: '"x"', writtenSeconds: 0 };
    await takeFrom(object);
    expect(await ben.acquire()).toMatchObject({ status: 'refused' });
    time.freeze(62);
    expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
  });
});
