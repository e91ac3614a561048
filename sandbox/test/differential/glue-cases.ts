import type { JobUpdate } from '@aws-sdk/client-glue';
import {
  BatchGetJobsCommand,
  CreateDatabaseCommand,
  CreateJobCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteJobCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetJobCommand,
  GetJobsCommand,
  GetTableCommand,
  GetTablesCommand,
  ListJobsCommand,
  UpdateDatabaseCommand,
  UpdateJobCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, accepted, casesOf } from './case.ts';

const database = (Name: string, Description = 'd') => ({ Name, Description, Parameters: { 'edl:owner': 'x' } });

const table = (Name: string, Description = 'd') => ({
  Name,
  Description,
  TableType: 'EXTERNAL_TABLE',
  Parameters: { classification: 'parquet' },
  PartitionKeys: [{ Name: 'update_id', Type: 'string' }],
  StorageDescriptor: {
    Columns: [{ Name: 'a', Type: 'string', Comment: 'c' }],
    Location: 's3://lake/x/',
    InputFormat: 'i',
    OutputFormat: 'o',
    SerdeInfo: { SerializationLibrary: 's', Parameters: { 'serialization.format': '1' } },
  },
});

const JOB = {
  Role: `arn:aws:iam::${MOTO_ACCOUNT}:role/run`,
  Description: 'd',
  Command: { Name: 'glueetl', ScriptLocation: 's3://lake/x.py', PythonVersion: '3' },
  DefaultArguments: { '--a': 'b' },
  NonOverridableArguments: { '--edl-mark': 'x' },
  ExecutionProperty: { MaxConcurrentRuns: 2 },
  MaxRetries: 1,
  Timeout: 60,
  GlueVersion: '5.1',
  WorkerType: 'G.1X',
  NumberOfWorkers: 2,
  JobRunQueuingEnabled: true,
} satisfies JobUpdate;

const makeDatabase = (aws: Aws, name: string) =>
  aws.glue.send(new CreateDatabaseCommand({ DatabaseInput: database(name) }));
const makeTable = (aws: Aws, name: string, DatabaseName = 'first') =>
  aws.glue.send(new CreateTableCommand({ DatabaseName, TableInput: table(name) }));
const makeJob = (aws: Aws, Name: string, extra: object = {}) =>
  aws.glue.send(new CreateJobCommand({ ...JOB, ...extra, Name }));

const DATABASES = casesOf({
  'glue:CreateDatabase': (aws) => makeDatabase(aws, 'first'),
  'glue:CreateDatabase again': (aws) => makeDatabase(aws, 'first'),
  'glue:GetDatabase': (aws) => aws.glue.send(new GetDatabaseCommand({ Name: 'first' })),
  'glue:GetDatabase that does not exist': (aws) => aws.glue.send(new GetDatabaseCommand({ Name: 'none' })),
  'glue:UpdateDatabase': async (aws) => {
    await aws.glue.send(new UpdateDatabaseCommand({ Name: 'first', DatabaseInput: database('first', 'e') }));
    return aws.glue.send(new GetDatabaseCommand({ Name: 'first' }));
  },
  'glue:UpdateDatabase that does not exist': (aws) =>
    aws.glue.send(new UpdateDatabaseCommand({ Name: 'none', DatabaseInput: database('none') })),
  'glue:GetDatabases': async (aws) => {
    await makeDatabase(aws, 'second');
    return aws.glue.send(new GetDatabasesCommand({}));
  },
  'glue:GetDatabases in a page of 1': async (aws) => {
    const page = await aws.glue.send(new GetDatabasesCommand({ MaxResults: 1 }));
    return { names: page.DatabaseList?.map(({ Name }) => Name), NextToken: page.NextToken };
  },
  'glue:DeleteDatabase': (aws) => aws.glue.send(new DeleteDatabaseCommand({ Name: 'second' })),
  'glue:DeleteDatabase that does not exist': (aws) => aws.glue.send(new DeleteDatabaseCommand({ Name: 'none' })),
});

