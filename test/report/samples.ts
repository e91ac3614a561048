import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import type { Change, Plan } from '../../src/reconciler/model/plan.ts';
import type { ApplyResult } from '../../src/reconciler/model/result.ts';

const ACCESS = 'edl-dev01-access-team-oncology';
const CATALOG = 'edl-dev01-catalog-eu-west-1';
const REGION = 'eu-west-1';

const role = {
  id: 'iam-role/edl-dev01-team-oncology',
  kind: 'iam-role',
  type: 'AWS::IAM::Role',
  stack: ACCESS,
  region: REGION,
} as const;

const table = (name: string) =>
  ({
    id: `glue-table/${REGION}/${name}`,
    kind: 'glue-table',
    type: 'AWS::Glue::Table',
    stack: CATALOG,
    region: REGION,
  }) as const;

export const CHANGES: readonly Change[] = [
  {
    action: 'create',
    ...table('clinical_trials__outcomes'),
    after: { Description: 'Trial outcomes' },
    declaredIn: { file: 'catalog/datasets/clinical-trials.yaml', line: 9, column: 3 },
  },
  {
    action: 'prune',
    ...table('old_crm__contacts'),
    holdsData: false,
  },
  {
    action: 'update',
    ...table('visits__all'),
    impact: 'in-place',
    properties: [
      {
        path: '/TableInput/Description',
        before: 'Visits',
        after: 'All visits of `all` sites | every day',
        cause: 'edited',
      },
      { path: '/TableInput/Parameters/secret-note', before: 'hunter2', after: 'hunter3', cause: 'edited' },
    ],
    declaredIn: { file: 'catalog/datasets/visits.yaml', line: 1 },
  },
  {
    action: 'update',
    ...role,
    impact: 'in-place',
    properties: [
      { path: '/Description', before: 'Oncology', after: 'Team oncology', cause: 'both' },
      { path: '/MaxSessionDuration', before: 3600, after: 7200, cause: 'edited' },
      {
        path: '/Policies/0/PolicyDocument/Statement/0/Resource',
        before: ['arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1/a/*'],
        after: ['arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1/b/*'],
        cause: 'edited',
      },
      { path: '/Policies/1', after: { PolicyName: 'read-2' }, cause: 'edited' },
    ],
    declaredIn: { file: 'catalog/principals/oncology.yaml', line: 1 },
  },
  {
    action: 'adopt',
    before: {},
    id: 's3-bucket/acme-datalake-dev01-internal-eu-west-1',
    kind: 's3-bucket',
    type: 'AWS::S3::Bucket',
    stack: 'edl-dev01-foundation-eu-west-1',
    region: REGION,
    after: {},
    ownership: 'unowned',
    properties: [{ path: '/VersioningConfiguration/Status', before: 'Suspended', after: 'Enabled', cause: 'both' }],
  },
];

export const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    code: 'EDL-3012',
    severity: 'warning',
    summary: 'Existing object will be adopted',
    detail:
      's3-bucket/acme-datalake-dev01-internal-eu-west-1 exists already and nobody has marked it, so it is taken over instead of created. 1 property of it will change. Make sure that nobody else manages it.',
    guard: 'ownership',
    target: 's3-bucket/acme-datalake-dev01-internal-eu-west-1',
  },
  {
    code: 'EDL-1301',
    severity: 'note',
    summary: 'Grant ends soon',
    detail:
      'The grant of jane.doe@acme.example on 100 % of "visits" ends on 2026-11-30: renew it | let it go.\nSee <the file>.',
    file: 'catalog/grants/oncology trials.yaml',
    line: 4,
    column: 5,
  },
];

export const REFUSAL: Diagnostic = {
  code: 'EDL-3003',
  severity: 'error',
  summary: 'Dataset would be forgotten',
  detail: 'Dataset crm is registered in eu-west-1, but nothing declares it any more. Put it back.',
  file: 'lake.yaml',
  line: 1,
  guard: 'data-loss',
  target: 'crm',
};

