import type { Dataset, Tier } from '../../reconciler/model/catalog.ts';
import { digestOf } from '../../reconciler/model/digest.ts';
import { asJsonObject, compareText, type JsonObject } from '../../reconciler/model/json.ts';
import { dataBucket, dropBucket, glueDatabase, glueJob, glueTable } from '../../reconciler/model/names.ts';
import type { LakeScope } from '../shared/scope.ts';

/** The rules that a tier puts on its datasets. */
const securityPolicyOf = (tier: Tier): JsonObject =>
  asJsonObject({
    approvals: tier.approvals,
    encryption: tier.encryption,
    maxGrantDays: tier.maxGrantDays,
    metadata: tier.metadata,
    reasonRequired: tier.reasonRequired,
    selectorsAllowed: tier.selectorsAllowed,
  });

const tablesOf = (dataset: Dataset, scope: LakeScope): readonly JsonObject[] =>
  dataset.tables
    .map(({ name, columns }) => ({
      name,
      database: glueDatabase(scope.instance.name, dataset.tier),
      table: glueTable(dataset.name, name),
      columns: columns.length,
    }))
    .sort((left, right) => compareText(left.name, right.name));

const entryOf = (dataset: Dataset, tier: Tier | undefined, region: string, scope: LakeScope): JsonObject => {
  const { name: instance } = scope.instance;
  const entry = asJsonObject({
    owner: dataset.owner,
    tier: dataset.tier,
    description: dataset.description,
    domain: dataset.domain,
    privacy: dataset.privacy,
    securityPolicy: tier === undefined ? {} : securityPolicyOf(tier),
    updates: dataset.updates,
    location: {
      bucket: dataBucket(scope.organization, instance, dataset.tier, region),
      dropBucket: dropBucket(scope.organization, instance, dataset.tier, region),
      prefix: `${dataset.name}/`,
    },
    tables: tablesOf(dataset, scope),
    retired: dataset.retired,
  });
  return { ...entry, digest: digestOf(entry) };
};

/** What the registry of one region says: every dataset there, also one without tables or grants, and retired ones. */
export const registryDocument = (scope: LakeScope, region: string): JsonObject => ({
  formatVersion: '1',
  instance: scope.instance.name,
  region,
  regions: [...scope.regions],
  datasets: Object.fromEntries(
    [...scope.datasetsIn(region)]
      .sort((left, right) => compareText(left.name, right.name))
      .map((dataset) => [
        dataset.name,
        entryOf(
          dataset,
          scope.tiers.find((tier) => tier.name === dataset.tier),
          region,
          scope,
        ),
      ]),
  ),
});

/** The Glue job of each pipeline of one region. It says nothing else of them, so that it changes only when one comes or goes. */
export const jobListDocument = (scope: LakeScope, region: string): JsonObject => ({
  formatVersion: '1',
  instance: scope.instance.name,
  region,
  jobs: Object.fromEntries(
    scope.pipelines
      .filter((pipeline) => pipeline.engine === 'glue' && pipeline.region === region)
      .sort((left, right) => compareText(left.name, right.name))
      .map(({ name }) => [name, { name: glueJob(scope.instance.name, name) }]),
  ),
});
