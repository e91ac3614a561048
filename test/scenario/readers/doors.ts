import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  GetDatabaseCommand,
  GetJobCommand,
  GetTableCommand,
  UpdateDatabaseCommand,
  UpdateJobCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import {
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type JsonObject, objectOf, textOf } from '../../../src/reconciler/model/json.ts';

import type { Clients } from '../../support/clients.ts';
import type { Door } from './door.ts';
import { roleDoors, policyDoors } from './doors-iam.ts';
import { bucketDoors, bucketPolicyDoors } from './doors-s3.ts';

/** The parameters or arguments of an object by which EDL knows it: whoever changes something by hand leaves them alone. */
const marksIn = (map: Readonly<Record<string, string>> | undefined): JsonObject =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => /^(edl:|--edl-)(owner|object|digest)$/.test(key)));

const database: Door = async ({ clients: { glue } }, properties) => {
  const input = objectOf(properties['DatabaseInput']);
  const Name = textOf(input['Name']);
  const { Database } = await glue.send(new GetDatabaseCommand({ Name }));
  const marked: JsonObject = {
    ...input,
    Parameters: { ...objectOf(input['Parameters']), ...marksIn(Database?.Parameters) },
  };
  await glue.send(new UpdateDatabaseCommand({ Name, DatabaseInput: { ...marked, Name } }));
};

const table: Door = async ({ clients: { glue } }, properties) => {
  const input = objectOf(properties['TableInput']);
  const [DatabaseName, Name] = [textOf(properties['DatabaseName']), textOf(input['Name'])];
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
  const marked: JsonObject = {
    ...input,
    Parameters: { ...objectOf(input['Parameters']), ...marksIn(Table?.Parameters) },
  };
  await glue.send(new UpdateTableCommand({ DatabaseName, TableInput: { ...marked, Name } }));
};

const job: Door = async ({ clients: { glue } }, properties) => {
  const { Name, NonOverridableArguments, ...definition } = properties;
  const JobName = textOf(Name);
  const { Job } = await glue.send(new GetJobCommand({ JobName }));
  const marked: JsonObject = {
    ...definition,
    NonOverridableArguments: { ...objectOf(NonOverridableArguments), ...marksIn(Job?.NonOverridableArguments) },
  };
  await glue.send(new UpdateJobCommand({ JobName, JobUpdate: { ...marked } }));
};

const workGroup: Door = async ({ clients: { athena } }, properties) => {
  const { ManagedQueryResultsConfiguration: managed, ...rest } = objectOf(properties['WorkGroupConfiguration']);
  await athena.send(
    new UpdateWorkGroupCommand({
      WorkGroup: textOf(properties['Name']),
      Description: textOf(properties['Description']),
      State: properties['State'] === 'DISABLED' ? 'DISABLED' : 'ENABLED',
      ConfigurationUpdates: { ...rest, ManagedQueryResultsConfigurationUpdates: objectOf(managed) },
    }),
  );
};

/** The key behind `kms-key/<region>/<alias>`. */
export const keyBehind = async ({ kms }: Clients, id: string): Promise<string> => {
  const alias = `alias/${id.split('/')[2] ?? ''}`;
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const key = Aliases.find(({ AliasName }) => AliasName === alias)?.TargetKeyId;
  if (key === undefined) throw new Error(`There is no ${alias}.`);
  return key;
};

const keyDoors: Readonly<Record<string, Door>> = {
  Description: async ({ clients, id }, properties) => {
    const KeyId = await keyBehind(clients, id);
    await clients.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: textOf(properties['Description']) }));
  },
  EnableKeyRotation: async ({ clients, id }, properties) => {
    const key = { KeyId: await keyBehind(clients, id) };
    const isOn = properties['EnableKeyRotation'] === true;
    await (isOn
      ? clients.kms.send(new EnableKeyRotationCommand(key))
      : clients.kms.send(new DisableKeyRotationCommand(key)));
  },
  KeyPolicy: async ({ clients, id }, properties) => {
    const Policy = JSON.stringify(properties['KeyPolicy']);
    await clients.kms.send(
      new PutKeyPolicyCommand({ KeyId: await keyBehind(clients, id), PolicyName: 'default', Policy }),
    );
  },
};

/** Writes other text into an object of the artifacts bucket; its metadata stays. */
const registry: Door = async ({ clients: { s3 } }, properties) => {
  const place = { Bucket: textOf(properties['Bucket']), Key: textOf(properties['Key']) };
  const { Metadata, ContentType } = await s3.send(new GetObjectCommand(place));
  const Body = JSON.stringify(properties['Document']);
  await s3.send(new PutObjectCommand({ ...place, Body, Metadata, ContentType }));
};

/** The same door for all these properties: AWS replaces the whole definition at once. */
const oneDoor = (door: Door, ...properties: readonly string[]): Readonly<Record<string, Door>> =>
  Object.fromEntries(properties.map((property) => [property, door]));

/**
 * How a value is changed in AWS behind EDL's back: for each kind and each of its properties, the call of the SDK that
 * brings the live object to these properties. A property without a door cannot be tested, and so fails the test.
 */
export const DOORS: Readonly<Record<string, Readonly<Record<string, Door>>>> = {
  'athena-workgroup': oneDoor(workGroup, 'Description', 'State', 'WorkGroupConfiguration'),
  'glue-database': oneDoor(database, 'DatabaseInput'),
  'glue-job': oneDoor(
    job,
    'Command',
    'DefaultArguments',
    'Description',
    'ExecutionProperty',
    'GlueVersion',
    'NonOverridableArguments',
    'NumberOfWorkers',
    'Role',
    'Timeout',
    'WorkerType',
  ),
  'glue-table': oneDoor(table, 'TableInput'),
  'iam-managed-policy': policyDoors,
  'iam-role': roleDoors,
  'kms-key': keyDoors,
  registry: oneDoor(registry, 'Document'),
  's3-bucket': bucketDoors,
  's3-bucket-policy': bucketPolicyDoors,
};
