import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { speedOf } from '../../../sandbox/faults.ts';
import { createAws } from '../../../src/aws/create-aws.ts';
import { claimLease, LEASE_TERMS } from '../../../src/reconciler/model/lease.ts';
import { addDataset, addTeam, writeSmallLake } from '../../support/small-lake.ts';
import { startStage, unwrapped, type Place, type Stage } from '../../support/stage.ts';
import { startLeaseProxy, writesIn, type LeaseProxy } from './lease-proxy.ts';
import { startApply } from './running.ts';

/**
 * What only time can show: a lease ends 60 seconds after the last sign of life of its owner. The tests wait together, each on
 * an account of its own, and use little but time.
 */

vi.setConfig({ testTimeout: 180_000, hookTimeout: 90_000 });

/** As it would look in AWS: some seconds for each step of a stack. */
const SLOW_MS = 4_000;

let stage: Stage;
let lake: string;
let wider: string;
const proxies: LeaseProxy[] = [];
beforeAll(async () => {
  stage = await startStage({});
  lake = stage.keepFolder(await writeSmallLake());
  for (const [account, instance] of [
    ['111111111111', 'dev01'],
    ['222222222222', 'uat'],
    ['444444444444', 'qa'],
  ] as const)
    await stage.apply({ lake, account }, instance);
  wider = await stage.copyLake(lake);
  for (const team of ['one', 'two', 'three', 'four', 'five', 'six']) await addTeam(wider, team);
  await addDataset(wider, 'visits');
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await stage.stop();
});

const throughProxy = async (account: string): Promise<{ readonly place: Place; readonly proxy: LeaseProxy }> => {
  const proxy = await startLeaseProxy(stage.sandbox.endpoint);
  proxies.push(proxy);
  return { place: { lake: wider, account, endpoint: proxy.endpoint }, proxy };
};

/** Another computer's run takes the lease, and is never heard of again. */
const dieElsewhere = async (account: string): Promise<void> => {
  Object.assign(process.env, stage.sandbox.environment(account, 'eu-west-1'));
  const aws = createAws({ reporter: { emit: () => undefined }, homeRegion: 'eu-west-1' });
  const bucket = 'acme-datalake-artifacts-uat-eu-west-1';
  const store = aws.lease({ region: 'eu-west-1', bucket, account });
  const read = await store.read();
  if (read.status !== 'found') throw new Error(`The apply left no lease: ${read.status}`);
  const its = { bootId: 'of another computer', namespaces: 'pid:[4026531836] time:[4026531834]', startTicks: '1' };
  const who = `arn:aws:iam::${account}:role/ci`;
  const holder = { who, host: 'builder', pid: 999_999, process: its, run: 'r', command: 'apply' };
  const claim = claimLease({ instance: 'uat', holder, terms: LEASE_TERMS }, read.seen.lease, '2026-11-22T10:00:00Z');
  expect(await store.write(claim, { etag: read.seen.etag })).toMatchObject({ status: 'written' });
  aws.close();
};

/** Stopped for longer than its lease lives, and woken up while the next one is at work. */
const pauseAndTakeOver = async (): Promise<void> => {
  const { place, proxy } = await throughProxy('111111111111');
  const owner = startApply(stage, place, 'dev01', '--parallelism', '2');
  await owner.told(/Wave 1[^]*changes? …/);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  owner.child.kill('SIGSTOP');
  const next = startApply(stage, { lake: wider, account: '111111111111' }, 'dev01');
  await next.told(/Waiting: /);
  await next.told(/Applying …/);
  const asked = proxy.asked().length;
  owner.child.kill('SIGCONT');
  const stopped = await owner.finished;
  expect(writesIn(proxy.asked().slice(asked))).toEqual([]);
  expect(stopped.exitCode).toBe(1);
  expect(unwrapped(stopped.stdout)).toMatch(
    new RegExp(`EDL-4201 This run has lost the lease of dev01 .*process ${next.child.pid ?? 0}, edl apply`),
  );
  const ended = await next.finished;
  expect(ended).toMatchObject({ exitCode: 0 });
};

const takeOverFromElsewhere = async (): Promise<void> => {
  await dieElsewhere('222222222222');
  const started = Date.now();
  const { exitCode, stderr } = await startApply(stage, { lake: wider, account: '222222222222' }, 'uat').finished;
  expect(exitCode).toBe(0);
  expect(unwrapped(stderr)).toMatch(/Waiting: .*role\/ci on builder \(process 999999, edl apply\)/);
  expect((Date.now() - started) / 1000).toBeGreaterThan(LEASE_TERMS.ttlSeconds);
};

/** What keeps the lease cannot be reached any more while stacks run. */
const loseTheStore = async (): Promise<void> => {
  const { place, proxy } = await throughProxy('444444444444');
  const run = startApply(stage, place, 'qa', '--parallelism', '1');
  await run.told(/Wave 1[^]*changes? …/);
  proxy.setWeather('dropped');
  const { exitCode, stdout } = await run.finished;
  expect(exitCode).toBe(1);
  expect(unwrapped(stdout)).toContain('EDL-4202 Whether this run still holds the lease of qa cannot be told');
  expect(stdout).toMatch(/✓ edl-qa-access-team-/);
  expect(stdout).toMatch(/✗ edl-qa-access-team-/);
  expect(stdout.match(/✗ edl-qa-/g)).toHaveLength(1);
  expect(stdout).toMatch(/○ edl-qa-access-team-\S+ +not started: the lease is lost, or out of reach/);
  proxy.setWeather('fine');
};

it('stops an owner that was paused before its next write, goes on after one that died elsewhere, and writes nothing that nobody allows', async () => {
  stage.sandbox.setFaults({ speed: speedOf(SLOW_MS) });
  const faster = setTimeout(() => {
    stage.sandbox.setFaults({ speed: 0 });
  }, 60_000);
  const ends = await Promise.allSettled([pauseAndTakeOver(), takeOverFromElsewhere(), loseTheStore()]);
  clearTimeout(faster);
  expect(ends.flatMap((end): readonly unknown[] => (end.status === 'rejected' ? [end.reason] : []))).toEqual([]);
});

it.each([
  ['denied', /may not|not authorized|denied|AccessDenied/i],
  ['sick', /InternalError|not now|failed/i],
  ['dropped', /connection|network|answer/i],
] as const)('writes nothing where the lease is %s', async (weather, reason) => {
  const { place, proxy } = await throughProxy('444444444444');
  await addTeam(wider, `late-${weather}`);
  proxy.setWeather(weather);
  const { exitCode, stderr } = await startApply(stage, place, 'qa', '--quiet').finished;
  expect(exitCode).toBe(1);
  expect(unwrapped(stderr)).toMatch(/EDL-4202/);
  expect(unwrapped(stderr)).toMatch(reason);
  expect(writesIn(proxy.asked())).toEqual([]);
});
