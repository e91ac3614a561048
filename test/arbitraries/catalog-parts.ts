import fc from 'fast-check';
import { sortByContent, sortByName } from '../../src/catalog/catalog-digest.ts';
import type {
  Caller,
  Dataset,
  Day,
  Instance,
  Lake,
  Level,
  Principal,
  Table,
  Tier,
  Updates,
} from '../../src/reconciler/model/catalog.ts';
import type { SourceLocation } from '../../src/reconciler/model/diagnostic.ts';

/** How large a catalog to draw; each `max` is inclusive. */
export interface CatalogArbitraryOptions {
  readonly datasets?: { readonly min?: number; readonly max?: number };
  readonly principals?: { readonly min?: number; readonly max?: number };
  /** Grant files; each has one to five entries. */
  readonly grants?: { readonly min?: number; readonly max?: number };
  readonly pipelines?: { readonly max?: number };
  /** Expiries lie after this day, within each tier's longest grant. Default: 2026-11-22. */
  readonly asOf?: Day;
  /** Also draw grants that ended before `asOf` (valid, with a warning). Default: false. */
  readonly expired?: boolean;
  /** Whether `prod` has us-east-1 too. Default: true. */
  readonly twoRegions?: boolean;
}

export const SAMPLE_AS_OF: Day = '2026-11-22';
export const HOME = 'eu-west-1';
const SECOND = 'us-east-1';
const DOMAINS = ['clinical', 'crm', 'supply'];
export const LEVELS: readonly Level[] = ['discover', 'read', 'read-raw', 'write', 'admin'];
/** Few words, so that names often start with one another: `sales`, `sales-eu`. */
const WORDS = ['sales', 'eu', 'trials', 'site', 'lab7', 'a', 'raw', 'data'];

export const place = (file: string, line = 2): SourceLocation => ({ file, line, column: 1 });

/** The day `days` after another one. */
export const addDays = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export const nameArbitrary = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 })
  .map((words) => words.join('-'));

export const TIERS: readonly Tier[] = [
  {
    name: 'internal',
    defaultRole: { assumedBy: [] },
    approvals: [],
    metadata: 'open',
    reasonRequired: false,
    selectorsAllowed: true,
    encryption: 's3',
  },
  {
    name: 'restricted',
    approvals: ['owner'],
    maxGrantDays: 365,
    metadata: 'open',
    reasonRequired: false,
    selectorsAllowed: true,
    encryption: 'kms',
  },
  {
    name: 'sensitive',
    approvals: ['owner', 'security'],
    maxGrantDays: 90,
    metadata: 'exact',
    reasonRequired: true,
    selectorsAllowed: false,
    encryption: 'kms',
  },
];

export const lakeOf = (organization: string, tiers: readonly Tier[], twoRegions: boolean): Lake => {
  const instances: readonly Instance[] = [
    { name: 'dev01', account: '111111111111', regions: [HOME] },
    { name: 'prod', account: '333333333333', regions: twoRegions ? [HOME, SECOND] : [HOME] },
  ];
  return {
    organization,
    awsOrganizationId: 'o-abc1234567',
    homeRegion: HOME,
    instances,
    tiers,
    security: 'team:owners',
    allow: [],
    declaredIn: place('lake.yaml'),
  };
};

const callerArbitrary: fc.Arbitrary<Caller> = fc.oneof(
  fc.constantFrom('alpha', 'beta').map((name) => ({ arn: `arn:aws:iam::{account}:role/sso-${name}` })),
  fc.constant({ arn: 'arn:aws:iam::444444444444:role/partner', instances: ['prod'] }),
  fc.constantFrom('Analysts', 'Stewards').map((permissionSet) => ({ identityCenter: { permissionSet } })),
  fc.constant({ saml: { provider: 'corporate', attributes: { sub_type: ['persistent'] } } }),
  fc.constant({
    oidc: {
      provider: 'ci.acme.example',
      audience: 'sts.amazonaws.com',
      subjects: ['repo:acme/lake:ref:refs/heads/main'],
    },
  }),
);

const callersArbitrary = fc.uniqueArray(callerArbitrary, {
  minLength: 1,
  maxLength: 3,
  selector: (caller) => JSON.stringify(caller),
});

