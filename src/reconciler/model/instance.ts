import type { Catalog, Dataset, Instance, Lake, Pipeline } from './catalog.ts';
import { invariant } from './errors.ts';

/** The instance of that name. The shells check what users type, so an unknown name is a bug here. */
export const instanceNamed = (catalog: Catalog, name: string): Instance => {
  const instance = catalog.lake.instances.find((candidate) => candidate.name === name);
  invariant(instance, `The catalog has no instance "${name}".`);
  return instance;
};

/** Where an instance keeps what is not regional: the lake's home region, or its own first one if it is not there. */
export const homeRegionOf = (lake: Lake, instance: Instance): string =>
  instance.regions.includes(lake.homeRegion) ? lake.homeRegion : (instance.regions[0] ?? lake.homeRegion);

/** The regions of an instance that a dataset is in; none if the dataset is not in the instance. */
export const regionsOf = (dataset: Dataset, instance: Instance): readonly string[] =>
  dataset.instances.includes(instance.name)
    ? instance.regions.filter((region) => dataset.regions.includes(region))
    : [];

/** Whether a dataset is retired at a time (ISO 8601, UTC): on the day that the file names, it is. */
export const isRetired = (dataset: Dataset, asOf: string): boolean =>
  dataset.retired !== undefined && dataset.retired.on <= asOf.slice(0, 10);

/** The pipelines that an instance runs. */
export const pipelinesOf = (catalog: Catalog, instance: Instance): readonly Pipeline[] =>
  catalog.pipelines.filter(
    (pipeline) => pipeline.instances.includes(instance.name) && instance.regions.includes(pipeline.region),
  );
