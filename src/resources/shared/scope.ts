import type { Catalog, Dataset, Instance, Lake, Pipeline, Tier } from '../../reconciler/model/catalog.ts';
import { homeRegionOf, instanceNamed, isRetired, pipelinesOf, regionsOf } from '../../reconciler/model/instance.ts';
import type { DeclareInput } from '../../reconciler/model/resource.ts';

/** What kinds ask of their input: one instance of the lake, with the parts of the catalog that it has. */
export interface LakeScope {
  readonly lake: Lake;
  readonly organization: string;
  readonly instance: Instance;
  readonly account: string;
  readonly home: string;
  readonly regions: readonly string[];
  readonly tiers: readonly Tier[];
  readonly pipelines: readonly Pipeline[];
  /** Datasets of this instance in a region, retired ones too: their names and data stay. */
  readonly datasetsIn: (region: string) => readonly Dataset[];
  readonly isRetired: (dataset: Dataset) => boolean;
}

/** The scope of one compile. */
export const scopeOf = ({ catalog, instance: name, asOf }: DeclareInput): LakeScope => {
  const { lake }: Catalog = catalog;
  const instance = instanceNamed(catalog, name);
  return {
    lake,
    organization: lake.organization,
    instance,
    account: instance.account,
    home: homeRegionOf(lake, instance),
    regions: instance.regions,
    tiers: lake.tiers,
    pipelines: pipelinesOf(catalog, instance),
    datasetsIn: (region) => catalog.datasets.filter((dataset) => regionsOf(dataset, instance).includes(region)),
    isRetired: (dataset) => isRetired(dataset, asOf),
  };
};