const updatesArbitrary: fc.Arbitrary<Updates> = fc.oneof(
  fc.constant({ kind: 'snapshot' as const }),
  fc.constant({ kind: 'delta' as const, keys: ['id'], orderBy: 'recorded_at' }),
  fc.constant({ kind: 'delta' as const, keys: ['id'], orderBy: 'recorded_at', deletes: 'is_deleted' }),
);

const tableArbitrary: fc.Arbitrary<Table> = fc.record(
  {
    name: fc.constantFrom('main', 'visits', 'sites', 'eu_sales'),
    description: fc.constantFrom('One row an event', 'One row a site'),
    columns: fc
      .uniqueArray(fc.constantFrom('amount', 'country', 'payload', 'tags'), { maxLength: 4 })
      .map((names) => [
        { name: 'id', type: 'string', description: 'Identifier' },
        { name: 'recorded_at', type: 'timestamp' },
        { name: 'is_deleted', type: 'boolean' },
        ...names.map((name) => ({ name, type: name === 'amount' ? 'decimal(18,2)' : 'array<string>' })),
      ]),
  },
  { requiredKeys: ['name', 'columns'] },
);

const tablesArbitrary = fc
  .uniqueArray(tableArbitrary, { maxLength: 3, selector: (table) => table.name })
  .map(sortByName);

export const datasetArbitrary = (name: string, tiers: readonly Tier[], options: CatalogArbitraryOptions) =>
  fc
    .record({
      tier: fc.constantFrom(...tiers.map((tier) => tier.name)),
      domain: fc.option(fc.constantFrom(...DOMAINS), { nil: undefined }),
      regions:
        options.twoRegions === false
          ? fc.constant([HOME])
          : fc.constantFrom<string[]>([HOME], [HOME, SECOND], [SECOND]),
      instances: fc.constantFrom(['dev01', 'prod'], ['prod'], ['dev01']),
      updates: updatesArbitrary,
      personalData: fc.boolean(),
      tables: tablesArbitrary,
      exposed: fc.option(fc.tuple(fc.constantFrom<Level>('discover', 'read', 'read-raw'), callersArbitrary), {
        nil: undefined,
        freq: 4,
      }),
      retiredIn: fc.option(fc.integer({ min: -30, max: 30 }), { nil: undefined, freq: 8 }),
    })
    .map((draw): Dataset => ({
      name,
      tier: draw.tier,
      owner: 'team:owners',
      description: `Everything about ${name}`,
      ...(draw.domain === undefined ? {} : { domain: draw.domain }),
      regions: draw.regions,
      // Only prod has the second region, so a dataset that is there alone belongs to prod.
      instances: draw.regions.includes(HOME) ? draw.instances : ['prod'],
      updates: draw.updates,
      ...(draw.personalData ? { privacy: { personalData: true, categories: ['health'], retention: '7y' } } : {}),
      tables: draw.tables,
      expose: draw.exposed === undefined ? [] : [{ level: draw.exposed[0], assumedBy: sortByContent(draw.exposed[1]) }],
      ...(draw.retiredIn === undefined
        ? {}
        : { retired: { on: addDays(options.asOf ?? SAMPLE_AS_OF, draw.retiredIn), reason: 'Replaced' } }),
      declaredIn: place(`catalog/datasets/${name}.yaml`),
    }));

export const owners: Principal = {
  kind: 'team',
  name: 'owners',
  ref: 'team:owners',
  members: ['olga@acme.example', 'omar@acme.example'],
  assumedBy: [{ arn: 'arn:aws:iam::{account}:role/sso-owners' }],
  declaredIn: place('catalog/principals/owners.yaml'),
};

export const principalArbitrary: fc.Arbitrary<Principal> = fc
  .record({
    kind: fc.constantFrom('team' as const, 'user' as const, 'service' as const),
    name: nameArbitrary.filter((name) => name.length <= 30),
    members: fc.subarray(['ann@acme.example', 'bob@acme.example', 'cleo@acme.example']),
    assumedBy: callersArbitrary,
  })
  .map(({ kind, name, members, assumedBy }) => ({
    kind,
    name,
    ref: `${kind}:${name}` as const,
    members: kind === 'team' ? members : [],
    assumedBy: sortByContent(assumedBy),
    declaredIn: place(`catalog/principals/${kind}-${name}.yaml`),
  }));
