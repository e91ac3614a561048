import { describe, expect, it } from 'vitest';
import { checkRecords } from '../../src/app/doctor/records.ts';
import { whatToAllow } from '../../src/app/doctor/permission.ts';
import { asEdlError } from '../../src/aws/errors.ts';
import { rememberOperation } from '../../src/aws/failure-facts.ts';
import { lineText, sealText } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import type { HeaderLine, ResultLine } from '../../src/reconciler/journal/lines.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import { claimLease, LEASE_TERMS, releaseLease, type LeaseRead } from '../../src/reconciler/model/lease.ts';
import { sdkError } from '../aws/fakes.ts';
import { memoryJournal } from '../history/memory-journal.ts';

const SCOPE = { organization: 'acme', instance: 'dev01', account: '111111111111', homeRegion: 'eu-west-1' };
const AT = '2026-11-22T10:00:00.000Z';

const LEASE = claimLease(
  {
    instance: 'dev01',
    holder: { who: 'arn:aws:iam::111111111111:user/jane', host: 'far-away', pid: 7, run: 'r', command: 'apply' },
    terms: LEASE_TERMS,
  },
  undefined,
  AT,
);
const seen = (lease: typeof LEASE, ageSeconds: number): LeaseRead => ({
  status: 'found',
  seen: { lease, etag: 'e', ageSeconds },
});

const HEADER: HeaderLine = {
  line: 'header',
  formatVersion: '1',
  ordinal: 1,
  run: 'r',
  kind: 'apply',
  instance: 'dev01',
  account: '111111111111',
  by: 'jane',
  at: AT,
  edlVersion: '1.0.0',
  catalog: { digest: 'sha256:0', tiers: {} } as unknown as HeaderLine['catalog'], // nobody looks into it here
  plan: 'sha256:0',
  asOf: AT,
  targets: [],
  excludes: [],
  allowances: [],
};
const result = (outcome: ResultLine['outcome']): ResultLine => ({
  line: 'result',
  at: AT,
  outcome,
  counts: { applied: 1, unchanged: 0, failed: 0, skipped: 0 },
  seconds: 1,
  problems: [],
});
const open = lineText(HEADER);
const ended = (outcome: ResultLine['outcome']): string => sealText(open + lineText(result(outcome)));

const look = async (read: LeaseRead | EdlError, entry?: string) => {
  const journal = memoryJournal();
  if (entry !== undefined) journal.objects.set(journalKey(1), entry);
  return checkRecords(
    {
      lease: () => ({
        place: 's3://b/edl/lease.json',
        read: () => (read instanceof EdlError ? Promise.reject(read) : Promise.resolve(read)),
        write: () => Promise.reject(new Error('The doctor only reads.')),
      }),
      journal: () => journal.store,
    },
    SCOPE,
  );
};

describe('what the doctor says of the lease', () => {
  it.each([
    ['nobody ever had', { status: 'absent' }, 'good', 'nobody ever had it', undefined],
    ['released', seen(releaseLease(LEASE, AT), 9), 'good', 'nobody has it', undefined],
    ['held', seen(LEASE, 9), 'warning', 'last sign of life 9 s ago', 'edl lease release --instance dev01'],
    ['dead', seen(LEASE, 300), 'warning', 'that run is dead', 'edl apply --instance dev01'],
    ['of a newer EDL', { status: 'newer', etag: 'e', format: '9' }, 'broken', 'a newer EDL', 'Update this EDL'],
    ['that was removed', { status: 'removed' }, 'warning', 'somebody removed', 'edl apply --instance dev01'],
    ["another's", seen({ ...LEASE, instance: 'uat' }, 9), 'broken', 'is the lease of uat', 'edl lease release'],
    ['no lease', { status: 'unreadable', etag: 'e' }, 'broken', 'is no lease', 'edl lease release --instance dev01'],
  ] as const)('%s', async (_name, read, status, found, action) => {
    const [check] = await look(read);
    expect(check).toMatchObject({ name: 'lease', status, found: expect.stringContaining(found) as string });
    if (action !== undefined) expect(check?.action).toContain(action);
  });

  it('which cannot be read: why', async () => {
    const [check] = await look(new EdlError('EDL-4006', 'retry', 'AWS could not be reached'));
    expect(check).toMatchObject({ status: 'broken', found: 'AWS could not be reached' });
  });
});

describe('what the doctor says of the newest entry of the journal', () => {
  const held = seen(LEASE, 9);
  const free: LeaseRead = { status: 'absent' };
  it.each([
    ['none', free, undefined, 'good', 'no entry yet', undefined],
    ['ended', free, ended('applied'), 'good', 'apply of 2026-11-22 10:00 UTC by jane, applied', undefined],
    ['being written', held, open, 'good', 'is being written', undefined],
    [
      'without an end',
      free,
      open,
      'warning',
      'has no end',
      'finishes that and closes the entry:\n$ edl apply --instance dev01',
    ],
    ['closed after a kill', free, ended('abandoned'), 'warning', 'which was killed', 'edl history show 1'],
    ['that failed in part', free, ended('partly'), 'warning', 'failed in part', 'edl apply --instance dev01'],
    ['changed', free, ended('applied').replace('jane', 'john'), 'broken', 'changed after', 'edl history --verify'],
    ['no entry', free, 'x\n', 'broken', 'is no entry any more', 'edl history --verify'],
  ] as const)('%s', async (_name, read, entry, status, found, action) => {
    const [, check] = await look(read, entry);
    expect(check).toMatchObject({ name: 'journal', status, found: expect.stringContaining(found) as string });
    if (action !== undefined) expect(check?.action).toContain(action);
  });
});

describe('what to do about a read that fails', () => {
  it('is the statement that a policy lacks, by the name that IAM has for it', () => {
    const error = sdkError('AccessDenied', 'no', 403);
    rememberOperation(error, 's3:GetBucketEncryption');
    expect(whatToAllow(asEdlError(error, 'read bucket b'))).toContain(
      '{"Effect":"Allow","Action":"s3:GetEncryptionConfiguration","Resource":"*"}',
    );
  });

  it('is to wait, where nobody answers', () => {
    expect(whatToAllow(new EdlError('EDL-4006', 'retry', 'x'))).toContain('apply is refused');
  });
});
