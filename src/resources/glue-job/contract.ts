import type { Dataset, Pipeline } from '../../reconciler/model/catalog.ts';
import { asJsonObject, compareText, type JsonObject } from '../../reconciler/model/json.ts';
import { dataBucket } from '../../reconciler/model/names.ts';
import type { LakeScope } from '../shared/scope.ts';

const datasetOf = (dataset: Dataset, region: string, scope: LakeScope): JsonObject =>
  asJsonObject({
    dataset: dataset.name,
    bucket: dataBucket(scope.organization, scope.instance.name, dataset.tier, region),
    updates: dataset.updates,
    tables: dataset.tables.map(({ name }) => name).sort(compareText),
  });

/**
 * What a job's code is told of its work: which datasets it reads and writes, where they are, how they grow. `edl.contract`
 * of the Python runtime reads it; the two change together.
 */
export const contractOf = (pipeline: Pipeline, scope: LakeScope): JsonObject => {
  const datasets = new Map(scope.datasetsIn(pipeline.region).map((dataset) => [dataset.name, dataset]));
  const named = (names: readonly string[]): readonly JsonObject[] =>
    [...names]
      .sort(compareText)
      .flatMap((name) => datasets.get(name) ?? [])
      .map((dataset) => datasetOf(dataset, pipeline.region, scope));
  return {
    formatVersion: '1',
    instance: scope.instance.name,
    pipeline: pipeline.name,
    language: pipeline.language,
    sql: pipeline.language === 'sql' ? sqlFilesOf(pipeline) : [],
    inputs: named(pipeline.inputs),
    outputs: named(pipeline.outputs),
    arguments: Object.keys(pipeline.arguments).sort(compareText),
  };
};

const sqlFilesOf = (pipeline: Pipeline): readonly string[] =>
  pipeline.files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.sql'))
    .sort(compareText);