export const PLAN: Plan = {
  formatVersion: '1',
  instance: 'dev01',
  digest: digestOf('plan'),
  catalog: { digest: digestOf('catalog'), commit: '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b', dirty: true },
  live: { digest: digestOf('live'), unreadable: [] },
  summary: { create: 1, update: 2, adopt: 1, prune: 1, unchanged: 212 },
  changes: CHANGES,
  drift: [
    {
      id: 'iam-role/edl-dev01-user-jane',
      kind: 'iam-role',
      type: 'AWS::IAM::Role',
      stack: 'edl-dev01-access-user-jane',
      region: REGION,
      status: 'drifted',
      properties: [
        { path: '/Description', before: 'by hand', after: 'User jane', cause: 'drifted' },
        { path: '/Policies/1', before: { PolicyName: 'extra' }, cause: 'drifted' },
      ],
    },
    {
      id: `glue-table/${REGION}/visits__sites`,
      kind: 'glue-table',
      type: 'AWS::Glue::Table',
      stack: CATALOG,
      region: REGION,
      status: 'missing',
      properties: [],
    },
  ],
  waves: [['edl-dev01-foundation-eu-west-1'], [ACCESS, CATALOG]],
  asOf: '2026-11-22T10:00:00Z',
  people: [
    { tier: 'sensitive', effect: 'gain', level: 'read', people: 4, others: [] },
    { tier: 'restricted', effect: 'lose', level: 'write', people: 1, others: [] },
    { tier: 'restricted', effect: 'keep', level: 'read', people: 0, others: ['team:crm'] },
  ],
  outside: [
    {
      sort: 'rights',
      role: 'edl-dev01-user-jane',
      principal: 'user:jane',
      change: { principal: 'user:jane', dataset: 'payroll', tier: 'sensitive', before: [], after: [{ level: 'read' }] },
      certainty: 'proven',
      deed: 'policies-changed',
    },
    {
      sort: 'callers',
      role: 'edl-dev01-user-jane',
      principal: 'user:jane',
      gained: ['arn:aws:iam::111111111111:role/sso_interns'],
      lost: [],
    },
  ],
  access: [
    {
      principal: 'team:oncology',
      dataset: 'clinical-trials',
      tier: 'sensitive',
      before: [],
      after: [{ level: 'read', until: '2026-12-31' }],
      people: 4,
      approvals: ['team:clinical-data', 'team:security'],
      reason: 'Outcomes | REQ-1234 for @jane',
      declaredIn: { file: 'catalog/grants/oncology-trials.yaml', line: 5 },
    },
    { principal: 'user:jane', dataset: 'crm', tier: 'restricted', before: [{ level: 'write' }], after: [], people: 1 },
    {
      principal: 'team:crm',
      dataset: 'crm',
      tier: 'restricted',
      before: [{ level: 'read', until: '2026-11-30' }],
      after: [{ level: 'read', until: '2027-11-30' }],
    },
  ],
  diagnostics: DIAGNOSTICS,
};

const { people: _people, outside: _outside, ...BARE } = PLAN;

export const EMPTY: Plan = {
  ...BARE,
  summary: { create: 0, update: 0, adopt: 0, prune: 0, unchanged: 217 },
  changes: [],
  drift: [],
  waves: [],
  access: [],
  diagnostics: [],
};

export const APPLIED: ApplyResult = {
  instance: 'dev01',
  results: [
    {
      outcome: 'applied',
      stack: 'edl-dev01-foundation-eu-west-1',
      seconds: 12.34,
      objects: ['s3-bucket/a', 's3-bucket/b'],
    },
    { outcome: 'unchanged', stack: 'edl-dev01-objects-eu-west-1' },
    {
      outcome: 'failed',
      stack: ACCESS,
      seconds: 3,
      objects: [],
      failures: [
        {
          code: 'EDL-4012',
          id: role.id,
          message:
            'Resource handler returned message: "Invalid principal in policy: *" (Service: Iam, Status Code: 400). CloudFormation rolled the stack back.',
        },
      ],
    },
    { outcome: 'skipped', stack: 'edl-dev01-job-daily', because: 'dependency-failed', dependency: ACCESS },
    { outcome: 'skipped', stack: CATALOG, because: 'cancelled' },
  ],
};
