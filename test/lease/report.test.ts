import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { claimLease, LEASE_TERMS, takeAwayLease, viewLease, type LeaseView } from '../../src/reconciler/model/lease.ts';
import { renderLeaseJson, renderLeaseText } from '../../src/report/lease.ts';
import { elsewhere } from './fake-store.ts';

const PLACE = 's3://artifacts/edl/lease.json';
const process = { bootId: 'boot', namespaces: 'pid:[1] time:[2]', startTicks: '7' };
const holder = {
  who: 'arn:aws:sts::1:ann',
  host: 'builder',
  pid: 7,
  process,
  run: 'r',
  command: 'apply',
  commit: 'abc',
};
const lease = claimLease({ instance: 'dev01', holder, terms: LEASE_TERMS }, undefined, '2026-11-22T10:00:00Z');
const taken = takeAwayLease(lease, '2026-11-22T10:00:10Z', 'arn:aws:sts::1:eve', 53);
const dead = { self: () => process, process: () => ({ status: 'gone' as const }) };

const views: readonly (readonly [string, LeaseView, RegExp])[] = [
  ['none', viewLease('dev01', PLACE, { status: 'absent' }, elsewhere), /^Nobody has ever held/],
  ['unreadable', viewLease('dev01', PLACE, { status: 'unreadable', etag: 'e' }, elsewhere), /is no lease/],
  ['removed', viewLease('dev01', PLACE, { status: 'removed' }, elsewhere), /^Somebody removed s3:/],
  [
    'newer',
    viewLease('dev01', PLACE, { status: 'newer', etag: 'e', format: '2' }, elsewhere),
    /newer EDL, in format 2/,
  ],
  [
    'foreign',
    viewLease('prod', PLACE, { status: 'found', seen: { lease, etag: 'e', ageSeconds: 5 } }, elsewhere),
    /not the lease of prod but of dev01.*[^]*--instance prod\n/,
  ],
  ...(
    [
      [
        'held',
        { ...lease, ttlSeconds: 9_000 },
        12,
        elsewhere,
        /ends 600 seconds after[^]*claims 9000 seconds.*out of bounds/,
      ],
      ['held', lease, 12, elsewhere, /is held; .* 12 seconds ago/],
      ['killed', lease, 12, dead, /process 7 of this computer is gone/],
      ['expired', lease, 63, dead, /has ended: .* 63 seconds/],
      ['released', taken, 10, elsewhere, /will be free in 44 seconds.* taken away by arn:aws:sts::1:eve/],
      ['released', taken, 60, elsewhere, /is free\. It was taken away by[^]*until {4}2026-11-22T10:00:10Z/],
    ] as const
  ).map(([state, one, ageSeconds, computer, words]) => {
    const read = { status: 'found', seen: { lease: one, etag: 'e', ageSeconds } } as const;
    return [state, viewLease('dev01', PLACE, read, computer), words] as const;
  }),
];

const validate = new Ajv({ strict: true }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/lease.schema.json', import.meta.url), 'utf8')) as object,
);

it.each(views)('tells of a lease that is %s, as text and as JSON by its schema', (state, view, words) => {
  expect(view.state).toBe(state);
  expect(renderLeaseText(view)).toMatch(words);
  expect(validate(JSON.parse(renderLeaseJson(view))), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...JSON.parse(renderLeaseJson(view)), more: 1 })).toBe(false);
});
