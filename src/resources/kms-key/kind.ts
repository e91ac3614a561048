import type { JsonObject } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import type { LiveKey } from '../../reconciler/model/reads.ts';
import { keyId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { lakeKeys, readNamedKeys } from '../shared/keys.ts';
import { normalizePolicy, policyDocument } from '../shared/policy.ts';
import { mapProperty, omitDefaults, omitEmpty } from '../shared/properties.ts';
import { scopeOf } from '../shared/scope.ts';

const NAME = 'kms-key';
const TYPE = 'AWS::KMS::Key';

/** The account decides by its roles who uses the key; without this statement nobody could manage it ever again. */
const keyPolicy = (account: string): JsonObject =>
  policyDocument([
    {
      Sid: 'AccountDecides',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['kms:*'],
      Resource: ['*'],
    },
  ]);

const normalize = (properties: JsonObject): JsonObject =>
  omitEmpty(
    omitDefaults(mapProperty(properties, 'KeyPolicy', normalizePolicy), { Enabled: true, EnableKeyRotation: false }),
  );

/** A key that waits for its deletion counts as disabled: that is what its readers see. */
const fromLive = (key: LiveKey): JsonObject => ({
  Description: key.description,
  Enabled: key.enabled,
  EnableKeyRotation: key.rotationEnabled,
  KeyPolicy: key.policy,
});

/** The key of each KMS tier and region. It is the only way to its tier's data, so every stack retains it. */
export const kmsKey: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: true,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: lakeKeys(scope).map((key) => ({
        id: keyId(key.region, key.alias),
        kind: NAME,
        type: TYPE,
        stack: key.stack,
        region: key.region,
        properties: {
          Description: `EDL ${scope.instance.name}: data of tier ${key.tier}`,
          EnableKeyRotation: true,
          KeyPolicy: keyPolicy(scope.account),
        },
        dependsOn: [],
        declaredIn: scope.lake.declaredIn,
      })),
    };
  },
  observe: async (reads, scope) => {
    const named = await readNamedKeys(reads, scope);
    const keys = await Promise.all(named.map(({ keyId: id }) => reads.key(scope.region, id)));
    return keys.flatMap((key, index) => {
      const alias = named[index]?.alias;
      return key === undefined || alias === undefined
        ? []
        : [
            {
              id: keyId(scope.region, alias),
              kind: NAME,
              region: scope.region,
              properties: normalize(fromLive(key)),
              tags: key.tags,
              physicalId: key.keyId,
            },
          ];
    });
  },
  normalize,
  impactOf: impactFromSchema(TYPE),
};
