import {
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetWorkGroupCommand,
  ListTagsForResourceCommand,
  ListWorkGroupsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena';
import {
  BatchGetJobsCommand,
  CreateDatabaseCommand,
  CreateJobCommand,
  CreateTableCommand,
  DeleteJobCommand,
  DeleteTableCommand,
  GetDatabasesCommand,
  GetJobCommand,
  GetJobsCommand,
  GetTablesCommand,
  GetTagsCommand,
  ListJobsCommand,
  UpdateDatabaseCommand,
  UpdateJobCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { CreateJobCommandInput } from '@aws-sdk/client-glue';
import { CreateAliasCommand, CreateKeyCommand, ListAliasesCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { athenaWorkGroups } from '../gaps/athena-work-groups.ts';
import { glueJobs } from '../gaps/glue-jobs.ts';
import { dispatcher } from '../gateway.ts';
import type { Sandbox } from '../index.ts';
import type { Reply } from '../protocol/call.ts';
import { bodyText } from '../protocol/call.ts';
import { AwsError, errorReply } from '../protocol/errors.ts';
import { borrowSandbox } from './borrow.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, REGION, clientsFor } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

test('G8 Athena work groups', async () => {
  const { athena } = clients;
  const WorkGroup = 'g8-group';
  const live = async () => (await athena.send(new GetWorkGroupCommand({ WorkGroup }))).WorkGroup;
  await expect(live()).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'WorkGroup g8-group is not found.',
  });
  const Configuration = { BytesScannedCutoffPerQuery: 10_000_000, ManagedQueryResultsConfiguration: { Enabled: true } };
  await athena.send(
    new CreateWorkGroupCommand({ Name: WorkGroup, Configuration, Description: 'd', Tags: [{ Key: 'a', Value: 'b' }] }),
  );
  await expect(athena.send(new CreateWorkGroupCommand({ Name: WorkGroup }))).rejects.toThrow('already created');
  expect(await live()).toMatchObject({
    Configuration: {
      ...Configuration,
      EnforceWorkGroupConfiguration: true,
      EngineVersion: { SelectedEngineVersion: 'AUTO' },
    },
  });
  const ConfigurationUpdates = {
    RemoveBytesScannedCutoffPerQuery: true,
    EnforceWorkGroupConfiguration: false,
    ManagedQueryResultsConfigurationUpdates: { Enabled: true, EncryptionConfiguration: { KmsKey: 'k' } },
  };
  await athena.send(new UpdateWorkGroupCommand({ WorkGroup, State: 'DISABLED', ConfigurationUpdates }));
  const after = await live();
  expect(after).toMatchObject({
    State: 'DISABLED',
    Description: 'd',
    Configuration: {
      EnforceWorkGroupConfiguration: false,
      ManagedQueryResultsConfiguration: { Enabled: true, EncryptionConfiguration: { KmsKey: 'k' } },
    },
  });
  expect(after?.Configuration?.BytesScannedCutoffPerQuery).toBeUndefined();
  const small = new UpdateWorkGroupCommand({ WorkGroup, ConfigurationUpdates: { BytesScannedCutoffPerQuery: 5 } });
  await expect(athena.send(small)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  const ResourceARN = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${WorkGroup}`;
  await athena.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'c', Value: 'd' }] }));
  await athena.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
  expect((await athena.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([{ Key: 'c', Value: 'd' }]);
  for (let index = 0; index < 50; index += 1) await athena.send(new CreateWorkGroupCommand({ Name: `g8-${index}` }));
  const first = await athena.send(new ListWorkGroupsCommand({}));
  const second = await athena.send(new ListWorkGroupsCommand({ NextToken: first.NextToken }));
  expect([first.WorkGroups?.length, second.WorkGroups?.length]).toEqual([50, 2]);
  await athena.send(new DeleteWorkGroupCommand({ WorkGroup }));
  await expect(live()).rejects.toThrow('is not found');
});

test('G9 Glue jobs', async () => {
  const { glue } = clients;
  const job = (Name: string): CreateJobCommandInput => ({
    Name,
    Role: `arn:aws:iam::${ACCOUNT}:role/run`,
    Description: 'd',
    Command: { Name: 'glueetl', ScriptLocation: 's3://b/x.py', PythonVersion: '3' },
    DefaultArguments: { '--a': 'b' },
    NonOverridableArguments: { '--edl-mark': 'x' },
    ExecutionProperty: { MaxConcurrentRuns: 2 },
    MaxRetries: 1,
    Timeout: 60,
    GlueVersion: '5.1',
    WorkerType: 'G.1X',
    NumberOfWorkers: 2,
    ExecutionClass: 'FLEX',
    JobRunQueuingEnabled: true,
    SecurityConfiguration: 'sc',
    SourceControlDetails: { Provider: 'GITHUB' },
    Tags: { team: 'x' },
  });
  await glue.send(new CreateJobCommand(job('g9-job')));
  const live = async () => (await glue.send(new GetJobCommand({ JobName: 'g9-job' }))).Job;
  const { Tags: _tags, ...fields } = job('g9-job');
  expect(await live()).toMatchObject({ ...fields, MaxCapacity: 2 });
  expect(
    (await glue.send(new GetTagsCommand({ ResourceArn: `arn:aws:glue:${REGION}:${ACCOUNT}:job/g9-job` }))).Tags,
  ).toEqual({ team: 'x' });
  await expect(glue.send(new CreateJobCommand({ ...job('g9-job'), Timeout: 5 }))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
  await glue.send(
    new UpdateJobCommand({
      JobName: 'g9-job',
      JobUpdate: { Role: 'r', Command: { Name: 'glueetl', ScriptLocation: 's3://b/y.py' }, GlueVersion: '5.1' },
    }),
  );
  const after = await live();
  expect(after).toMatchObject({ Role: 'r', Command: { ScriptLocation: 's3://b/y.py' }, Timeout: 480, MaxRetries: 0 });
  expect([after?.Description, after?.NonOverridableArguments, after?.JobRunQueuingEnabled]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await expect(glue.send(new UpdateJobCommand({ JobName: 'none', JobUpdate: fields }))).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  });
  for (let index = 0; index < 100; index += 1) await glue.send(new CreateJobCommand(job(`g9-${index}`)));
  const first = await glue.send(new GetJobsCommand({}));
  const second = await glue.send(new GetJobsCommand({ NextToken: first.NextToken }));
  expect([first.Jobs?.length, second.Jobs?.length, second.NextToken]).toEqual([100, 1, undefined]);
  expect((await glue.send(new ListJobsCommand({ MaxResults: 3 }))).JobNames).toHaveLength(3);
  const batch = await glue.send(new BatchGetJobsCommand({ JobNames: ['g9-1', 'none'] }));
  expect([batch.Jobs?.map(({ Name }) => Name), batch.JobsNotFound]).toEqual([['g9-1'], ['none']]);
  await glue.send(new DeleteJobCommand({ JobName: 'g9-job' }));
  await expect(live()).rejects.toMatchObject({ name: 'EntityNotFoundException' });
});

test.each([
  ['glue', 'CreateJob', { Name: 'g9-no', Role: 'r', Command: { Name: 'glueetl' } }],
  ['glue', 'DeleteJob', { JobName: 'g9-no' }],
  ['athena', 'CreateWorkGroup', { Name: 'g8-no' }],
])('G8 G9 what moto refuses is refused: %s:%s', async (service, operation, fields) => {
  const refused = (): Promise<Reply> => Promise.resolve(errorReply({ service }, new AwsError('Refused', 'No.')));
  const dispatch = dispatcher([glueJobs(), athenaWorkGroups()], refused);
  const call = {
    service,
    from: 'client',
    account: ACCOUNT,
    region: REGION,
    method: 'POST',
    path: '/',
    headers: {},
  } as const;
  const send = (name: string, body: object) =>
    dispatch({ ...call, operation: name, body: Buffer.from(JSON.stringify(body)) });
  expect(bodyText(await send(operation, fields))).toContain('Refused');
  expect(bodyText(await send('GetJobs', {}))).not.toContain('g9-no');
  expect(bodyText(await send('ListWorkGroups', {}))).not.toContain('g8-no');
});

test('G10 the Glue catalog', async () => {
  const { glue } = clients;
  await glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: 'g10', Description: 'd', Parameters: { 'edl:owner': 'x' } } }),
  );
  await glue.send(
    new UpdateDatabaseCommand({
      Name: 'g10',
      DatabaseInput: { Name: 'g10', Description: 'e', Parameters: { 'edl:owner': 'y' } },
    }),
  );
  const databases = await glue.send(new GetDatabasesCommand({}));
  expect(databases.DatabaseList).toMatchObject([{ Name: 'g10', Description: 'e', Parameters: { 'edl:owner': 'y' } }]);
  const table = (Name: string) => ({
    Name,
    Description: 'd',
    TableType: 'EXTERNAL_TABLE',
    Parameters: { classification: 'parquet' },
    PartitionKeys: [{ Name: 'update_id', Type: 'string' }],
    StorageDescriptor: {
      Columns: [{ Name: 'a', Type: 'string', Comment: 'c' }],
      Location: 's3://b/x/',
      InputFormat: 'i',
      OutputFormat: 'o',
      SerdeInfo: { SerializationLibrary: 's', Parameters: { 'serialization.format': '1' } },
    },
    ViewOriginalText: '/* Presto View: x */',
  });
  for (let index = 0; index < 101; index += 1)
    await glue.send(new CreateTableCommand({ DatabaseName: 'g10', TableInput: table(`t${index}`) }));
  const all = async () => {
    const first = await glue.send(new GetTablesCommand({ DatabaseName: 'g10' }));
    const second = await glue.send(new GetTablesCommand({ DatabaseName: 'g10', NextToken: first.NextToken }));
    expect([first.TableList?.length, second.NextToken]).toEqual([100, undefined]);
    return [...(first.TableList ?? []), ...(second.TableList ?? [])];
  };
  expect((await all()).find(({ Name }) => Name === 't7')).toMatchObject(table('t7'));
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: 'g10',
      TableInput: { ...table('t7'), Description: 'new', Parameters: { classification: 'csv' } },
    }),
  );
  await glue.send(new DeleteTableCommand({ DatabaseName: 'g10', Name: 't8' }));
  await glue.send(new CreateTableCommand({ DatabaseName: 'g10', TableInput: table('t101') }));
  const after = await all();
  expect(after.find(({ Name }) => Name === 't7')).toMatchObject({
    Description: 'new',
    Parameters: { classification: 'csv' },
  });
  expect(after.map(({ Name }) => Name)).not.toContain('t8');
  await expect(glue.send(new GetTablesCommand({ DatabaseName: 'none' }))).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  });
});

test('G11 KMS aliases and keys', async () => {
  const { kms } = clients;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  expect(KeyMetadata).toMatchObject({ KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: false });
  for (let index = 0; index < 60; index += 1)
    await kms.send(new CreateAliasCommand({ AliasName: `alias/g11-${index}`, TargetKeyId: KeyMetadata?.KeyId }));
  const names = new Set<string>();
  const sizes: number[] = [];
  let Marker: string | undefined;
  do {
    const page = await kms.send(new ListAliasesCommand({ Marker }));
    for (const { AliasName = '' } of page.Aliases ?? []) names.add(AliasName);
    sizes.push(page.Aliases?.length ?? 0);
    expect(page.Truncated).toBe(page.NextMarker !== undefined);
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  expect(sizes[0]).toBe(50);
  expect([...names].filter((name) => name.startsWith('alias/g11-'))).toHaveLength(60);
});
