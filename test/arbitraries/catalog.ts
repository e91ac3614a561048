import fc from 'fast-check';
import { digestCatalog, sortByContent, sortByName, sortGrants } from '../../src/catalog/catalog-digest.ts';
import type {
  Catalog,
  Dataset,
  Day,
  Grant,
  GrantEntry,
  Level,
  Pipeline,
  Principal,
  Selector,
  Tier,
} from '../../src/reconciler/model/catalog.ts';
import type { SourceLocation } from '../../src/reconciler/model/diagnostic.ts';
import { compareText } from '../../src/reconciler/model/json.ts';
import {
  addDays,
  type CatalogArbitraryOptions,
  datasetArbitrary,
  HOME,
  lakeOf,
  LEVELS,
  nameArbitrary,
  owners,
  place,
  principalArbitrary,
  SAMPLE_AS_OF,
  TIERS,
} from './catalog-parts.ts';

/** Picks a principal and targets by index, so that shrinking stays valid. */
interface GrantDraw {
  readonly principal: number;
  readonly entries: readonly {
    readonly target: number;
    readonly bySelector: boolean;
    readonly withDomain: boolean;
    readonly level: Level;
    readonly days: number;
    readonly dated: boolean;
    readonly past: boolean;
    readonly onlyProd: boolean;
  }[];
}

