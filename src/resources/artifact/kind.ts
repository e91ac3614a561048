import type { JsonObject } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { ARTIFACTS_PREFIX, artifactsBucket, objectsStack } from '../../reconciler/model/names.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { artifactId } from '../shared/ids.ts';
import { impactOfIdentity } from '../shared/impact.ts';
import { packEntry, packPipeline, packRuntime, type Artifact } from '../shared/packaging.ts';
import { scopeOf, type LakeScope } from '../shared/scope.ts';

const NAME = 'artifact';
const TYPE = 'EDL::Lake::Artifact';

const propertiesOf = (bucket: string, key: string, md5: string, size: number): JsonObject => ({
  Bucket: bucket,
  Key: key,
  Md5: md5,
  Size: size,
});

const resourceOf = (artifact: Artifact, region: string, scope: LakeScope): Resource => ({
  id: artifactId(region, artifact.fileName),
  kind: NAME,
  type: TYPE,
  stack: objectsStack(scope.instance.name, region),
  region,
  properties: propertiesOf(
    artifactsBucket(scope.organization, scope.instance.name, region),
    artifact.key,
    artifact.md5,
    artifact.bytes.length,
  ),
  dependsOn: [],
});

/**
 * The files that jobs load: the code of each pipeline, the runtime, the entry script. One listing a region reads them all;
 * files of earlier code stay, for runs that still use them and for going back.
 */
export const artifact: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 's3',
  holdsData: false,
  contentAddressed: true,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    const regions = scope.regions.filter((region) => scope.pipelines.some((pipeline) => pipeline.region === region));
    if (regions.length === 0) return { resources: [] };
    const common = [packRuntime(input.runtime), packEntry(input.runtime)];
    const packages = scope.pipelines.map((pipeline) => ({ pipeline, packed: packPipeline(pipeline) }));
    return {
      resources: [
        ...regions.flatMap((region) => common.map((packed) => resourceOf(packed, region, scope))),
        ...packages.map(({ pipeline, packed }) => ({
          ...resourceOf(packed, pipeline.region, scope),
          declaredIn: pipeline.declaredIn,
        })),
      ],
      blobs: [...common, ...packages.map(({ packed }) => packed)].map(({ sha256, bytes, contentType }) => ({
        sha256,
        bytes,
        contentType,
      })),
    };
  },
  observe: async (reads, scope) => {
    const bucket = artifactsBucket(scope.organization, scope.instance, scope.region);
    const objects = await reads.objects(scope.region, bucket, ARTIFACTS_PREFIX);
    return objects.map(({ key, size, etag }) => ({
      id: artifactId(scope.region, key.slice(ARTIFACTS_PREFIX.length)),
      kind: NAME,
      region: scope.region,
      properties: propertiesOf(bucket, key, etag, size),
    }));
  },
  normalize: (properties) => properties,
  impactOf: impactOfIdentity(['Bucket', 'Key']),
};
