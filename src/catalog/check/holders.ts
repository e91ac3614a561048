import type { Dataset, Lake } from '../../reconciler/model/catalog.ts';

/** Whether lake.yaml knows all regions and instances of a dataset; otherwise where it is cannot be said yet. */
export const isPlaced = (dataset: Dataset, lake: Lake): boolean =>
  dataset.regions.every((region) => lake.instances.some(({ regions }) => regions.includes(region))) &&
  dataset.instances.every((name) => lake.instances.some((instance) => instance.name === name));

/** Names of the instances that hold a dataset: those it is for that have one of its regions. */
export const holdersOf = (dataset: Dataset, lake: Lake): readonly string[] =>
  lake.instances
    .filter(
      ({ name, regions }) =>
        dataset.instances.includes(name) && regions.some((region) => dataset.regions.includes(region)),
    )
    .map(({ name }) => name);
