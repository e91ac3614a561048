import { beforeAll, describe, expect, it } from 'vitest';
import { composePlan } from '../../src/app/compose-plan.ts';
import { gatherDrift } from '../../src/reconciler/drift/gather.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import { digestOfProperties } from '../../src/reconciler/model/mark.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { compileSound, loadSample, sampleInput } from '../compile/sample.ts';
import { appliedAws, changeByHand, observeLive, type Aws } from '../support/golden-live.ts';
import type { OutOfBand } from '../support/golden-story.ts';

/** Deeds past git on the sample lake, and where each shows. What the sandbox can play is in test/scenario/drift. */

let catalog: Catalog;
let desired: DesiredState;
let aws: Aws;

const NOTHING: LiveState = { stacks: [], resources: [], unreadable: [] };

const planFor = (live: LiveState) =>
  composePlan({ catalog, desired, live, diagnostics: [], meta: {}, selection: { targets: [], excludes: [] } });

beforeAll(async () => {
  catalog = await loadSample();
  desired = compileSound(await sampleInput('dev01'));
  aws = appliedAws(simulate(NOTHING, planFor(NOTHING), desired, resourceKinds), desired);
});

const found = (byHand: OutOfBand): readonly string[] => {
  const live = observeLive(changeByHand(aws, byHand), desired, undefined);
  return gatherDrift({ plan: planFor(live), desired, live, kinds: resourceKinds }).flatMap(
    ({ id, state, undeclared, parts }) =>
      parts.length === 0
        ? [`${id} ${undeclared === true ? 'undeclared' : state}`]
        : parts.map(({ path }) => `${id} ${state} ${path}`),
  );
};

const DATA = 'acme-datalake-dev01-internal-eu-west-1';
const JOB = 'glue-job/eu-west-1/edl-dev01-sales-daily';
const JOB_LIST = 'registry/eu-west-1/jobs';
const TABLE = 'glue-table/eu-west-1/edl_dev01_internal/site_codes__sites';
const KEY = 'kms-key/eu-west-1/edl-dev01-restricted';
const ALIAS = 'kms-alias/eu-west-1/edl-dev01-restricted';
const ROLE = 'iam-role/edl-dev01-team-oncology';

describe('what people do by hand', () => {
  it('nothing', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[`${string}/${string}`, string, string, NonNullable<OutOfBand['set']>[number]['value']]>([
    [ROLE, '/PermissionsBoundary', '/PermissionsBoundary', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    [ROLE, '/ManagedPolicyArns', '/ManagedPolicyArns/0', ['arn:aws:iam::aws:policy/AdministratorAccess']],
    [`s3-bucket/${DATA}`, '/VersioningConfiguration/Status', '/VersioningConfiguration', 'Suspended'],
    [`s3-bucket/${DATA}`, '/PublicAccessBlockConfiguration', '/PublicAccessBlockConfiguration', {}],
    [`s3-bucket/${DATA}`, '/LifecycleConfiguration/Rules/0/Status', '/LifecycleConfiguration', 'Disabled'],
    [`s3-bucket/${DATA}`, '/OwnershipControls', '/OwnershipControls', { Rules: [{ ObjectOwnership: 'ObjectWriter' }] }],
    [KEY, '/Grants', '/Grants/0', [{ GrantId: 'g', GranteePrincipal: 'a', Operations: ['Decrypt'] }]],
    [KEY, '/KeyState', '/KeyState', 'PendingDeletion'],
    [ALIAS, '/TargetKeyId', '/TargetKeyId', '11111111-2222-3333-4444-555555555555'],
    [TABLE, '/TableInput/StorageDescriptor/Location', '/TableInput', 's3://elsewhere/'],
    [JOB, '/Command/ScriptLocation', '/Command', 's3://elsewhere/job.py'],
    [JOB, '/Role', '/Role', 'arn:aws:iam::111111111111:role/admin'],
    [JOB, '/DefaultArguments/--extra', '/DefaultArguments', 'x'],
    ['athena-workgroup/eu-west-1/edl-dev01-team-oncology', '/State', '/State', 'DISABLED'],
    ['registry/eu-west-1', '/Document/datasets', '/Document', {}],
    [JOB_LIST, '/Document/jobs', '/Document', {}],
  ])('%s, %s → %s', (id, path, part, value) => {
    expect(found({ set: [{ id, path, value }] })).toEqual([`${id} drifted ${part}`]);
  });

  it.each<`${string}/${string}`>([
    ROLE,
    'iam-managed-policy/edl-dev01-boundary',
    `s3-bucket/${DATA}`,
    `s3-bucket-policy/${DATA}`,
    KEY,
    ALIAS,
    'athena-workgroup/eu-west-1/edl-dev01-team-oncology',
    TABLE,
    'glue-database/eu-west-1/edl_dev01_internal',
    JOB,
  ])('%s deleted → missing', (id) => {
    expect(found({ delete: [id] })).toEqual([`${id} missing`]);
  });

  it('a registry that was overwritten with its mark, and a table that it listed deleted', () => {
    const add = [{ id: 'registry/eu-west-1' as const, properties: { Document: {} } }];
    expect(found({ add, delete: [TABLE] })).toEqual([
      `${TABLE} missing`,
      'registry/eu-west-1 drifted /Bucket',
      'registry/eu-west-1 drifted /Document',
      'registry/eu-west-1 drifted /Key',
    ]);
  });

  it('a job that is gone with the list that proved it: may be new', () => {
    expect(found({ delete: [JOB, JOB_LIST] })).toEqual([]);
  });

  it('a job that the list as applied does not have: is new', () => {
    const Document = { formatVersion: '1', instance: 'dev01', region: 'eu-west-1', jobs: {} };
    const properties = { Bucket: 'acme-datalake-artifacts-dev01-eu-west-1', Key: 'edl/jobs.json', Document };
    const mark = { owner: 'acme/dev01', id: JOB_LIST, digest: digestOfProperties(properties) };
    expect(found({ delete: [JOB], add: [{ id: JOB_LIST, properties, mark }] })).toEqual([]);
  });

  it('a role and a policy that nobody declared', () => {
    const add = [
      { id: 'iam-role/night' as const, properties: { RoleName: 'night', Path: '/edl/dev01/' } },
      { id: 'iam-managed-policy/night' as const, properties: { ManagedPolicyName: 'night', Path: '/edl/dev01/' } },
    ];
    expect(found({ add })).toEqual(['iam-managed-policy/night undeclared', 'iam-role/night undeclared']);
  });
});
