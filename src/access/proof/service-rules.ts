import type { RequestContext } from '../evaluate/types.ts';
import { isIn, type TableGroup } from './action-sets.ts';
import type { LakeNames } from './lake.ts';
import { BASE_RIGHTS, onAnyOf, onDataset, onWholeTierAnywhere, type Right } from './rights.ts';
import { NOBODY, type Rule, type RuleOf } from './rule.ts';

/** A resource of a service other than S3, in the instance's account. */
export interface ServiceResource {
  readonly service: string;
  readonly region: string;
  readonly rest: string;
}

/** The first group that the action is of decides. */
const byGroup = (action: string, rules: readonly (readonly [group: TableGroup, anyOf: readonly Right[]])[]): Rule => {
  const anyOf = rules.flatMap(([group, rights]) => (isIn(group, action) ? rights : []));
  return anyOf.length === 0 ? NOBODY : { anyOf };
};

/** Metadata: of what a holder has rows on, and of whole tiers, which is the same in every region. */
const seeing = (tier: string, region: string): readonly Right[] => [
  onAnyOf('discover', tier, region),
  onWholeTierAnywhere('discover', tier),
];

const catalogRules = (lake: LakeNames, region: string): RuleOf => {
  const see = lake.tiers.flatMap((tier) => seeing(tier, region));
  return (action) =>
    byGroup(action, [
      ['seeDatabases', see],
      ['seeTables', see],
      ['writeTables', lake.tiers.map((tier) => onAnyOf('run-write', tier, region))],
      ['startCatalog', [BASE_RIGHTS.startCatalog(region)]],
      ['startSpark', [BASE_RIGHTS.startSpark(region)]],
      ['createDefault', [BASE_RIGHTS.startSpark(region)]],
    ]);
};

const databaseRules = (lake: LakeNames, region: string, name: string): RuleOf => {
  const spark = [BASE_RIGHTS.startSpark(region)];
  if (name === 'default')
    return (action) =>
      byGroup(action, [
        ['startCatalog', [BASE_RIGHTS.startCatalog(region)]],
        ['startSpark', spark],
        ['createDefault', spark],
      ]);
  if (name === 'global_temp') return (action) => byGroup(action, [['startSpark', spark]]);
  const tier = lake.databases.get(name);
  if (tier === undefined) return () => NOBODY;
  return (action) =>
    byGroup(action, [
      ['seeDatabases', seeing(tier, region)],
      ['seeTables', seeing(tier, region)],
      ['writeTables', [onAnyOf('run-write', tier, region)]],
    ]);
};

/** The dataset of a table: what comes before the first two underscores, with its hyphens back. */
const datasetOf = (table: string): string | undefined => {
  const end = table.indexOf('__');
  return end <= 0 ? undefined : table.slice(0, end).replaceAll('_', '-');
};

const tableRules = (lake: LakeNames, region: string, database: string, table: string): RuleOf => {
  const tier = lake.databases.get(database);
  if (tier === undefined) return () => NOBODY;
  const dataset = datasetOf(table);
  const own = (level: 'discover' | 'run-write'): readonly Right[] =>
    dataset === undefined ? [] : [onDataset(level, tier, dataset, region)];
  const see = [...own('discover'), onWholeTierAnywhere('discover', tier)];
  return (action) =>
    byGroup(action, [
      ['seeTables', see],
      ['writeTables', own('run-write')],
    ]);
};

const glueRules = (lake: LakeNames, region: string, rest: string): RuleOf => {
  const [kind, database = '', ...name] = rest.split('/');
  if (rest === 'catalog') return catalogRules(lake, region);
  if (kind === 'database') return databaseRules(lake, region, [database, ...name].join('/'));
  if (kind === 'table' && name.length === 1) return tableRules(lake, region, database, name.join(''));
  const isFunction = kind === 'userDefinedFunction' && database === 'default' && name.length > 0;
  return (action) => (isFunction ? byGroup(action, [['startSpark', [BASE_RIGHTS.startSpark(region)]]]) : NOBODY);
};

const valuesOf = (context: RequestContext, key: string): readonly string[] => {
  const value = context[key] ?? [];
  return typeof value === 'string' ? [value] : value;
};

/** Keys: only through S3 in the key's region, and only those whose alias is a tier's. */
const keyRules = (lake: LakeNames, region: string, rest: string, context: RequestContext): RuleOf => {
  const isThroughStorage = valuesOf(context, 'kms:ViaService').includes(`s3.${region}.amazonaws.com`);
  if (!rest.startsWith('key/') || !isThroughStorage) return () => NOBODY;
  const tiers = valuesOf(context, 'kms:ResourceAliases').flatMap((alias) => lake.aliases.get(alias) ?? []);
  const held = (level: 'read' | 'write' | 'run-write'): readonly Right[] =>
    tiers.map((tier) => onAnyOf(level, tier, region));
  return (action) =>
    byGroup(action, [
      ['decrypt', held('read')],
      ['encrypt', [...held('write'), ...held('run-write')]],
    ]);
};

const athenaRules = (lake: LakeNames, region: string, rest: string): RuleOf => {
  const [kind, name = ''] = rest.split('/');
  const isHere = lake.instance.regions.includes(region);
  return (action) =>
    byGroup(action, [
      ['listAthena', [BASE_RIGHTS.listAthena()]],
      ['runQueries', kind === 'workgroup' && isHere ? [BASE_RIGHTS.queries(name, region)] : []],
      ['browseCatalog', rest === 'datacatalog/AwsDataCatalog' && isHere ? [BASE_RIGHTS.browse(region)] : []],
    ]);
};

const logRules = (region: string, rest: string): RuleOf => {
  const engine = rest.startsWith('log-group:/aws-glue/')
    ? 'glue'
    : rest.startsWith('log-group:/aws/emr-serverless')
      ? 'emr-serverless'
      : undefined;
  return (action) =>
    engine === undefined ? NOBODY : byGroup(action, [['writeLogs', [BASE_RIGHTS.logs(engine, region)]]]);
};

const ENGINES: Readonly<Record<string, string>> = { Glue: 'glue', 'AWS/EMRServerless': 'emr-serverless' };

/** Actions that know no resource. */
const anythingRules = (context: RequestContext): RuleOf => {
  const engines = valuesOf(context, 'cloudwatch:namespace').flatMap((namespace) => ENGINES[namespace] ?? []);
  return (action) =>
    byGroup(action, [
      ['listAthena', [BASE_RIGHTS.listAthena()]],
      ['writeMetrics', engines.map(BASE_RIGHTS.metrics)],
    ]);
};

/** Who may do what on a resource of another service than S3. */
export const serviceRules = (
  lake: LakeNames,
  { service, region, rest }: ServiceResource,
  context: RequestContext,
): RuleOf => {
  switch (service) {
    case 'glue':
      return glueRules(lake, region, rest);
    case 'kms':
      return keyRules(lake, region, rest, context);
    case 'athena':
      return athenaRules(lake, region, rest);
    case 'logs':
      return logRules(region, rest);
    case '*':
      return anythingRules(context);
    default:
      return () => NOBODY;
  }
};
