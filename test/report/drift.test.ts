import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import type { DriftEntry, DriftReport } from '../../src/reconciler/model/drift.ts';
import { driftDiagnostics } from '../../src/report/drift-diagnostics.ts';
import { renderDriftJson } from '../../src/report/drift-json.ts';
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts';
import { renderDriftText } from '../../src/report/drift-text.ts';
import { driftLine } from '../../src/report/drift-words.ts';
import { durationBetween } from '../../src/report/duration.ts';
import { renderGithub } from '../../src/report/github.ts';
import { plain } from '../../src/report/paint.ts';
import { renderStableSarif } from '../../src/report/sarif.ts';
import { expectGolden } from './golden.ts';

const rule = {
  reason: 'INC-12: repaired by hand | see the ticket',
  until: '2026-12-01',
  declaredIn: { file: 'lake.yaml', line: 12 },
};
const role = (name: string) =>
  ({
    id: `iam-role/${name}`,
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: 'edl-dev01-access-team-oncology',
    region: 'eu-west-1',
  }) as const;

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const WIDENED: DriftEntry = {
  ...role('edl-dev01-team-oncology'),
  tier: 'sensitive',
  state: 'drifted',
  effect: 'widens',
  parts: [
    {
      path: '/Description',
      properties: [{ path: '/Description', before: 'mine', after: 'Team oncology', cause: 'drifted' }],
      live: 'mine',
      declared: 'Team oncology',
      effect: 'neutral',
    },
    {
      path: '/ManagedPolicyArns/0',
      properties: [{ path: '/ManagedPolicyArns/0', before: ADMIN, cause: 'drifted' }],
      live: ADMIN,
      effect: 'widens',
      meaning: 'the role has what the policy AdministratorAccess of AWS gives',
    },
    {
      path: '/Policies/1',
      properties: [{ path: '/Policies/1', after: { PolicyName: 'base' }, cause: 'drifted' }],
      declared: { PolicyName: 'base', PolicyDocument: {} },
      effect: 'narrows',
      meaning: 'it no longer allows athena:GetWorkGroup',
    },
  ],
  access: [
    {
      role: 'edl-dev01-team-oncology',
      principal: 'team:oncology',
      sort: 'rights',
      change: {
        principal: 'team:oncology',
        dataset: 'payroll',
        tier: 'sensitive',
        before: [],
        after: [{ level: 'read' }],
        people: 2,
      },
      certainty: 'proven',
      deed: 'policy-attached',
      policy: ADMIN,
    },
  ],
  author: {
    status: 'known',
    by: 'arn:aws:iam::111111111111:user/night_shift',
    event: 'AttachRolePolicy',
    eventId: '1',
    at: '2026-11-22T06:48:00Z',
    others: 1,
  },
  hold: rule,
  declaredIn: { file: 'catalog/principals/oncology.yaml', line: 1 },
};

const STRANGER: DriftEntry = {
  ...role('edl-dev01-backdoor'),
  stack: '',
  state: 'drifted',
  undeclared: true,
  effect: 'widens',
  meaning: 'nobody declared the role, and it may do whatever its policies say',
  parts: [],
  access: [],
  author: { status: 'unknown', reason: 'CloudTrail has no such event' },
};

const MISSING: DriftEntry = {
  ...role('edl-dev01-user-jane'),
  state: 'missing',
  effect: 'narrows',
  meaning: 'nobody can work as user:jane',
  parts: [],
  access: [],
};

const NEUTRAL: DriftEntry = {
  ...role('edl-dev01-team-crm'),
  state: 'drifted',
  effect: 'neutral',
  parts: [
    {
      path: '/MaxSessionDuration',
      properties: [{ path: '/MaxSessionDuration', before: 7200, after: 3600, cause: 'drifted' }],
      live: 7200,
      declared: 3600,
      effect: 'neutral',
    },
  ],
  access: [],
};

const REPORT: DriftReport = {
  formatVersion: '1',
  instance: 'dev01',
  asOf: '2026-11-22T10:00:00Z',
  catalog: { digest: digestOf('catalog'), commit: '1a2b3c4d5e6f7a8b9c0d', dirty: true },
  summary: {
    inSync: 211,
    drifted: 3,
    missing: 1,
    unknown: 1,
    widens: 2,
    narrows: 1,
    neutral: 1,
    ignored: 1,
    held: 1,
    pending: 2,
  },
  entries: [WIDENED, STRANGER, MISSING, NEUTRAL],
  ignored: [{ id: 's3-bucket/a', paths: ['/Tags/0/Value'], effect: 'neutral', rule }],
  unknown: [{ kind: 'glue-table', region: 'eu-west-1', reason: 'AccessDenied: glue:GetTables' }],
  immutability: {
    status: 'excepted',
    exceptions: [
      {
        who: 'arn:aws:iam::111111111111:role/admin',
        bucket: 'acme-datalake-dev01-internal-eu-west-1',
        actions: ['s3:PutObject', 's3:DeleteObject'],
        places: ['raw/', 'data/'],
        certainty: 'proven',
        because: 'its policy allows it and nothing forbids it',
      },
    ],
  },
  diagnostics: [
    { code: 'EDL-1365', severity: 'warning', summary: 'Grant ends soon', detail: 'Not for here.', file: 'a.yaml' },
    {
      code: 'EDL-1370',
      severity: 'warning',
      summary: 'Drift rule has ended',
      detail: 'The rule for iam-role/x held through 2026-11-01.',
      file: 'lake.yaml',
      line: 14,
    },
  ],
};

