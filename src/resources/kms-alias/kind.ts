import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { refTo } from '../../reconciler/model/logical-id.ts';
import { aliasId, keyId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { lakeKeys, readAliases } from '../shared/keys.ts';
import { scopeOf } from '../shared/scope.ts';

const NAME = 'kms-alias';
const TYPE = 'AWS::KMS::Alias';

/** The name of a tier's key: what buckets and policies know it by. */
export const kmsAlias: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: false,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: lakeKeys(scope).map((key) => ({
        id: aliasId(key.region, key.alias),
        kind: NAME,
        type: TYPE,
        stack: key.stack,
        region: key.region,
        properties: { AliasName: key.alias, TargetKeyId: refTo(keyId(key.region, key.alias)) },
        dependsOn: [keyId(key.region, key.alias)],
        declaredIn: scope.lake.declaredIn,
      })),
    };
  },
  observe: async (reads, scope) =>
    (await readAliases(reads, scope)).map(({ alias, keyId: target }) => ({
      id: aliasId(scope.region, alias),
      kind: NAME,
      region: scope.region,
      properties: { AliasName: alias, TargetKeyId: target },
    })),
  normalize: (properties) => properties,
  impactOf: impactFromSchema(TYPE),
};
