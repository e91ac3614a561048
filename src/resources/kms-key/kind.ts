import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import type { ObservedObject } from '../../reconciler/model/live.ts';
import type { LiveGrant, LiveKey } from '../../reconciler/model/reads.ts';
import { keyId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { lakeKeys, readNamedKeys } from '../shared/keys.ts';
import { normalizePolicy, policyDocument } from '../shared/policy.ts';
import { mapProperty, omitDefaults, omitEmpty, sortList } from '../shared/properties.ts';
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

/** Each grant is known by its id; the order of what it allows means nothing. */
const normalizeGrants = (grants: Json): Json =>
  sortList(
    listOf(grants).map((grant) =>
      omitEmpty(mapProperty(objectOf(grant), 'Operations', (operations) => sortList(listOf(operations), textOf))),
    ),
    (grant) => textOf(objectOf(grant)['GrantId']),
  );

const normalize = (properties: JsonObject): JsonObject =>
  omitEmpty(
    omitDefaults(mapProperty(mapProperty(properties, 'KeyPolicy', normalizePolicy), 'Grants', normalizeGrants), {
      Enabled: true,
      EnableKeyRotation: false,
    }),
  );

const grantFromLive = ({ id, grantee, operations, constraints, retiringPrincipal, name }: LiveGrant): JsonObject =>
  omitEmpty({
    GrantId: id,
    Name: name,
    GranteePrincipal: grantee,
    Operations: operations,
    Constraints: constraints,
    RetiringPrincipal: retiringPrincipal,
  });

/** States that `Enabled` tells already. */
const PLAIN_STATES = ['Enabled', 'Disabled', ''];

/**
 * A key that waits for its deletion counts as disabled, because that is what its readers see, and shows its state beside it.
 * Its rotation is off for as long as it waits (kms/latest/APIReference/API_GetKeyRotationStatus).
 */
const fromLive = (key: LiveKey): JsonObject => ({
  Description: key.description,
  Enabled: key.enabled,
  EnableKeyRotation: key.rotationEnabled,
  KeyPolicy: key.policy,
  ...(PLAIN_STATES.includes(key.state) ? {} : { KeyState: key.state }),
  Grants: key.grants === undefined || 'unread' in key.grants ? [] : key.grants.map(grantFromLive),
});

/** Grants that could not be listed are unknown, while the rest of the key is not. */
const unreadIn = ({ keyId: id, grants }: LiveKey): Pick<ObservedObject, 'unread'> =>
  grants === undefined || !('unread' in grants)
    ? {}
    : { unread: [{ part: '/Grants', reason: `The grants of key ${id} are unknown: ${grants.unread}` }] };

/** The key of each KMS tier and region. It is the only way to its tier's data, so every stack retains it. */
export const kmsKey: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: true,
  separateItems: ['Grants'],
  outside: ['Grants', 'KeyState'],
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
              ...unreadIn(key),
            },
          ];
    });
  },
  normalize,
  impactOf: impactFromSchema(TYPE),
};
