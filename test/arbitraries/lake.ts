import fc from 'fast-check';
import { digestCatalog, sortByContent, sortByName, sortGrants } from '../../src/catalog/catalog-digest.ts';
import type {
  Catalog,
  Dataset,
  Grant,
  GrantEntry,
  Level,
  Pipeline,
  Principal,
} from '../../src/reconciler/model/catalog.ts';
import { compareText } from '../../src/reconciler/model/json.ts';
import { addDays, HOME, lakeOf, LEVELS, owners, place, SAMPLE_AS_OF, TIERS } from './catalog-parts.ts';

const PRINCIPALS = ['team:oncology', 'team:statistics', 'service:reports'] as const;
/** Names of 5 to 40 characters, many of which start with one another. */
const WORDS = ['sales', 'sales-eu', 'trial', 'laboratory-results', 'supply-of-the-northern-european-sites'];
const REGIONS: readonly (readonly string[])[] = [[HOME], [HOME], [HOME, 'us-east-1'], ['us-east-1']];
const DOMAINS = ['clinical', 'crm'];

interface DatasetDraw {
  readonly tier: number;
  readonly regions: number;
  readonly domain: number;
  readonly exposed: number;
  readonly retiredIn: number;
}

const datasetDraw: fc.Arbitrary<DatasetDraw> = fc.record({
  tier: fc.nat(TIERS.length - 1),
  regions: fc.nat(REGIONS.length - 1),
  domain: fc.nat(DOMAINS.length),
  exposed: fc.nat(19),
  retiredIn: fc.integer({ min: -200, max: 200 }),
});

const pick = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(items.length, 1)];

const datasetOf = (draw: DatasetDraw, index: number): Dataset => {
  const name = `${pick(WORDS, index) ?? ''}-${index}`;
  const domain = DOMAINS[draw.domain];
  const regions = REGIONS[draw.regions] ?? [HOME];
  const level: Level | undefined = [...LEVELS].slice(0, 3)[draw.exposed];
  return {
    name,
    tier: TIERS[draw.tier]?.name ?? '',
    owner: 'team:owners',
    description: name,
    ...(domain === undefined ? {} : { domain }),
    regions,
    instances: regions.includes(HOME) ? ['dev01', 'prod'] : ['prod'],
    updates: { kind: 'snapshot' },
    tables: [],
    expose: level === undefined ? [] : [{ level, assumedBy: [{ arn: 'arn:aws:iam::444444444444:role/partner' }] }],
    ...(Math.abs(draw.retiredIn) > 10
      ? {}
      : { retired: { on: addDays(SAMPLE_AS_OF, draw.retiredIn), reason: 'Replaced' } }),
    declaredIn: place(`catalog/datasets/${name}.yaml`),
  };
};

interface EntryDraw {
  readonly principal: number;
  readonly dataset: number;
  readonly level: Level;
  readonly date: number;
  readonly selector: number;
  readonly onlyProd: boolean;
}

const entryDraw: fc.Arbitrary<EntryDraw> = fc.record({
  principal: fc.nat(9),
  dataset: fc.nat(9999),
  level: fc.constantFrom<Level>('read', 'read', 'read', ...LEVELS),
  date: fc.nat(39),
  selector: fc.nat(99),
  onlyProd: fc.boolean(),
});

/** Dates of a lake come from few: none, one, three, a dozen, or one for nearly every grant. */
const DATES = [0, 1, 3, 12, 40];

const entryOf = (draw: EntryDraw, datasets: readonly Dataset[], dates: number): GrantEntry[] => {
  const dataset = pick(datasets, draw.dataset);
  if (dataset === undefined) return [];
  const tier = { tier: dataset.tier };
  const target =
    draw.selector === 0
      ? { select: tier }
      : draw.selector === 1
        ? { select: { ...tier, ...(dataset.domain === undefined ? {} : { domain: dataset.domain }) } }
        : { dataset: dataset.name };
  // Half of the grants of a lake with dates have one.
  const isDated = dates > 0 && draw.date % 2 === 0;
  return [
    {
      target,
      level: draw.level,
      ...(isDated ? { expires: addDays(SAMPLE_AS_OF, 1 + (draw.date % dates)) } : {}),
      ...(draw.onlyProd && draw.selector > 80 ? { instances: ['prod'] } : {}),
      declaredIn: place('catalog/grants/grant.yaml'),
    },
  ];
};

