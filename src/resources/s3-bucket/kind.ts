import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { lakeBuckets, readBuckets } from '../shared/buckets.ts';
import { bucketId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { scopeOf } from '../shared/scope.ts';
import { bucketFromLive } from './from-live.ts';
import { normalizeBucket } from './normalize.ts';
import { bucketProperties } from './properties.ts';

const NAME = 's3-bucket';
const TYPE = 'AWS::S3::Bucket';

/** Buckets: data and drop for each tier and region, artifacts for each region. Retained by every stack. */
export const s3Bucket: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: true,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: lakeBuckets(scope).map((bucket) => ({
        id: bucketId(bucket.name),
        kind: NAME,
        type: TYPE,
        stack: bucket.stack,
        region: bucket.region,
        properties: bucketProperties(bucket, scope),
        dependsOn: [],
        declaredIn: scope.lake.declaredIn,
      })),
    };
  },
  observe: async (reads, scope) =>
    (await readBuckets(reads, scope)).map((bucket) => ({
      id: bucketId(bucket.name),
      kind: NAME,
      region: scope.region,
      properties: normalizeBucket(bucketFromLive(bucket)),
      tags: bucket.tags,
    })),
  normalize: normalizeBucket,
  impactOf: impactFromSchema(TYPE),
};
