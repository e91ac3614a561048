import { stringify } from 'yaml';
import type {
  Catalog,
  Dataset,
  Exposure,
  Grant,
  Holding,
  Lake,
  Pipeline,
  Principal,
  Rule,
  Tier,
} from '../../src/reconciler/model/catalog.ts';

/** How to write a catalog; the default writes keys and files in their usual order. */
export interface RenderOptions {
  /** Reorders the keys of an object, or the names of files; must keep all of them. */
  readonly order?: (names: readonly string[]) => readonly string[];
  /** Leaves out what equals the default, where a file may do so. */
  readonly terse?: boolean;
}

type Text = Readonly<Record<string, unknown>>;

const withoutUndefined = (value: Text): Text =>
  Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined));

const reorder = (value: unknown, order: (names: readonly string[]) => readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((child) => reorder(child, order));
  if (typeof value !== 'object' || value === null) return value;
  const entries = new Map(Object.entries(value));
  return Object.fromEntries(order([...entries.keys()]).map((key) => [key, reorder(entries.get(key), order)]));
};

const tierFile = (tier: Tier): Text =>
  withoutUndefined({
    defaultRole:
      tier.defaultRole === undefined
        ? undefined
        : tier.defaultRole.assumedBy.length === 0
          ? true
          : { assumedBy: tier.defaultRole.assumedBy },
    approvals: tier.approvals,
    maxGrant: tier.maxGrantDays === undefined ? undefined : `${tier.maxGrantDays}d`,
    metadata: tier.metadata,
    reason: tier.reasonRequired ? 'required' : 'optional',
    selectors: tier.selectorsAllowed ? 'allowed' : 'forbidden',
    encryption: tier.encryption,
  });

const holdingFile = ({ target, level }: Holding): Text => ({
  ...('dataset' in target ? { dataset: target.dataset } : target.select),
  level,
});

const ruleFile = (rule: Rule): Text =>
  withoutUndefined({
    name: rule.name,
    ...('apart' in rule
      ? { apart: rule.apart.map(holdingFile) }
      : { forbid: { kinds: rule.forbid.kinds, ...holdingFile(rule.forbid) } }),
    reason: rule.reason,
    instances: rule.instances,
    except: rule.except.length === 0 ? undefined : rule.except,
  });

const lakeFile = (lake: Lake): Text =>
  withoutUndefined({
    organization: lake.organization,
    awsOrganizationId: lake.awsOrganizationId,
    homeRegion: lake.homeRegion,
    instances: Object.fromEntries(lake.instances.map(({ name, ...instance }) => [name, instance])),
    tiers: Object.fromEntries(lake.tiers.map((tier) => [tier.name, tierFile(tier)])),
    security: lake.security,
    rules: lake.rules?.map(ruleFile),
    allow: lake.allow.length === 0 ? undefined : lake.allow.map(({ declaredIn: _, ...allowance }) => allowance),
  });

const exposeFile = (exposures: readonly Exposure[]): Text | undefined =>
  exposures.length === 0
    ? undefined
    : Object.fromEntries(exposures.map(({ level, assumedBy }) => [level, { assumedBy }]));

const datasetFile = (dataset: Dataset, lake: Lake, terse: boolean): Text => {
  const isHome = dataset.regions.join() === lake.homeRegion;
  const isEverywhere = dataset.instances.length === lake.instances.length;
  const { declaredIn: _, expose, tables, ...rest } = dataset;
  return withoutUndefined({
    ...rest,
    regions: terse && isHome ? undefined : dataset.regions,
    instances: terse && isEverywhere ? undefined : dataset.instances,
    tables: tables.length === 0 ? undefined : tables,
    expose: exposeFile(expose),
  });
};

const principalFile = (principal: Principal): Text =>
  withoutUndefined({
    [principal.kind]: principal.name,
    description: principal.description,
    members: principal.members.length === 0 ? undefined : principal.members,
    assumedBy: principal.assumedBy,
  });

const grantFile = (grant: Grant): Text =>
  withoutUndefined({
    principal: grant.principal,
    reason: grant.reason,
    access: grant.access.map(({ target, declaredIn: _, ...entry }) => ({ ...target, ...entry })),
  });

const pipelineFile = (pipeline: Pipeline): Text => {
  const { declaredIn: _, name: __, language: ___, files: ____, inputLines: _____, declassify, ...rest } = pipeline;
  return withoutUndefined({ ...rest, declassify: declassify?.map(({ declaredIn: __declaredIn, ...word }) => word) });
};

/** The files of a catalog by path: loading them gives the catalog back. */
export const renderCatalog = (catalog: Catalog, options: RenderOptions = {}): Readonly<Record<string, string>> => {
  const order = options.order ?? ((names) => names);
  const terse = options.terse === true;
  const files: Record<string, string> = {};
  const write = (path: string, value: Text): void => {
    files[path] = stringify(reorder(value, order), { version: '1.2', aliasDuplicateObjects: false });
  };
  write('lake.yaml', lakeFile(catalog.lake));
  for (const dataset of catalog.datasets)
    write(`catalog/datasets/${dataset.name}.yaml`, datasetFile(dataset, catalog.lake, terse));
  for (const principal of catalog.principals)
    write(`catalog/principals/${principal.kind}/${principal.name}.yaml`, principalFile(principal));
  // Grants have no name: their files' names are free, and so is their order.
  const numbers = order(catalog.grants.map((_, index) => String(index)));
  catalog.grants.forEach((grant, index) => {
    write(`catalog/grants/grant-${numbers[index] ?? index}.yaml`, grantFile(grant));
  });
  for (const pipeline of catalog.pipelines) {
    const folder = `catalog/pipelines/${pipeline.name}`;
    write(`${folder}/pipeline_config.yaml`, pipelineFile(pipeline));
    for (const file of pipeline.files) files[`${folder}/${file.path}`] = file.content;
  }
  return files;
};
