import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';

/**
 * A catalog without the principals and pipelines that nobody asks about. A role is made of its own grants alone, so those of
 * others change nothing about it, and compiling them all takes seconds in a large lake. Not for proposals: they look for free
 * file names.
 */
export const onlyOf = (catalog: Catalog, holders: readonly AccessHolder[]): Catalog => ({
  ...catalog,
  principals: catalog.principals.filter(({ ref }) => holders.includes(ref)),
  grants: catalog.grants.filter(({ principal }) => holders.includes(principal)),
  pipelines: catalog.pipelines.filter(({ name }) => holders.includes(`pipeline:${name}`)),
});
