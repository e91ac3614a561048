import type { JsonObject } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { lakeBuckets, readBuckets } from '../shared/buckets.ts';
import { bucketId, bucketPolicyId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { normalizePolicy, policyDocument } from '../shared/policy.ts';
import { mapProperty } from '../shared/properties.ts';
import { scopeOf } from '../shared/scope.ts';
import { bucketStatements } from './statements.ts';

const NAME = 's3-bucket-policy';
const TYPE = 'AWS::S3::BucketPolicy';

const normalize = (properties: JsonObject): JsonObject => mapProperty(properties, 'PolicyDocument', normalizePolicy);

/** The policy of each bucket: what nobody may do there, whatever their role says. */
export const s3BucketPolicy: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: false,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: lakeBuckets(scope).map((bucket) => ({
        id: bucketPolicyId(bucket.name),
        kind: NAME,
        type: TYPE,
        stack: bucket.stack,
        region: bucket.region,
        properties: { Bucket: bucket.name, PolicyDocument: policyDocument(bucketStatements(bucket, scope)) },
        dependsOn: [bucketId(bucket.name)],
        declaredIn: scope.lake.declaredIn,
      })),
    };
  },
  observe: async (reads, scope) =>
    (await readBuckets(reads, scope)).flatMap((bucket) =>
      bucket.policy === undefined
        ? []
        : [
            {
              id: bucketPolicyId(bucket.name),
              kind: NAME,
              region: scope.region,
              properties: normalize({ Bucket: bucket.name, PolicyDocument: bucket.policy }),
            },
          ],
    ),
  normalize,
  impactOf: impactFromSchema(TYPE),
};
