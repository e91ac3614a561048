import type { GlueClient } from '@aws-sdk/client-glue';
import { EdlError, assertNever } from '../../reconciler/model/errors.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { StackWork } from '../../reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../../reconciler/model/resource.ts';
import { isFailure } from '../failure-facts.ts';
import { glueDatabases } from './databases.ts';
import type { GlueAddress, GlueObjects } from './glue-objects.ts';
import { glueJobs } from './jobs.ts';
import { isOurs, markOf } from '../marked.ts';
import { glueTables } from './tables.ts';

const OBJECTS: Readonly<Record<string, GlueObjects>> = {
  'AWS::Glue::Database': glueDatabases,
  'AWS::Glue::Table': glueTables,
  'AWS::Glue::Job': glueJobs,
};

/** Ids of Glue objects are `<kind>/<region>/<name>`, of tables `<kind>/<region>/<database>/<name>`. */
const addressOf = (id: ResourceId): GlueAddress => {
  const [, , first = '', second] = id.split('/');
  return second === undefined ? { database: '', name: first } : { database: first, name: second };
};

const notOurs = (id: ResourceId): EdlError =>
  new EdlError(
    'EDL-4040',
    'user',
    `${id} has appeared since the plan, without our mark. EDL does not overwrite what others made. Plan again: it will propose to adopt it, or refuse it.`,
  );

/** Creates, or finds that an earlier attempt of ours did; then its content is brought up to date. */
const create = async (client: GlueClient, objects: GlueObjects, work: StackWork, resource: Resource): Promise<void> => {
  const mark = markOf(work, resource);
  try {
    await objects.create(client, resource.properties, mark);
  } catch (error) {
    if (!isFailure(error, 'AlreadyExistsException', 'IdempotentParameterMismatchException')) throw error;
    const found = await objects.find(client, addressOf(resource.id));
    if (!isOurs(work, resource.id, found?.mark)) throw notOurs(resource.id);
    await objects.update(client, resource.properties, mark);
  }
};

/** Looks at the mark once more: between plan and now somebody may have put another object under the name. */
const prune = async (client: GlueClient, objects: GlueObjects, work: StackWork, id: ResourceId): Promise<void> => {
  const address = addressOf(id);
  const found = await objects.find(client, address);
  if (found === undefined) return;
  if (!isOurs(work, id, found.mark)) {
    throw new EdlError(
      'EDL-4041',
      'user',
      `${id} is not pruned: its mark is missing or another's, so it is no longer ours. Plan again.`,
    );
  }
  await objects.remove(client, address);
};

/** Does one change. `resource` is what the object should be; prunes have none. */
export const applyGlueChange = async (
  client: GlueClient,
  work: StackWork,
  change: Change,
  resource: Resource | undefined,
): Promise<void> => {
  const objects = OBJECTS[change.type];
  if (objects === undefined) {
    throw new EdlError(
      'EDL-9042',
      'bug',
      `The Glue driver does not know objects of type ${change.type} (${change.id}).`,
    );
  }
  if (change.action === 'prune') return prune(client, objects, work, change.id);
  if (resource === undefined) {
    throw new EdlError('EDL-9043', 'bug', `${change.id} is to be ${change.action}d but not declared.`);
  }
  switch (change.action) {
    case 'create':
      return create(client, objects, work, resource);
    case 'adopt':
    case 'update':
      return objects.update(client, resource.properties, markOf(work, resource));
    default:
      return assertNever(change);
  }
};
