import type { InstanceDocuments } from '../../src/access/denied/cause.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { objectOf, textOf } from '../../src/reconciler/model/json.ts';
import { resourceKinds } from '../../src/resources/index.ts';

const known = new Map<string, InstanceDocuments>();

/** The boundary and the bucket policies that an instance of a catalog compiles to. */
export const bucketStatementsOf = (catalog: Catalog, instance: string, asOf: string): InstanceDocuments => {
  const key = `${catalog.digest} ${instance} ${asOf}`;
  const { resources } =
    known.get(key) === undefined
      ? compileCatalog({ catalog, instance, asOf, runtime: [] }, resourceKinds)
      : { resources: [] };
  const found = known.get(key) ?? {
    boundary: objectOf(
      resources.find(({ kind, id }) => kind === 'iam-managed-policy' && id.endsWith('-boundary'))?.properties[
        'PolicyDocument'
      ],
    ),
    buckets: resources
      .filter(({ kind }) => kind === 's3-bucket-policy')
      .map(({ properties }) => ({
        arn: `arn:aws:s3:::${textOf(properties['Bucket'])}`,
        document: objectOf(properties['PolicyDocument']),
      })),
  };
  known.set(key, found);
  return found;
};
