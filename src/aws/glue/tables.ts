import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  UpdateTableCommand,
  type TableInput,
} from '@aws-sdk/client-glue';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Mark } from '../../reconciler/model/live.ts';
import { readTableMark, withTableMark } from '../../reconciler/model/mark.ts';
import { catalogOf, orGone, type GlueObjects } from './glue-objects.ts';
import { objectAt, textAt } from '../marked.ts';

/** CloudFormation's property has the shape of the API's input; Glue itself checks the rest. */
const inputOf = (input: JsonObject, mark: Mark): TableInput => {
  const marked: JsonObject = { ...input, Parameters: withTableMark(input['Parameters'], mark) };
  return { ...marked, Name: textAt(input, 'Name') };
};

const requestOf = (properties: JsonObject, mark: Mark) => ({
  ...catalogOf(properties),
  DatabaseName: textAt(properties, 'DatabaseName'),
  TableInput: inputOf(objectAt(properties, 'TableInput'), mark),
});

/** Glue tables (`AWS::Glue::Table`). Removing one leaves its files in S3 as they are. */
export const glueTables: GlueObjects = {
  create: async (client, properties, mark) => {
    await client.send(new CreateTableCommand(requestOf(properties, mark)));
  },
  update: async (client, properties, mark) => {
    await client.send(new UpdateTableCommand(requestOf(properties, mark)));
  },
  find: (client, { database, name }) =>
    orGone(async () => {
      const { Table: table } = await client.send(new GetTableCommand({ DatabaseName: database, Name: name }));
      const { mark } = readTableMark({ ...table?.Parameters });
      return mark === undefined ? {} : { mark };
    }),
  remove: async (client, { database, name }) => {
    await orGone(() => client.send(new DeleteTableCommand({ DatabaseName: database, Name: name })));
  },
};
