import type { Dataset, Lake } from '../../reconciler/model/catalog.ts';

/** Names of the instances that hold a dataset: those it is for that have one of its regions. */
export const holdersOf = (dataset: Dataset, lake: Lake): readonly string[] =>
  lake.instances
    .filter(
      ({ name, regions }) =>
        dataset.instances.includes(name) && regions.some((region) => dataset.regions.includes(region)),
    )
    .map(({ name }) => name);
