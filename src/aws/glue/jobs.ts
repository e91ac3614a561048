import {
  CreateJobCommand,
  DeleteJobCommand,
  GetJobCommand,
  UpdateJobCommand,
  type CreateJobCommandInput,
  type JobUpdate,
} from '@aws-sdk/client-glue';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Mark } from '../../reconciler/model/live.ts';
import { readJobMark, withJobMark } from '../../reconciler/model/mark.ts';
import { orGone, type GlueObjects } from './glue-objects.ts';
import { objectAt, textAt } from '../marked.ts';

const marked = (properties: JsonObject, mark: Mark): JsonObject => ({
  ...properties,
  NonOverridableArguments: withJobMark(properties['NonOverridableArguments'], mark),
});

/** CloudFormation's properties have the shape of the API's input; Glue itself checks the rest. */
const inputOf = (properties: JsonObject, mark: Mark): CreateJobCommandInput => ({
  ...marked(properties, mark),
  Name: textAt(properties, 'Name'),
  Role: textAt(properties, 'Role'),
  Command: objectAt(properties, 'Command'),
});

/** An update names the job outside, and takes no tags (glue/latest/webapi/API_JobUpdate). What it leaves out is reset. */
const updateOf = (properties: JsonObject, mark: Mark): JobUpdate => {
  const { Name: _name, Tags: _tags, ...rest } = marked(properties, mark);
  return rest;
};

/** Definitions of Spark jobs (`AWS::Glue::Job`). */
export const glueJobs: GlueObjects = {
  create: async (client, properties, mark) => {
    await client.send(new CreateJobCommand(inputOf(properties, mark)));
  },
  update: async (client, properties, mark) => {
    await client.send(
      new UpdateJobCommand({ JobName: textAt(properties, 'Name'), JobUpdate: updateOf(properties, mark) }),
    );
  },
  find: (client, { name }) =>
    orGone(async () => {
      const { Job: job } = await client.send(new GetJobCommand({ JobName: name }));
      const { mark } = readJobMark({ ...job?.NonOverridableArguments });
      return mark === undefined ? {} : { mark };
    }),
  remove: async (client, { name }) => {
    await orGone(() => client.send(new DeleteJobCommand({ JobName: name })));
  },
};