const TABLES = casesOf({
  'glue:CreateTable': (aws) => makeTable(aws, 'first'),
  'glue:CreateTable again': (aws) => makeTable(aws, 'first'),
  'glue:CreateTable in a database that does not exist': (aws) => makeTable(aws, 'first', 'none'),
  'glue:GetTable': (aws) => aws.glue.send(new GetTableCommand({ DatabaseName: 'first', Name: 'first' })),
  'glue:GetTable that does not exist': (aws) =>
    aws.glue.send(new GetTableCommand({ DatabaseName: 'first', Name: 'none' })),
  'glue:UpdateTable': async (aws) => {
    await aws.glue.send(new UpdateTableCommand({ DatabaseName: 'first', TableInput: table('first', 'e') }));
    return aws.glue.send(new GetTableCommand({ DatabaseName: 'first', Name: 'first' }));
  },
  'glue:UpdateTable that does not exist': (aws) =>
    aws.glue.send(new UpdateTableCommand({ DatabaseName: 'first', TableInput: table('none') })),
  'glue:GetTables': async (aws) => {
    await makeTable(aws, 'second');
    return aws.glue.send(new GetTablesCommand({ DatabaseName: 'first' }));
  },
  'glue:GetTables in a page of 1': async (aws) => {
    const page = await aws.glue.send(new GetTablesCommand({ DatabaseName: 'first', MaxResults: 1 }));
    return { names: page.TableList?.map(({ Name }) => Name), NextToken: page.NextToken };
  },
  'glue:GetTables of a database that does not exist': (aws) =>
    aws.glue.send(new GetTablesCommand({ DatabaseName: 'none' })),
  'glue:DeleteTable': (aws) => aws.glue.send(new DeleteTableCommand({ DatabaseName: 'first', Name: 'second' })),
  'glue:DeleteTable that does not exist': (aws) =>
    aws.glue.send(new DeleteTableCommand({ DatabaseName: 'first', Name: 'none' })),
});

const JOBS = casesOf({
  'glue:CreateJob': (aws) => makeJob(aws, 'first'),
  'glue:GetJob': (aws) => aws.glue.send(new GetJobCommand({ JobName: 'first' })),
  'glue:CreateJob again, of another definition': (aws) => accepted(makeJob(aws, 'first', { Timeout: 5 })),
  'glue:CreateJob without a role': (aws) => accepted(makeJob(aws, 'roleless', { Role: undefined })),
  'glue:GetJob that does not exist': (aws) => aws.glue.send(new GetJobCommand({ JobName: 'none' })),
  'glue:UpdateJob': (aws) =>
    accepted(aws.glue.send(new UpdateJobCommand({ JobName: 'first', JobUpdate: { ...JOB, Timeout: 5 } }))),
  'glue:UpdateJob that does not exist': (aws) =>
    aws.glue.send(new UpdateJobCommand({ JobName: 'none', JobUpdate: JOB })),
  'glue:GetJobs in a page of 1': async (aws) => {
    await makeJob(aws, 'second');
    const page = await aws.glue.send(new GetJobsCommand({ MaxResults: 1 }));
    return { names: page.Jobs?.map(({ Name }) => Name), NextToken: page.NextToken };
  },
  'glue:ListJobs in a page of 1': (aws) => aws.glue.send(new ListJobsCommand({ MaxResults: 1 })),
  'glue:BatchGetJobs': async (aws) => {
    const answer = await aws.glue.send(new BatchGetJobsCommand({ JobNames: ['second', 'none'] }));
    return { names: answer.Jobs?.map(({ Name }) => Name), missing: answer.JobsNotFound };
  },
  'glue:DeleteJob': (aws) => aws.glue.send(new DeleteJobCommand({ JobName: 'first' })),
  'glue:DeleteJob that does not exist': (aws) => aws.glue.send(new DeleteJobCommand({ JobName: 'none' })),
});

export const GLUE_CASES = [...DATABASES, ...TABLES, ...JOBS];