const grantDrawArbitrary: fc.Arbitrary<GrantDraw> = fc.record({
  principal: fc.nat(999),
  entries: fc.array(
    fc.record({
      target: fc.nat(999),
      bySelector: fc.boolean(),
      withDomain: fc.boolean(),
      level: fc.constantFrom(...LEVELS),
      days: fc.integer({ min: 1, max: 88 }),
      dated: fc.boolean(),
      past: fc.boolean(),
      onlyProd: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

interface GrantContext {
  readonly tiers: readonly Tier[];
  readonly datasets: readonly Dataset[];
  readonly principals: readonly Principal[];
  readonly options: CatalogArbitraryOptions;
}

const selectorOf = (dataset: Dataset, withDomain: boolean): Selector => ({
  tier: dataset.tier,
  ...(withDomain && dataset.domain !== undefined ? { domain: dataset.domain } : {}),
});

const expiryOf = (
  draw: GrantDraw['entries'][number],
  mustEnd: boolean,
  options: CatalogArbitraryOptions,
): Day | undefined => {
  const asOf = options.asOf ?? SAMPLE_AS_OF;
  if (options.expired === true && draw.past) return addDays(asOf, -draw.days);
  return draw.dated || mustEnd ? addDays(asOf, draw.days) : undefined;
};

const entryOf = (
  draw: GrantDraw['entries'][number],
  principal: Principal,
  context: GrantContext,
  declaredIn: SourceLocation,
): GrantEntry[] => {
  const dataset = context.datasets[draw.target % context.datasets.length];
  const tier = context.tiers.find((candidate) => candidate.name === dataset?.tier);
  if (dataset === undefined || tier === undefined) return [];
  const bySelector = draw.bySelector && tier.selectorsAllowed;
  const onlyProd = draw.onlyProd && dataset.instances.includes('prod');
  const mustEnd = tier.maxGrantDays !== undefined && principal.kind !== 'service';
  const expires = expiryOf(draw, mustEnd, context.options);
  return [
    {
      target: bySelector ? { select: selectorOf(dataset, draw.withDomain) } : { dataset: dataset.name },
      level: draw.level,
      ...(expires === undefined ? {} : { expires }),
      ...(onlyProd ? { instances: ['prod'] } : {}),
      declaredIn,
    },
  ];
};

const grantOf = (draw: GrantDraw, index: number, context: GrantContext): Grant[] => {
  const principal = context.principals[draw.principal % context.principals.length];
  if (principal === undefined) return [];
  const file = `catalog/grants/grant-${index}.yaml`;
  const access = draw.entries.flatMap((entry, line) => entryOf(entry, principal, context, place(file, 5 + line)));
  return [
    { principal: principal.ref, reason: 'Analysis, REQ-1', access: sortByContent(access), declaredIn: place(file) },
  ];
};

interface PipelineDraw {
  readonly inputs: readonly number[];
  readonly output: number;
  readonly sql: boolean;
  readonly scheduled: boolean;
}

const pipelineDrawArbitrary: fc.Arbitrary<PipelineDraw> = fc.record({
  inputs: fc.array(fc.nat(999), { minLength: 1, maxLength: 3 }),
  output: fc.nat(999),
  sql: fc.boolean(),
  scheduled: fc.boolean(),
});

const PYSPARK_FILE = {
  path: 'pipeline.py',
  content: 'def run(spark, inputs, arguments):\n    return dict(inputs)\n',
};
const SQL_FILE = { path: '10-main.sql', content: 'SELECT 1 AS one\n' };

const intersect = (lists: readonly (readonly string[])[]): readonly string[] =>
  (lists[0] ?? []).filter((item) => lists.every((list) => list.includes(item)));

/** The word of the owner for each input of a higher tier than the output. */
const declassifyOf = (inputs: readonly Dataset[], output: Dataset, file: string): Pick<Pipeline, 'declassify'> => {
  const rank = ({ tier }: Dataset): number => TIERS.findIndex(({ name }) => name === tier);
  const higher = sortByName([...new Set(inputs)].filter((input) => rank(input) > rank(output)));
  return higher.length === 0
    ? {}
    : {
        declassify: higher.map(({ name, owner }) => ({
          dataset: name,
          by: owner,
          reason: 'Counts only',
          declaredIn: place(file),
        })),
      };
};

/** One pipeline an output at most; where its datasets share no instance and region, none at all. */
const pipelinesOf = (draws: readonly PipelineDraw[], all: readonly Dataset[]): readonly Pipeline[] => {
  const datasets = all.filter((dataset) => dataset.regions.includes(HOME) && dataset.retired === undefined);
  const pipelines = new Map<string, Pipeline>();
  const pick = (index: number): readonly Dataset[] => {
    const dataset = datasets[index % Math.max(datasets.length, 1)];
    return dataset === undefined ? [] : [dataset];
  };
  for (const draw of draws) {
    const [output] = pick(draw.output);
    const inputs = draw.inputs.flatMap(pick);
    if (output === undefined) continue;
    // The result of SQL is one table.
    const sql = draw.sql && output.tables.length <= 1;
    const instances = intersect([...inputs, output].map((dataset) => dataset.instances));
    const name = `make-${output.name}`.slice(0, 39).replace(/-$/, '');
    if (instances.length === 0 || pipelines.has(name)) continue;
    pipelines.set(name, {
      name,
      owner: 'team:owners',
      engine: 'glue',
      language: sql ? 'sql' : 'pyspark',
      glueVersion: '5.1',
      workers: { type: 'G.1X', count: 2 },
      timeoutMinutes: 480,
      maxConcurrentRuns: 1,
      inputs: [...new Set(inputs.map((dataset) => dataset.name))].sort(compareText),
      outputs: [output.name],
      ...declassifyOf(inputs, output, `catalog/pipelines/${name}/pipeline_config.yaml`),
      ...(draw.scheduled ? { schedule: 'cron(15 4 * * ? *)' } : {}),
      arguments: { window_days: '7' },
      instances,
      region: HOME,
      files: [sql ? SQL_FILE : PYSPARK_FILE],
      declaredIn: place(`catalog/pipelines/${name}/pipeline_config.yaml`),
    });
  }
  return sortByName([...pipelines.values()]);
};

const partsArbitrary = (options: CatalogArbitraryOptions, tiers: readonly Tier[]) =>
  fc
    .uniqueArray(nameArbitrary, { minLength: options.datasets?.min ?? 1, maxLength: options.datasets?.max ?? 8 })
    .chain((names) =>
      fc.record({
        organization: fc.constantFrom('acme', 'a-b', 'seventeen-letters'),
        datasets: fc.tuple(...names.map((name) => datasetArbitrary(name, tiers, options))),
        principals: fc.uniqueArray(principalArbitrary, {
          minLength: options.principals?.min ?? 1,
          maxLength: options.principals?.max ?? 5,
          selector: (principal) => principal.ref,
        }),
        grants: fc.array(grantDrawArbitrary, {
          minLength: options.grants?.min ?? 0,
          maxLength: options.grants?.max ?? 8,
        }),
        pipelines: fc.array(pipelineDrawArbitrary, { maxLength: options.pipelines?.max ?? 3 }),
      }),
    );

/**
 * A resolved catalog without errors: two instances, one to three tiers, datasets whose names start with one another,
 * grants by name and by selector, with and without dates, pipelines in both languages. `renderCatalog` writes it as files.
 */
export const catalogArbitrary = (options: CatalogArbitraryOptions = {}): fc.Arbitrary<Catalog> =>
  fc.integer({ min: 1, max: TIERS.length }).chain((count) => {
    const tiers = TIERS.slice(0, count);
    return partsArbitrary(options, tiers).map((parts) => {
      const datasets = sortByName(parts.datasets);
      const principals = [owners, ...parts.principals].sort((left, right) => compareText(left.ref, right.ref));
      const context: GrantContext = { tiers, datasets, principals, options };
      const content = {
        lake: lakeOf(parts.organization, tiers, options.twoRegions !== false),
        datasets,
        principals,
        grants: sortGrants(parts.grants.flatMap((draw, index) => grantOf(draw, index, context))),
        pipelines: pipelinesOf(parts.pipelines, datasets),
      };
      return { ...content, digest: digestCatalog(content) };
    });
  });
