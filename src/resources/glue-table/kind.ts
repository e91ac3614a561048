import type { ObserveScope, ResourceKind } from '../../reconciler/model/kind.ts';
import type { ObservedObject } from '../../reconciler/model/live.ts';
import { readTableMark } from '../../reconciler/model/mark.ts';
import { catalogStack, glueDatabase, glueTable } from '../../reconciler/model/names.ts';
import type { LiveGlueObject } from '../../reconciler/model/reads.ts';
import { readDatabases } from '../shared/glue.ts';
import { databaseId, tableId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { scopeOf } from '../shared/scope.ts';
import { normalizeTable, tableProperties } from './properties.ts';

const NAME = 'glue-table';
const TYPE = 'AWS::Glue::Table';

const fromLive = (scope: ObserveScope, database: string, { name, body }: LiveGlueObject): ObservedObject => {
  const { mark, rest } = readTableMark(body['Parameters']);
  const properties = {
    CatalogId: scope.account,
    DatabaseName: database,
    TableInput: { ...body, Name: name, Parameters: rest },
  };
  return {
    id: tableId(scope.region, database, name),
    kind: NAME,
    region: scope.region,
    properties: normalizeTable(properties),
    ...(mark === undefined ? {} : { mark }),
  };
};

/** The tables of each dataset that is not retired, in its tier's database, in each of its regions. */
export const glueTableKind: ResourceKind = {
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
        scope
          .datasetsIn(region)
          .filter((dataset) => !scope.isRetired(dataset))
          .flatMap((dataset) =>
            dataset.tables.map((table) => ({
              id: tableId(region, glueDatabase(instance, dataset.tier), glueTable(dataset.name, table.name)),
              kind: NAME,
              type: TYPE,
              stack: catalogStack(instance, region),
              region,
              properties: tableProperties(dataset, table, region, scope),
              dependsOn: [databaseId(region, glueDatabase(instance, dataset.tier))],
              declaredIn: dataset.declaredIn,
            })),
          ),
      ),
    };
  },
  observe: async (reads, scope) => {
    const databases = await readDatabases(reads, scope);
    const tables = await Promise.all(
      databases.map(async ({ name: database }) =>
        (await reads.glueTables(scope.region, database)).map((table) => fromLive(scope, database, table)),
      ),
    );
    return tables.flat();
  },
  normalize: normalizeTable,
  impactOf: impactFromSchema(TYPE),
};
