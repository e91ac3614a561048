import { expect, it } from 'vitest';
import type { HealedObject, JournalLine } from '../../src/reconciler/journal/lines.ts';
import type { HistoryAnswer, ShowAnswer, VerifyAnswer, WhoAtAnswer } from '../../src/report/history-answers.ts';
import { renderHistoryText, renderVerifyText } from '../../src/report/history.ts';
import { renderShowText } from '../../src/report/history-show.ts';
import { renderWhoAtText } from '../../src/report/history-who.ts';
import { plain } from '../../src/report/paint.ts';
import { validate } from '../history/journal-schema.ts';
import { expectGolden } from './golden.ts';

/** What people read of the journal, whole. */

const BY = 'arn:aws:sts::111111111111:assumed-role/deploy/jane';
const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const MERGE = { author: 'Jane Doe', subject: 'Merge pull request #12: oncology reads trials' };
const DIGEST = `sha256:${'ab'.repeat(32)}` as const;

const line = (ordinal: number, more: Partial<HistoryAnswer['entries'][number]>): HistoryAnswer['entries'][number] => ({
  ordinal,
  at: `2026-11-${10 + ordinal}T10:30:00.000Z`,
  by: BY,
  kind: 'apply',
  commit: COMMIT,
  outcome: 'applied',
  ...more,
});

const NOTHING = { create: 0, update: 0, adopt: 0, prune: 0, unchanged: 9 };

const HISTORY: HistoryAnswer = {
  formatVersion: '1',
  question: 'history',
  instance: 'prod',
  total: 12,
  entries: [
    line(9, { summary: NOTHING, access: { gain: 0, lose: 0, dates: 0 }, closes: 8 }),
    line(8, { outcome: 'abandoned' }),
    { ordinal: 7, at: '', by: '', kind: 'apply', outcome: 'unreadable' },
    line(6, { kind: 'heal', healed: { undone: 2, left: 1, widened: 1, narrowed: 1, holders: ['team:oncology'] } }),
    line(5, { outcome: 'edited' }),
    line(4, { outcome: 'open', dirty: true }),
    line(3, { outcome: 'cancelled' }),
    line(2, {
      outcome: 'partly',
      summary: { create: 1, update: 2, adopt: 0, prune: 3, unchanged: 4 },
      access: { gain: 1, lose: 2, dates: 1 },
      meant: { gain: 1, lose: 0, dates: 0 },
      isSelection: true,
    }),
    line(1, {}),
  ],
};

const LINES: readonly JournalLine[] = [
  {
    line: 'header',
    formatVersion: '1',
    ordinal: 4,
    run: '7c3d',
    kind: 'apply',
    instance: 'prod',
    account: '111111111111',
    by: BY,
    at: '2026-11-14T10:30:00.000Z',
    edlVersion: '0.1.0',
    catalog: { digest: DIGEST, commit: COMMIT, dirty: true, ...MERGE },
    plan: DIGEST,
    asOf: '2026-11-14T10:29:00Z',
    approval: { answer: 'flag', file: { plan: DIGEST, asOf: '2026-11-14T09:00:00Z', commit: COMMIT, dirty: false } },
    targets: ['edl-prod-access-team-oncology'],
    excludes: [],
    allowances: [{ guard: 'replacement', target: 'iam-role/x', reason: 'It moves', source: 'lake' }],
    previous: { ordinal: 3, digest: DIGEST },
  },
  {
    line: 'plan',
    summary: { create: 0, update: 1, adopt: 0, prune: 1, unchanged: 9 },
    waves: [['edl-prod-access-team-oncology'], ['edl-prod-access-team-gone']],
    access: [
      {
        principal: 'team:oncology',
        dataset: 'trials',
        tier: 'restricted',
        before: [],
        after: [{ level: 'read', until: '2027-01-31' }],
        approvals: ['team:studies'],
        reason: 'Reports',
        declaredIn: { file: 'catalog/grants/oncology.yaml', line: 5 },
      },
    ],
  },
  {
    line: 'step-begun',
    at: '2026-11-14T10:30:01.000Z',
    stack: 'edl-prod-access-team-oncology',
    deeds: [{ action: 'update', id: 'iam-role/edl-prod-team-oncology' }],
  },
  {
    line: 'step-ended',
    at: '2026-11-14T10:30:31.000Z',
    stack: 'edl-prod-access-team-oncology',
    outcome: 'failed',
    objects: [],
    failures: [{ code: 'EDL-4020', message: 'Access denied.' }],
    seconds: 30,
  },
  { line: 'signal', at: '2026-11-14T10:30:20.000Z', signal: 'SIGINT', count: 1 },
  {
    line: 'step-ended',
    at: '2026-11-14T10:30:32.000Z',
    stack: 'edl-prod-access-team-gone',
    outcome: 'skipped',
    objects: [],
    failures: [],
    because: 'the run was stopped',
  },
  { line: 'access', unsure: [{ principal: 'team:oncology', since: 4 }], form: 'full', rows: [] },
  {
    line: 'result',
    at: '2026-11-14T10:30:33.000Z',
    outcome: 'cancelled',
    counts: { applied: 0, unchanged: 0, failed: 1, skipped: 1 },
    seconds: 33,
    problems: [],
  },
  { line: 'seal', digest: DIGEST },
];

const SHOW: ShowAnswer = {
  formatVersion: '1',
  question: 'show',
  instance: 'prod',
  digest: DIGEST,
  isSealed: true,
  lines: LINES,
  fates: ['unknown'],
  problems: [],
};

