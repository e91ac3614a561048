import {
  CreateDatabaseCommand,
  DeleteDatabaseCommand,
  GetDatabaseCommand,
  GetTablesCommand,
  UpdateDatabaseCommand,
  type DatabaseInput,
} from '@aws-sdk/client-glue';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Mark } from '../../reconciler/model/live.ts';
import { readTableMark, withTableMark } from '../../reconciler/model/mark.ts';
import { catalogOf, orGone, type GlueObjects } from './glue-objects.ts';
import { objectAt, textAt } from '../marked.ts';

/** CloudFormation's property has the shape of the API's input; Glue itself checks the rest. */
const inputOf = (properties: JsonObject, mark: Mark): DatabaseInput => {
  const input = objectAt(properties, 'DatabaseInput');
  const marked: JsonObject = { ...input, Parameters: withTableMark(input['Parameters'], mark) };
  return { ...marked, Name: textAt(input, 'Name') };
};

/** Glue databases (`AWS::Glue::Database`). */
export const glueDatabases: GlueObjects = {
  create: async (client, properties, mark) => {
    await client.send(
      new CreateDatabaseCommand({ ...catalogOf(properties), DatabaseInput: inputOf(properties, mark) }),
    );
  },
  update: async (client, properties, mark) => {
    await client.send(
      new UpdateDatabaseCommand({
        ...catalogOf(properties),
        Name: textAt(objectAt(properties, 'DatabaseInput'), 'Name'),
        DatabaseInput: inputOf(properties, mark),
      }),
    );
  },
  find: (client, { name }) =>
    orGone(async () => {
      const { Database: database } = await client.send(new GetDatabaseCommand({ Name: name }));
      const { mark } = readTableMark({ ...database?.Parameters });
      return mark === undefined ? {} : { mark };
    }),
  // DeleteDatabase takes all tables with it, also those of others (glue/latest/webapi/API_DeleteDatabase).
  remove: async (client, { name }) => {
    await orGone(async () => {
      const { TableList: tables = [] } = await client.send(new GetTablesCommand({ DatabaseName: name, MaxResults: 1 }));
      if (tables.length > 0) {
        throw new EdlError(
          'EDL-4042',
          'user',
          `Glue database ${name} is not pruned: it still has tables, such as ${tables[0]?.Name ?? '?'}, that are not EDL's. Move them to another database, and apply again.`,
        );
      }
      await client.send(new DeleteDatabaseCommand({ Name: name }));
    });
  },
};
