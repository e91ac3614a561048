import type { Declarations, DeclaredDataset, WrittenFiles } from './declarations.ts';
import { resolveDataset } from './resolve/dataset.ts';
import { resolveLake } from './resolve/lake.ts';
import { resolvePipeline } from './resolve/pipeline.ts';
import { resolveGrant, resolvePrincipal } from './resolve/principal.ts';

/** Resolves what was written: defaults filled in, lists sorted. Nothing can be resolved without lake.yaml. */
export const declare = (
  files: WrittenFiles,
  hasAllDatasets: boolean,
  { asOf, grantsBefore }: Pick<Declarations, 'asOf' | 'grantsBefore'>,
): Declarations | undefined => {
  if (files.lake === undefined) return undefined;
  const lake = resolveLake(files.lake.file, files.lake.source);
  const datasets = files.datasets.map(({ source, file }) => ({
    source,
    file,
    model: resolveDataset(file, source, lake),
  }));
  const datasetByName = new Map<string, DeclaredDataset>();
  for (const dataset of datasets)
    if (!datasetByName.has(dataset.file.name)) datasetByName.set(dataset.file.name, dataset);
  return {
    lake: { ...files.lake, model: lake },
    datasets,
    hasAllDatasets,
    datasetByName,
    principals: files.principals.map(({ source, file }) => ({ source, file, model: resolvePrincipal(file, source) })),
    grants: files.grants.map(({ source, file }) => ({ source, file, model: resolveGrant(file, source) })),
    pipelines: files.pipelines.map(({ source, file, folder }) => ({
      source,
      file,
      model: resolvePipeline(file, source, folder, lake),
    })),
    asOf,
    ...(grantsBefore === undefined ? {} : { grantsBefore }),
  };
};
