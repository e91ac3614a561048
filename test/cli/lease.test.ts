import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAws } from '../../src/aws/create-aws.ts';
import { claimLease, LEASE_TERMS } from '../../src/reconciler/model/lease.ts';
import { addTeam, writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';

/** Somebody else is at work on the same instance. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let stage: Stage;
let dev: Place;
beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  await stage.apply(dev, 'dev01');
});
afterAll(async () => {
  await stage.stop();
});

const edl = (...argv: readonly string[]) => stage.edl(dev, [...argv, '--instance', 'dev01']);

/** Another run takes the lease and says nothing more. */
const takeLease = async (): Promise<void> => {
  const bucket = 'acme-datalake-artifacts-dev01-eu-west-1';
  const aws = createAws({ reporter: { emit: () => undefined }, homeRegion: 'eu-west-1' });
  const store = aws.lease({ region: 'eu-west-1', bucket, account: dev.account });
  const read = await store.read();
  if (read.status !== 'found') throw new Error(`The apply left no lease: ${read.status}`);
  const { lease, etag } = read.seen;
  expect(lease).toMatchObject({ state: 'released', epoch: 1, holder: { command: 'apply', pid: process.pid } });
  const holder = { who: 'arn:aws:iam::111111111111:role/ci', host: 'builder', pid: 7, run: 'r', command: 'apply' };
  const claim = claimLease({ instance: 'dev01', holder, terms: LEASE_TERMS }, lease, '2026-11-22T10:00:00Z');
  expect(await store.write(claim, { etag })).toMatchObject({ status: 'written' });
  aws.close();
};

it('refuses to write beside another run, says whose the lease is, and takes it away when told to', async () => {
  await stage.byHand(takeLease);
  await stage.takeCalls();
  // A plan needs no lease; an apply reads nothing while another run is at work.
  expect(await edl('plan', '--quiet')).toMatchObject({ exitCode: 0 });
  await addTeam(dev.lake, 'newcomers');
  await stage.takeCalls();
  const refused = await edl('apply', '--yes', '--quiet', '--lease-timeout', '0');
  expect(refused.stdout).toContain('EDL-4200');
  expect(refused.stdout.replace(/\s+/g, ' ')).toContain('arn:aws:iam::111111111111:role/ci on builder (process 7');
  expect(refused.exitCode).toBe(3);
  expect(await stage.takeCalls()).toEqual({ 'sts:GetCallerIdentity': 1, 's3:GetObject': 1 });

  const shown = await edl('lease', 'show', '--format', 'json', '--quiet');
  expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'held', lease: { epoch: 2, holder: { host: 'builder' } } });
  const unasked = await edl('lease', 'release', '--quiet');
  expect(unasked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('EDL-5003') as string });
  const released = await edl('lease', 'release', '--yes', '--quiet');
  expect(released).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Released.') as string });
  expect(released.stdout).toMatch(/The next apply waits for that, at most [56][0-9] seconds/);
  expect(released.stderr).toContain('who      arn:aws:iam::111111111111:role/ci');

  // A call of the one that had it may still be on its way.
  const early = await edl('apply', '--yes', '--quiet', '--lease-timeout', '0');
  expect(early).toMatchObject({ exitCode: 3 });
  expect(early.stdout.replace(/\s+/g, ' ')).toMatch(/EDL-4200.* has taken the lease of dev01 away from .*role\/ci/);
  const healing = await edl('drift', '--heal', 'tighten', '--yes', '--quiet', '--lease-timeout', '0');
  expect(healing).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('EDL-4200') as string });
  const free = await edl('lease', 'show', '--quiet');
  expect(free.stdout).toMatch(
    /^The lease of dev01 will be free in [56][0-9] seconds, .* taken away by arn:aws:sts::111111111111:/,
  );
  const again = await edl('lease', 'release', '--yes', '--quiet');
  expect(again).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/taken away already.* at most \d+ s/) as string,
  });

  // A newer edl, which this one cannot read: nothing of it is taken for no lease.
  await stage.byHand(async () => {
    await new S3Client({ region: 'eu-west-1' }).send(
      new PutObjectCommand({
        Bucket: 'acme-datalake-artifacts-dev01-eu-west-1',
        Key: 'edl/lease.json',
        Body: '{"formatVersion":"2"}',
      }),
    );
  });
  const older = await edl('apply', '--yes', '--quiet', '--lease-timeout', '0');
  expect(older).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('EDL-4209') as string });
  expect((await edl('lease', 'show', '--quiet')).stdout).toContain('was written by a newer EDL');
  const kept = await edl('lease', 'release', '--yes', '--quiet');
  expect(kept).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('EDL-4209') as string });
  const told = await edl('lease', 'release', '--yes', '--newer', '--quiet');
  expect(told).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('at most 600 seconds') as string });
});