const DRIFTED: HealedObject = {
  id: 'iam-role/edl-prod-team-oncology',
  effect: 'widens',
  parts: [{ path: '/Policies/2', effect: 'widens', step: 'deletes the inline policy by-hand' }],
  access: [
    {
      role: 'edl-prod-team-oncology',
      principal: 'team:oncology',
      sort: 'rights',
      certainty: 'proven',
      deed: 'policies-changed',
      change: {
        principal: 'team:oncology',
        dataset: 'trials',
        tier: 'restricted',
        before: [],
        after: [{ level: 'read-raw' }],
      },
    },
  ],
  author: {
    status: 'known',
    by: 'arn:aws:iam::111111111111:user/moto',
    event: 'PutRolePolicy',
    eventId: 'e',
    at: '2026-11-13T08:00:00Z',
    others: 0,
  },
};

const [HEADER] = LINES;
if (HEADER?.line !== 'header') throw new Error('no header');

const ENDED: readonly JournalLine[] = [
  {
    line: 'result',
    at: '2026-11-14T10:30:03.000Z',
    outcome: 'applied',
    counts: { applied: 1, unchanged: 0, failed: 0, skipped: 0 },
    seconds: 3,
    problems: [],
  },
  { line: 'seal', digest: DIGEST },
];

const HEALED: ShowAnswer = {
  ...SHOW,
  fates: [],
  lines: [
    { ...HEADER, kind: 'heal', mode: 'all', targets: [], allowances: [] },
    { line: 'drift', objects: [DRIFTED] },
    {
      line: 'step-begun',
      at: '2026-11-14T10:30:01.000Z',
      stack: DRIFTED.id,
      deeds: [{ action: 'heal', id: DRIFTED.id }],
    },
    {
      line: 'step-ended',
      at: '2026-11-14T10:30:02.000Z',
      stack: DRIFTED.id,
      outcome: 'healed',
      objects: [DRIFTED.id],
      failures: [],
      results: [{ id: DRIFTED.id, path: '/Policies/2', outcome: 'healed', detail: 'deleted it' }],
    },
    ...ENDED,
  ],
};

const CLOSING: ShowAnswer = {
  ...SHOW,
  fates: [],
  lines: [
    { ...HEADER, targets: [], allowances: [], closes: 3 },
    { line: 'plan', summary: NOTHING, waves: [], access: [] },
    ...ENDED,
  ],
};

const EDITED: ShowAnswer = {
  ...SHOW,
  isSealed: false,
  problems: [{ code: 'EDL-4231', severity: 'error', summary: 'Journal entry was edited', detail: 'It is not …' }],
};

const VERIFY: VerifyAnswer = {
  formatVersion: '1',
  question: 'verify',
  instance: 'prod',
  entries: 4,
  head: { ordinal: 4, digest: DIGEST },
  problems: [],
};

const WHO: WhoAtAnswer = {
  formatVersion: '1',
  question: 'who-at',
  instance: 'prod',
  dataset: 'trials',
  level: 'read',
  membersAt: COMMIT,
  at: '2026-11-14',
  isKnown: true,
  entries: [3, 4],
  access: [
    { principal: 'everyone:restricted', dataset: '*', tier: 'restricted', level: 'read' },
    {
      principal: 'team:oncology',
      dataset: 'trials',
      tier: 'restricted',
      level: 'read',
      until: '2027-01-31',
      lost: 4,
      members: ['jane.doe@acme.example'],
      given: {
        ordinal: 3,
        at: '2026-11-13T10:30:00.000Z',
        by: BY,
        commit: COMMIT,
        ...MERGE,
        dirty: true,
        saved: DIGEST,
        reason: 'Reports',
        approvals: ['team:studies'],
        allowances: ['--allow blast-radius'],
        declaredIn: { file: 'catalog/grants/oncology.yaml', line: 5 },
      },
    },
  ],
  heals: [{ ordinal: 6, at: '2026-11-16T10:30:00.000Z', objects: [DRIFTED] }],
  notes: [
    { code: 'EDL-4236', severity: 'warning', summary: 'Members may have been others', detail: 'Run 4 was made of …' },
  ],
};

it.each([
  ['history.txt', () => renderHistoryText(HISTORY, plain)],
  ['history-show.txt', () => renderShowText(SHOW, { paint: plain, isVerbose: true })],
  [
    'history-show-open.txt',
    () => renderShowText({ ...SHOW, isSealed: false, lines: LINES.slice(0, 3) }, { paint: plain, width: 60 }),
  ],
  ['history-narrow.txt', () => renderHistoryText(HISTORY, plain, 60)],
  ['history-show-heal.txt', () => renderShowText(HEALED, { paint: plain })],
  ['history-show-closing.txt', () => renderShowText(CLOSING, { paint: plain })],
  ['history-show-edited.txt', () => renderShowText(EDITED, { paint: plain })],
  ['history-verify.txt', () => renderVerifyText(VERIFY, plain)],
  ['history-who-at.txt', () => renderWhoAtText(WHO, plain)],
])('%s', (name, render) => {
  expectGolden(name, render());
});

it('as JSON, all of them are as the schema says', () => {
  for (const answer of [HISTORY, SHOW, HEALED, CLOSING, EDITED, VERIFY, WHO])
    expect(validate(answer) ? [] : validate.errors).toEqual([]);
  const strange = { ...SHOW, lines: [...LINES, { line: 'signal', at: '', signal: 'SIGKILL', count: 1 }] };
  expect(validate(strange)).toBe(false);
});
