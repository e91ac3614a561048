import { type JsonObject, objectOf } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { readTableMark } from '../../reconciler/model/mark.ts';
import { catalogStack, glueDatabase } from '../../reconciler/model/names.ts';
import { readDatabases } from '../shared/glue.ts';
import { databaseId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { mapProperty, omitDefaults, omitEmpty } from '../shared/properties.ts';
import { scopeOf } from '../shared/scope.ts';

const NAME = 'glue-database';
const TYPE = 'AWS::Glue::Database';

/** Glue gives new databases these table permissions unless Lake Formation is set up otherwise; it means "IAM decides". */
const IAM_DECIDES: JsonObject = {
  CreateTableDefaultPermissions: [
    { Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, Permissions: ['ALL'] },
  ],
};

const normalize = (properties: JsonObject): JsonObject =>
  mapProperty(properties, 'DatabaseInput', (input) => omitEmpty(omitDefaults(objectOf(input), IAM_DECIDES)));

/** The Glue database of each tier and region. */
export const glueDatabaseKind: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'glue',
  holdsData: false,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    const { name: instance } = scope.instance;
    return {
      resources: scope.regions.flatMap((region) =>
        scope.tiers.map((tier) => ({
          id: databaseId(region, glueDatabase(instance, tier.name)),
          kind: NAME,
          type: TYPE,
          stack: catalogStack(instance, region),
          region,
          properties: {
            CatalogId: scope.account,
            DatabaseInput: {
              Name: glueDatabase(instance, tier.name),
              Description: `EDL ${instance}: tables of tier ${tier.name}`,
            },
          },
          dependsOn: [],
          declaredIn: scope.lake.declaredIn,
        })),
      ),
    };
  },
  observe: async (reads, scope) =>
    (await readDatabases(reads, scope)).map(({ name, body }) => {
      const { mark, rest } = readTableMark(body['Parameters']);
      const properties = { CatalogId: scope.account, DatabaseInput: { ...body, Name: name, Parameters: rest } };
      return {
        id: databaseId(scope.region, name),
        kind: NAME,
        region: scope.region,
        properties: normalize(properties),
        ...(mark === undefined ? {} : { mark }),
      };
    }),
  normalize,
  impactOf: impactFromSchema(TYPE),
};