/** Most entries go to the first principal, so that its documents split several times. */
const grantsOf = (draws: readonly EntryDraw[], datasets: readonly Dataset[], dates: number): readonly Grant[] =>
  PRINCIPALS.map((principal, index) => ({
    principal,
    reason: 'Analysis, REQ-1',
    access: sortByContent(
      draws
        .filter((draw) => Math.max(0, draw.principal - 7) === index)
        .flatMap((draw) => entryOf(draw, datasets, dates)),
    ),
    declaredIn: place(`catalog/grants/${principal.replace(':', '-')}.yaml`),
  }));

const principals: readonly Principal[] = PRINCIPALS.map((ref): Principal => {
  const [kind, name = ''] = ref.split(':');
  return {
    kind: kind === 'service' ? 'service' : 'team',
    name,
    ref,
    members: [],
    assumedBy: [{ arn: `arn:aws:iam::{account}:role/sso-${name}` }, { identityCenter: { permissionSet: 'Data' } }],
    declaredIn: place(`catalog/principals/${name}.yaml`),
  };
});

const pipelineOf = (draw: readonly [number, number, number], index: number, all: readonly Dataset[]): Pipeline[] => {
  const datasets = all.filter((dataset) => dataset.regions.includes(HOME) && dataset.retired === undefined);
  const [output, ...inputs] = draw.flatMap((at) => pick(datasets, at)?.name ?? []);
  if (output === undefined) return [];
  const name = `make-${index}`;
  return [
    {
      name,
      owner: 'team:owners',
      engine: index % 2 === 0 ? 'glue' : 'emr-serverless',
      language: 'sql',
      glueVersion: '5.1',
      workers: { type: 'G.1X', count: 2 },
      timeoutMinutes: 60,
      maxConcurrentRuns: 1,
      inputs: [...new Set(inputs.filter((input) => input !== output))].sort(compareText),
      outputs: [output],
      arguments: {},
      instances: ['dev01', 'prod'],
      region: HOME,
      files: [{ path: '10-main.sql', content: 'SELECT 1 AS one\n' }],
      declaredIn: place(`catalog/pipelines/${name}/pipeline_config.yaml`),
    },
  ];
};

/** How large a lake to draw. */
export interface LakeArbitraryOptions {
  readonly datasets: { readonly min: number; readonly max: number };
  readonly entries: { readonly min: number; readonly max: number };
}

/**
 * Lakes for the laws of packing: 1 to hundreds of datasets in three tiers and two regions, some exposed, some retired,
 * pipelines, and one principal with very many grants of all levels, with few or many dates. Cheap to draw; what files say
 * about them is the business of `catalogArbitrary`.
 */
export const lakeArbitrary = ({ datasets, entries }: LakeArbitraryOptions): fc.Arbitrary<Catalog> =>
  fc
    .record({
      datasets: fc.array(datasetDraw, { minLength: datasets.min, maxLength: datasets.max, size: 'max' }),
      entries: fc.array(entryDraw, { minLength: entries.min, maxLength: entries.max, size: 'max' }),
      dates: fc.constantFrom(...DATES),
      pipelines: fc.array(fc.tuple(fc.nat(9999), fc.nat(9999), fc.nat(9999)), { maxLength: 4 }),
    })
    .map((draw): Catalog => {
      const all = sortByName(draw.datasets.map(datasetOf));
      const content = {
        lake: lakeOf('acme', TIERS, true),
        datasets: all,
        principals: [...principals, owners].sort((left, right) => compareText(left.ref, right.ref)),
        grants: sortGrants(grantsOf(draw.entries, all, draw.dates)),
        pipelines: sortByName(draw.pipelines.flatMap((one, index) => pipelineOf(one, index, all))),
      };
      return { ...content, digest: digestCatalog(content) };
    });
