import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import type { ObserveScope, ResourceKind } from '../../reconciler/model/kind.ts';
import type { ObservedObject } from '../../reconciler/model/live.ts';
import { readObjectMark } from '../../reconciler/model/mark.ts';
import {
  artifactsBucket,
  JOB_LIST_KEY,
  objectsStack,
  REGISTRY_KEY,
  registryStack,
} from '../../reconciler/model/names.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';
import { bucketId, databaseId, jobId, jobListId, registryId, tableId } from '../shared/ids.ts';
import { impactOfIdentity } from '../shared/impact.ts';
import { type LakeScope, scopeOf } from '../shared/scope.ts';
import { jobListDocument, registryDocument } from './document.ts';

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
const listedTables = (document: JsonObject): readonly ResourceId[] => {
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

const listedJobs = (document: JsonObject): readonly ResourceId[] =>
  Object.values(objectOf(document['jobs'])).map((job) =>
    jobId(textOf(document['region']), textOf(objectOf(job)['name'])),
  );

/** One object of the registry: where it is, and what it should say. */
interface Entry {
  readonly id: ResourceId;
  readonly stack: string;
  readonly key: string;
  readonly document: JsonObject;
}

const entriesOf = (scope: LakeScope, region: string): readonly Entry[] => [
  {
    id: registryId(region),
    stack: objectsStack(scope.instance.name, region),
    key: REGISTRY_KEY,
    document: registryDocument(scope, region),
  },
  {
    id: jobListId(region),
    stack: registryStack(scope.instance.name, region),
    key: JOB_LIST_KEY,
    document: jobListDocument(scope, region),
  },
];

const observeEntry = async (
  reads: AwsReads,
  { organization, instance, region }: ObserveScope,
  id: ResourceId,
  key: string,
): Promise<readonly ObservedObject[]> => {
  const bucket = artifactsBucket(organization, instance, region);
  const object = await reads.object(region, bucket, key);
  if (object === undefined) return [];
  const { mark } = readObjectMark({ ...object.metadata });
  return [
    {
      id,
      kind: NAME,
      region,
      properties: { Bucket: bucket, Key: key, Document: parse(object.body) },
      ...(mark === undefined ? {} : { mark }),
    },
  ];
};

/**
 * What each region's artifacts bucket says of the lake: `edl/datasets.json`, which datasets there are, whose, and where; and
 * `edl/jobs.json`, which jobs. Each is written after what it lists, so that it proves what was made.
 */
export const registry: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 's3',
  holdsData: false,
  isGlobal: false,
  lists: (properties) => {
    const document = objectOf(properties['Document']);
    return [...listedTables(document), ...listedJobs(document)];
  },
  container: ({ Bucket }) => bucketId(textOf(Bucket)),
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: scope.regions.flatMap((region) =>
        entriesOf(scope, region).map(({ id, stack, key, document }) => ({
          id,
          kind: NAME,
          type: TYPE,
          stack,
          region,
          properties: {
            Bucket: artifactsBucket(scope.organization, scope.instance.name, region),
            Key: key,
            Document: document,
          },
          dependsOn: [],
          declaredIn: scope.lake.declaredIn,
        })),
      ),
    };
  },
  observe: async (reads, scope) => {
    const found = await Promise.all([
      observeEntry(reads, scope, registryId(scope.region), REGISTRY_KEY),
      observeEntry(reads, scope, jobListId(scope.region), JOB_LIST_KEY),
    ]);
    return found.flat();
  },
  normalize: (properties) => properties,
  impactOf: impactOfIdentity(['Bucket', 'Key']),
};
