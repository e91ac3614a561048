import { digestOf } from '../../src/reconciler/model/digest.ts';
import type { DriftEntry, DriftReport } from '../../src/reconciler/model/drift.ts';

const rule = {
  reason: 'INC-12: repaired by hand | see the ticket',
  until: '2026-12-01',
  declaredIn: { file: 'lake.yaml', line: 12 },
};
export const role = (name: string) =>
  ({
    id: `iam-role/${name}`,
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: 'edl-dev01-access-team-oncology',
    region: 'eu-west-1',
  }) as const;

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
export const WIDENED: DriftEntry = {
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

export const STRANGER: DriftEntry = {
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

export const MISSING: DriftEntry = {
  ...role('edl-dev01-user-jane'),
  state: 'missing',
  effect: 'narrows',
  meaning: 'nobody can work as user:jane',
  parts: [],
  access: [],
};

export const NEUTRAL: DriftEntry = {
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

export const REPORT: DriftReport = {
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

export const HEALED: DriftReport = {
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
export const AFTER: DriftReport = {
  ...REPORT,
  entries: [WIDENED, MISSING, NEUTRAL],
  summary: { ...REPORT.summary, widens: 1, drifted: 2 },
};
export const CLEAN: DriftReport = {
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
