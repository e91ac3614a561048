import { documentsIn } from '../../src/app/why-denied.ts';
import type { InstanceDocuments } from '../../src/access/denied/cause.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { TINY_RUNTIME } from '../compile/sample.ts';

const known = new Map<string, InstanceDocuments>();

/** The boundary and the bucket policies that an instance of a catalog compiles to; compiled once. */
export const documentsFor = (catalog: Catalog, instance: string, asOf: string): InstanceDocuments => {
  const key = `${catalog.digest} ${instance} ${asOf}`;
  const found =
    known.get(key) ?? documentsIn(compileCatalog({ catalog, instance, asOf, runtime: TINY_RUNTIME }, resourceKinds));
  known.set(key, found);
  return found;
};
