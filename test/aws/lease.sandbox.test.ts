import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWire } from '../../src/aws/clients.ts';
import { createPutOnce } from '../../src/aws/s3/put-once.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import {
  claimLease,
  LEASE_TERMS,
  releaseLease,
  renewLease,
  type LeaseStore,
} from '../../src/reconciler/model/lease.ts';
import { LEASE_KEY } from '../../src/reconciler/model/names.ts';
import { recorder } from './fakes.ts';
import { ACCOUNT, REGION, startTestAws, type TestAws } from './sandbox.ts';

const BUCKET = 'acme-datalake-artifacts-dev01-eu-west-1';
const holder = { who: 'arn:aws:iam::1:role/ci', host: 'host', pid: 1, run: 'one', command: 'apply' };
const first = claimLease(
  { instance: 'dev01', holder, terms: LEASE_TERMS },
  undefined,
  // Years from now: nobody is judged by the clock of whoever wrote it.
  '2031-01-01T00:00:00Z',
);

let test: TestAws;
let store: LeaseStore;
beforeAll(async () => {
  test = await startTestAws();
  store = test.connect().lease({ region: REGION, bucket: BUCKET, account: ACCOUNT });
});
afterAll(async () => {
  await test.stop();
});

it('keeps a lease in S3, written only under its condition and aged by the clock of S3', async () => {
  expect(await store.read()).toEqual({ status: 'no-bucket' });
  const client = new S3Client({ region: REGION });
  await client.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  expect(await store.read()).toEqual({ status: 'absent' });
  expect(await store.write(first, { etag: '"nothing"' })).toEqual({ status: 'conflict' });
  const written = await store.write(first, { absent: true });
  if (written.status !== 'written') throw new Error('conflict');
  expect(await store.write(first, { absent: true })).toEqual({ status: 'conflict' });
  const read = await store.read();
  expect(read).toMatchObject({ status: 'found', seen: { lease: first, etag: written.etag } });
  const age = read.status === 'found' ? read.seen.ageSeconds : Number.NaN;
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(30);
  const renewed = renewLease(first, '2031-01-01T00:00:20Z');
  const next = await store.write(renewed, { etag: written.etag });
  expect(next).toMatchObject({ status: 'written' });
  expect(await store.write(releaseLease(first, '2031-01-01T00:00:21Z'), { etag: written.etag })).toEqual({
    status: 'conflict',
  });
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY, Body: 'not a lease' }));
  expect(await store.read()).toMatchObject({ status: 'unreadable' });
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY, Body: '{"formatVersion":"2"}' }));
  const newer = await store.read();
  expect(newer).toMatchObject({ status: 'newer', format: '2' });
  // Somebody removes it while its holder is at work: the next sign of life writes nothing.
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY }));
  const etag = newer.status === 'newer' ? newer.etag : '';
  expect(await store.write(renewed, { etag })).toEqual({ status: 'conflict' });
  expect(await store.read()).toEqual({ status: 'absent' });
  // The artifacts bucket keeps versions: there what was removed can be told from what never was.
  await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY, Body: '{}' }));
  const marker = await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY }));
  expect(await store.read()).toEqual({ status: 'removed' });
  for (const id of [VersionId, marker.VersionId]) {
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: LEASE_KEY, VersionId: id }));
  }
  await client.send(new DeleteBucketCommand({ Bucket: BUCKET }));
  expect(await store.write(renewed, { etag })).toEqual({ status: 'conflict' });
  await client.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
});

it('asks before each attempt of each write, and for no read', async () => {
  let isAllowed = true;
  let asked = 0;
  const wire = createWire(recorder(), () => {
    asked += 1;
    return isAllowed ? Promise.resolve() : Promise.reject(new EdlError('EDL-4201', 'user', 'The lease is lost.'));
  });
  const put = createPutOnce(wire);
  const object = (key: string) => ({
    region: REGION,
    account: ACCOUNT,
    bucket: BUCKET,
    key,
    body: Buffer.from(key),
    contentType: 'text/plain',
  });
  await put(object('one'));
  expect(asked).toBe(1);
  // Already there: a PUT that is refused, and a HEAD.
  await put(object('one'));
  expect(asked).toBe(2);
  isAllowed = false;
  test.sandbox.resetCalls();
  await expect(put(object('two'))).rejects.toMatchObject({ code: 'EDL-4201' });
  expect(asked).toBe(3);
  expect(await test.sandbox.calls()).toEqual({});
  wire.close();
});
