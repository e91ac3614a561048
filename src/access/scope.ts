import type { Catalog, Dataset, Instance, Pipeline, Tier } from '../reconciler/model/catalog.ts';
import { homeRegionOf, instanceNamed, isRetired, pipelinesOf, regionsOf } from '../reconciler/model/instance.ts';
import { dayOf } from './time.ts';

/** What of a catalog concerns one instance at one time. */
export interface Scope {
  readonly catalog: Catalog;
  readonly instance: Instance;
  readonly homeRegion: string;
  /** ISO 8601, and its day in UTC. */
  readonly asOf: string;
  readonly today: string;
  /** Datasets that the instance has, by name; retired ones are not among them. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly pipelines: readonly Pipeline[];
}

/** Gathers what concerns one instance. The instance must be in the catalog. */
export const scopeOf = (catalog: Catalog, instanceName: string, asOf: string): Scope => {
  const instance = instanceNamed(catalog, instanceName);
  const today = dayOf(asOf);
  const present = catalog.datasets.filter(
    (dataset) => regionsOf(dataset, instance).length > 0 && !isRetired(dataset, today),
  );
  return {
    catalog,
    instance,
    homeRegion: homeRegionOf(catalog.lake, instance),
    asOf,
    today,
    datasets: new Map(present.map((dataset) => [dataset.name, dataset])),
    tiers: new Map(catalog.lake.tiers.map((tier) => [tier.name, tier])),
    pipelines: pipelinesOf(catalog, instance),
  };
};