const HEALED: DriftReport = {
  ...REPORT,
  healed: {
    mode: 'tighten',
    results: [
      { id: WIDENED.id, path: '/ManagedPolicyArns/0', outcome: 'held', detail: rule.reason },
      { id: STRANGER.id, outcome: 'healed', how: 'service', detail: 'denies everything (iam:PutRolePolicy)' },
      { id: MISSING.id, outcome: 'left', detail: 'it does not widen access' },
      { id: NEUTRAL.id, path: '/MaxSessionDuration', outcome: 'left', detail: 'it does not widen access' },
      { id: 'kms-key/x', outcome: 'failed', code: 'EDL-4150', detail: 'AccessDenied: kms:PutKeyPolicy' },
    ],
  },
};
const AFTER: DriftReport = {
  ...REPORT,
  entries: [WIDENED, MISSING, NEUTRAL],
  summary: { ...REPORT.summary, widens: 1, drifted: 2 },
};
const CLEAN: DriftReport = {
  ...REPORT,
  summary: {
    ...REPORT.summary,
    drifted: 0,
    missing: 0,
    unknown: 0,
    widens: 0,
    narrows: 0,
    neutral: 0,
    ignored: 0,
    held: 0,
    pending: 0,
  },
  entries: [],
  ignored: [],
  unknown: [],
  immutability: { status: 'proven', exceptions: [] },
  diagnostics: [],
};

const diagnosticsOf = (report: DriftReport) => driftDiagnostics(report).map(({ diagnostic }) => diagnostic);

describe('golden reports of drift', () => {
  it.each([
    ['drift.txt', () => renderDriftText(REPORT, { paint: plain })],
    ['drift-healed.txt', () => renderDriftText(HEALED, { paint: plain, after: AFTER, isShown: true })],
    ['drift-none.txt', () => renderDriftText(CLEAN, { paint: plain })],
    ['drift.md', () => renderDriftMarkdown(HEALED, AFTER)],
    ['drift-none.md', () => renderDriftMarkdown(CLEAN)],
    ['drift.sarif', () => renderStableSarif(driftDiagnostics(REPORT), '0.1.0')],
    ['drift.github', () => renderGithub(diagnosticsOf(REPORT))],
  ])('%s', (name, render) => {
    expectGolden(name, render());
  });
});

