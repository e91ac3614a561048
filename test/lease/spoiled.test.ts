import { describe, expect, it } from 'vitest';
import { takeAway } from '../../src/app/lease/manage.ts';
import { LEASE_LIMIT_SECONDS, viewLease, type Lease, type LeaseView } from '../../src/reconciler/model/lease.ts';
import { renderLeaseText } from '../../src/report/lease.ts';
import { elsewhere, storeOn, type FakeObject } from './fake-store.ts';
import { held, world } from './processes.ts';

/** What lies where the lease belongs, and is not what this EDL wrote there. */

const viewOf = (object: FakeObject): LeaseView => viewLease('dev01', storeOn(object).place, object.read(), elsewhere);

const takeFrom = (object: FakeObject): Promise<number> =>
  takeAway(
    {
      store: storeOn(object),
      read: object.read(),
      view: viewOf(object),
      aws: { callerArn: () => Promise.resolve('arn:aws:sts::1:eve') },
    },
    () => 'now',
  );

/** A lease of ann's, written over by hand. */
const spoiled = async (change: Partial<Lease>, format?: string) => {
  const all = world();
  await held(all.ann.acquire());
  const lease = all.object.lease();
  if (lease === undefined) throw new Error('no lease');
  const content = { lease: { ...lease, ...change }, etag: '"x"', writtenSeconds: 0 };
  all.object.content = format === undefined ? content : { ...content, lease: undefined, format };
  return all;
};

const refusal = async ({ ben }: Pick<ReturnType<typeof world>, 'ben'>): Promise<string> => {
  const refused = await ben.acquire();
  return refused.status === 'refused' ? `${refused.error.code} ${refused.error.message}` : refused.status;
};

describe('the lease of another instance', () => {
  it.each(['held', 'released'] as const)(
    'bars everybody when it is %s, says whose it is, and can be replaced',
    async (state) => {
      const all = await spoiled({ instance: 'prod', state });
      expect(await refusal(all)).toMatch(
        /^EDL-4210 .* not the lease of dev01 but of prod, which .*sts::1:ann.*--instance dev01$/,
      );
      all.time.freeze(900);
      expect(await refusal(all)).toMatch(/^EDL-4210/);
      expect(viewOf(all.object)).toMatchObject({ state: 'foreign', lease: { instance: 'prod' } });
      expect(await takeFrom(all.object)).toBe(60);
      expect(all.object.lease()).toMatchObject({ instance: 'dev01', state: 'released' });
      all.time.freeze(62);
      expect(await held(all.ben.acquire())).toMatchObject({ epoch: 2 });
    },
  );
});

it('lets nobody in where somebody removed the lease, before its holder must have noticed', async () => {
  const { ann, ben, object, time } = world();
  const hold = await held(ann.acquire());
  [object.content, object.isRemoved] = [undefined, true];
  expect(viewOf(object)).toMatchObject({ state: 'removed' });
  expect(await refusal({ ben })).toMatch(/^EDL-4200 .* away from whoever had it, of whom a call .* 61 seconds/);
  await expect(hold.assertHeld()).resolves.toBeUndefined();
  time.freeze(30);
  await expect(hold.assertHeld()).rejects.toMatchObject({ code: 'EDL-4201' });
  expect(await refusal({ ben })).toMatch(/^EDL-4200/);
  await hold.release();
  time.freeze(31);
  expect(await held(ben.acquire())).toMatchObject({ epoch: 2 });
});

describe('a lease of a newer EDL', () => {
  it('bars everybody and is never said to be none', async () => {
    const all = await spoiled({}, '2');
    expect(await refusal(all)).toMatch(
      /^EDL-4209 .*newer EDL, in format 2.*Update this EDL.*--newer --instance dev01$/,
    );
    expect(viewOf(all.object)).toMatchObject({ state: 'newer', format: '2' });
  });

  it('is replaced when told to, and bars everybody for as long as any lease may live', async () => {
    const all = await spoiled({}, '2');
    expect(await takeFrom(all.object)).toBe(LEASE_LIMIT_SECONDS);
    all.time.freeze(LEASE_LIMIT_SECONDS);
    expect(await refusal(all)).toMatch(/^EDL-4200/);
    all.time.freeze(2);
    expect(await held(all.ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('is not taken for one that was asked about before', async () => {
    const { object } = await spoiled({});
    const view = viewOf(object);
    object.content = { lease: undefined, etag: '"y"', writtenSeconds: 0, format: '2' };
    const found = { store: storeOn(object), read: object.read(), view };
    const taking = takeAway({ ...found, aws: { callerArn: () => Promise.resolve('eve') } }, () => 'now');
    await expect(taking).rejects.toMatchObject({ code: 'EDL-4207' });
  });
});

describe('a lease that claims years', () => {
  it('ends when the longest one ends, and says that it is out of bounds', async () => {
    const all = await spoiled({ ttlSeconds: 999_999_999 });
    expect(renderLeaseText(viewOf(all.object))).toMatch(
      /claims 999999999 seconds, .*out of bounds.* judged by 600 seconds/,
    );
    all.time.freeze(LEASE_LIMIT_SECONDS + 2);
    expect(await refusal(all)).toMatch(/^EDL-4200 .* ends in 1 second\. /);
    all.time.freeze(1);
    expect(await held(all.ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('leaves no longer mark than the longest lease when it is taken away', async () => {
    const all = await spoiled({ ttlSeconds: 999_999_999 });
    expect(await takeFrom(all.object)).toBe(LEASE_LIMIT_SECONDS + 3);
    expect(viewOf(all.object)).not.toHaveProperty('limitSeconds');
    all.time.freeze(LEASE_LIMIT_SECONDS + 5);
    expect(await held(all.ben.acquire())).toMatchObject({ epoch: 2 });
  });

  it('is brought back into bounds where it was released so', async () => {
    const all = await spoiled({ state: 'released', releasedBy: 'eve', lingerSeconds: 999_999_999 });
    expect(viewOf(all.object)).toMatchObject({ state: 'released', limitSeconds: LEASE_LIMIT_SECONDS });
    all.time.freeze(10);
    await takeFrom(all.object);
    expect(all.object.lease()?.lingerSeconds).toBeLessThanOrEqual(LEASE_LIMIT_SECONDS);
    expect(viewOf(all.object)).not.toHaveProperty('limitSeconds');
  });

  it('believes those of other versions, within bounds', async () => {
    const all = await spoiled({ ttlSeconds: 300 });
    all.time.freeze(302);
    expect(await refusal(all)).toMatch(/^EDL-4200/);
    all.time.freeze(1);
    expect(await held(all.ben.acquire())).toMatchObject({ epoch: 2 });
  });
});

it('sends nobody in a circle: a lease that was taken away needs time, and nothing else', async () => {
  const { ann, object, ben } = world();
  await held(ann.acquire());
  await takeFrom(object);
  const text = await refusal({ ben });
  expect(text).toMatch(/Nothing else needs to be done: apply again in \d+ seconds, or wait .* --lease-timeout \d+\.$/);
  expect(text).not.toContain('lease release');
});
