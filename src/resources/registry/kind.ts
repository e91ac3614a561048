import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { readObjectMark } from '../../reconciler/model/mark.ts';
import { artifactsBucket, objectsStack, REGISTRY_KEY } from '../../reconciler/model/names.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';
import { bucketId, databaseId, registryId, tableId } from '../shared/ids.ts';
import { impactOfIdentity } from '../shared/impact.ts';
import { scopeOf } from '../shared/scope.ts';
import { registryDocument } from './document.ts';

const NAME = 'registry';
const TYPE = 'EDL::Lake::Registry';

/** What is not JSON any more differs from everything that we would write, and shows as it is. */
const parse = (body: string): Json => {
  try {
    const parsed: unknown = JSON.parse(body);
    // JSON.parse returns nothing but JSON; its type does not say so.
    return parsed as Json;
  } catch {
    return body;
  }
};

/** The tables and databases that a registry says there are; what is retired has none any more. */
const listedTables = (properties: JsonObject): readonly ResourceId[] => {
  const document = objectOf(properties['Document']);
  const region = textOf(document['region']);
  return Object.values(objectOf(document['datasets'])).flatMap((dataset) => {
    const { tables, retired } = objectOf(dataset);
    if (retired !== undefined) return [];
    return listOf(tables).flatMap((table) => {
      const { database, table: name } = objectOf(table);
      return [databaseId(region, textOf(database)), tableId(region, textOf(database), textOf(name))];
    });
  });
};

/** `edl/datasets.json` in each region's artifacts bucket: which datasets there are, whose, and where. */
export const registry: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 's3',
  holdsData: false,
  isGlobal: false,
  lists: listedTables,
  container: ({ Bucket }) => bucketId(textOf(Bucket)),
  declare: (input) => {
    const scope = scopeOf(input);
    const { name: instance } = scope.instance;
    return {
      resources: scope.regions.map((region) => ({
        id: registryId(region),
        kind: NAME,
        type: TYPE,
        stack: objectsStack(instance, region),
        region,
        properties: {
          Bucket: artifactsBucket(scope.organization, instance, region),
          Key: REGISTRY_KEY,
          Document: registryDocument(scope, region),
        },
        dependsOn: [],
        declaredIn: scope.lake.declaredIn,
      })),
    };
  },
  observe: async (reads, scope) => {
    const bucket = artifactsBucket(scope.organization, scope.instance, scope.region);
    const object = await reads.object(scope.region, bucket, REGISTRY_KEY);
    if (object === undefined) return [];
    const { mark } = readObjectMark({ ...object.metadata });
    return [
      {
        id: registryId(scope.region),
        kind: NAME,
        region: scope.region,
        properties: { Bucket: bucket, Key: REGISTRY_KEY, Document: parse(object.body) },
        ...(mark === undefined ? {} : { mark }),
      },
    ];
  },
  normalize: (properties) => properties,
  impactOf: impactOfIdentity(['Bucket', 'Key']),
};