describe('a drift report', () => {
  it('as JSON is what the schema says, healed or not', () => {
    const read = (name: string): object =>
      JSON.parse(
        readFileSync(fileURLToPath(new URL(`../../schemas/${name}.schema.json`, import.meta.url)), 'utf8'),
      ) as object;
    const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
    ajv.addFormat('date', fullFormats.date);
    ajv.addSchema(read('plan'));
    const validate = ajv.compile(read('drift'));
    for (const text of [renderDriftJson(REPORT), renderDriftJson(CLEAN), renderDriftJson(HEALED, AFTER)])
      expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
    expect(validate({ ...REPORT, entries: [{ ...WIDENED, effect: 'wider' }] })).toBe(false);
  });

  it('ends with the line that scripts search for', () => {
    expect(driftLine({ ...REPORT.summary, widens: 2, narrows: 1, neutral: 0 })).toBe(
      'Drift: 2 widen, 1 narrows, 0 neutral, 1 missing, 1 unknown, 211 in sync.',
    );
    expect(renderDriftText(HEALED, { paint: plain, after: AFTER }).trimEnd()).toMatch(
      /\nDrift: 1 widens, .* in sync\.$/,
    );
  });

  it('is one alert as long as the drift is the same, whatever the clock and people say', () => {
    const tomorrow: DriftReport = { ...REPORT, asOf: '2026-11-23T10:00:00Z' };
    const moved: DriftReport = { ...REPORT, entries: [{ ...NEUTRAL, parts: [] }] };
    const identities = (report: DriftReport) =>
      driftDiagnostics(report).map(({ diagnostic, identity }) => [diagnostic.code, identity]);
    expect(identities(tomorrow)).toEqual(identities(REPORT));
    const neutral = (report: DriftReport) => identities(report).find(([code]) => code === 'EDL-5072');
    expect(neutral(REPORT)).toBeDefined();
    expect(neutral(moved)).not.toEqual(neutral(REPORT));
  });

  it('tells a meaning once, however many properties have it', () => {
    const meaning = 'jobs load other bytes than those that were reviewed';
    const parts = ['/Md5', '/Size'].map((path, index) => ({
      path,
      properties: [{ path, before: index, after: 9, cause: 'drifted' as const }],
      effect: 'neutral' as const,
      meaning,
    }));
    const report: DriftReport = { ...CLEAN, entries: [{ ...NEUTRAL, parts }] };
    const [first] = diagnosticsOf(report);
    for (const text of [renderDriftText(report, { paint: plain }), first?.detail ?? '']) {
      expect(text.split(meaning)).toHaveLength(2);
      expect(text).toContain('Md5: 0 in AWS, declared 9');
      expect(text).toContain('Size: 1 in AWS, declared 9');
    }
  });

  it('keeps to its width', () => {
    const path = `/BucketEncryption/${'Rules/'.repeat(6)}KMSMasterKeyID`;
    const key = `arn:aws:kms:eu-west-1:111111111111:key/${'0'.repeat(12)}`;
    const parts = [{ path, properties: [{ path, before: key, after: key.toUpperCase(), cause: 'drifted' as const }] }];
    const wide: DriftEntry = {
      ...role(`edl-dev01-${'x'.repeat(54)}`),
      stack: 'edl-dev01-access-team-with-a-long-name',
      declaredIn: { file: `catalog/${'long-folder/'.repeat(5)}team.yaml`, line: 12 },
      state: 'drifted',
      effect: 'neutral',
      parts: parts.map((part) => ({ ...part, effect: 'neutral' as const })),
      access: [],
    };
    const text = renderDriftText({ ...CLEAN, entries: [wide] }, { paint: plain });
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toContain('declared');
    expect(text).toContain('team.yaml:12');
  });

  const UNMATCHED = { code: 'EDL-3110', severity: 'error', summary: 'Selection matches nothing', detail: 'x' } as const;
  const UNREAD = { kind: 'glue-table', region: 'eu-west-1', reason: 'AccessDenied' };
  it.each<[string, Partial<DriftReport>, number, string]>([
    ['everything was compared', {}, 211, 'No drift: AWS is as it was applied.'],
    [
      'the catalog has errors of its own',
      { diagnostics: [{ ...UNMATCHED, code: 'EDL-1365' }] },
      211,
      'No drift: AWS is',
    ],
    ['some could not be read', { unknown: [UNREAD] }, 3, 'No drift in what could be read.'],
    ['a name matches nothing', { diagnostics: [UNMATCHED] }, 3, 'No drift in what was compared.'],
    ['no name matches anything', { diagnostics: [UNMATCHED] }, 0, 'Nothing was compared'],
    ['nothing could be read', { unknown: [UNREAD] }, 0, 'Nothing was compared'],
  ])('says no more than it knows where %s', (_title, more, inSync, expected) => {
    const report: DriftReport = { ...CLEAN, ...more, summary: { ...CLEAN.summary, inSync } };
    const text = renderDriftText(report, { paint: plain });
    expect(text).toContain(expected);
    expect(text.includes('No drift: AWS is as it was applied')).toBe(expected.startsWith('No drift: AWS'));
    expect(renderDriftMarkdown(report).includes('✅')).toBe(expected.startsWith('No drift: AWS'));
  });

  it('says once that nobody knows who did any of it', () => {
    const author = { status: 'unknown', reason: 'cloudtrail:LookupEvents is denied' } as const;
    const report = { ...CLEAN, entries: [STRANGER, MISSING].map((entry) => ({ ...entry, author })) };
    expect(renderDriftText(report, { paint: plain }).match(/cloudtrail:LookupEvents/g)).toHaveLength(1);
    expect(renderDriftMarkdown(report).match(/cloudtrail:LookupEvents/g)).toHaveLength(1);
  });

  it('never exceeds what a comment takes', () => {
    const entries = Array.from({ length: 400 }, (_, index) => ({ ...WIDENED, ...role(`edl-dev01-team-${index}`) }));
    const text = renderDriftMarkdown({ ...REPORT, entries }, undefined, 20_000);
    expect(text.length).toBeLessThan(20_001);
    expect(text).toContain('sections left out');
  });
});

describe('durations', () => {
  it.each([
    ['2026-11-22T09:59:30Z', 'less than a minute'],
    ['2026-11-22T10:00:30Z', 'less than a minute'],
    ['2026-11-22T09:48:00Z', '12 min'],
    ['2026-11-22T06:48:00Z', '3 h 12 min'],
    ['2026-11-22T06:00:00Z', '4 h'],
    ['2026-11-21T08:00:00Z', '1 day 2 h'],
    ['2026-11-19T10:00:00Z', '3 days'],
    ['2026-11-01T08:00:00Z', '21 days'],
  ])('since %s: %s', (from, expected) => {
    expect(durationBetween(from, '2026-11-22T10:00:00Z')).toBe(expected);
  });
});
