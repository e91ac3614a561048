import { type HeldAccess, accessOf } from '../../src/access/held/access-of.ts';
import { type HeldWorld, worldOf } from '../../src/access/held/world.ts';
import { compileAccess } from '../../src/access/documents/compile.ts';
import type { AccessRole } from '../../src/access/documents/role.ts';
import type { EvaluationContext } from '../../src/access/evaluate/types.ts';
import type {
  Catalog,
  Dataset,
  Grant,
  GrantEntry,
  Pipeline,
  Principal,
  PrincipalRef,
  Tier,
} from '../../src/reconciler/model/catalog.ts';
import { roleArn } from '../../src/reconciler/model/names.ts';

export const AS_OF = '2026-06-01T12:00:00Z';
export const ACCOUNT = '111111111111';

const place = (file: string, line = 1) => ({ file, line });

export const tier = (name: string, more: Partial<Tier> = {}): Tier => ({
  name,
  approvals: [],
  metadata: 'exact',
  reasonRequired: false,
  selectorsAllowed: true,
  encryption: 'kms',
  ...more,
});

export const INTERNAL = tier('internal', { metadata: 'open', encryption: 's3' });
export const SENSITIVE = tier('sensitive');

export const dataset = (name: string, tierName = 'sensitive', more: Partial<Dataset> = {}): Dataset => ({
  name,
  tier: tierName,
  owner: 'team:owners',
  description: name,
  regions: ['eu-west-1'],
  instances: ['dev01'],
  updates: { kind: 'snapshot' },
  tables: [],
  expose: [],
  declaredIn: place(`catalog/datasets/${name}.yaml`),
  ...more,
});

export const team = (name: string, more: Partial<Principal> = {}): Principal => ({
  kind: 'team',
  name,
  ref: `team:${name}`,
  members: [],
  assumedBy: [{ arn: `arn:aws:iam::{account}:role/sso-${name}` }],
  declaredIn: place(`catalog/principals/${name}.yaml`, 2),
  ...more,
});

export const entry = (
  target: string | GrantEntry['target'],
  level: GrantEntry['level'],
  expires?: string,
  more: Partial<GrantEntry> = {},
): GrantEntry => ({
  target: typeof target === 'string' ? { dataset: target } : target,
  level,
  ...(expires === undefined ? {} : { expires }),
  declaredIn: place('catalog/grants/g.yaml', 4),
  ...more,
});

export const grant = (principal: PrincipalRef, ...access: GrantEntry[]): Grant => ({
  principal,
  access,
  declaredIn: place('catalog/grants/g.yaml'),
});

export const pipeline = (
  name: string,
  inputs: string[],
  outputs: string[],
  more: Partial<Pipeline> = {},
): Pipeline => ({
  name,
  owner: 'team:owners',
  engine: 'glue',
  language: 'sql',
  glueVersion: '5.1',
  workers: { type: 'G.1X', count: 2 },
  timeoutMinutes: 60,
  maxConcurrentRuns: 1,
  inputs,
  outputs,
  arguments: {},
  instances: ['dev01'],
  region: 'eu-west-1',
  files: [],
  declaredIn: place(`catalog/pipelines/${name}/pipeline_config.yaml`),
  ...more,
});

export interface Parts {
  readonly tiers?: readonly Tier[] | undefined;
  readonly datasets?: readonly Dataset[] | undefined;
  readonly principals?: readonly Principal[] | undefined;
  readonly grants?: readonly Grant[] | undefined;
  readonly pipelines?: readonly Pipeline[] | undefined;
  readonly regions?: readonly string[] | undefined;
}

export const catalogOf = (parts: Parts): Catalog => ({
  lake: {
    organization: 'acme',
    homeRegion: 'eu-west-1',
    instances: [
      { name: 'dev01', account: ACCOUNT, regions: parts.regions ?? ['eu-west-1'] },
      { name: 'prod', account: '333333333333', regions: ['eu-west-1', 'us-east-1'] },
    ],
    tiers: parts.tiers ?? [INTERNAL, SENSITIVE],
    allow: [],
    declaredIn: place('lake.yaml'),
  },
  datasets: parts.datasets ?? [],
  principals: parts.principals ?? [team('oncology')],
  grants: parts.grants ?? [],
  pipelines: parts.pipelines ?? [],
  digest: 'sha256:0',
});

export const roleOf = (catalog: Catalog, holder: string, asOf = AS_OF, instance = 'dev01'): AccessRole => {
  const role = compileAccess(catalog, instance, asOf).roles.find((one) => one.holder === holder);
  if (role === undefined) throw new Error(`no role of ${holder}`);
  return role;
};

export const arnOf = (role: AccessRole, account = ACCOUNT): string => roleArn(account, role.path, role.roleName);

export const contextOf = (role: AccessRole): EvaluationContext => ({ identity: [...role.inline, ...role.managed] });

export const heldIn = (world: HeldWorld, role: AccessRole): HeldAccess =>
  accessOf(
    { holder: role.holder, arn: arnOf(role, world.account), documents: [...role.inline, ...role.managed] },
    world,
  );

export const heldBy = (catalog: Catalog, role: AccessRole, asOf = AS_OF, instance = 'dev01'): HeldAccess =>
  heldIn(worldOf(catalog, instance, asOf), role);
