import { DeleteWorkGroupCommand, UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  DeleteJobCommand,
  DeleteTableCommand,
  GetJobCommand,
  GetTableCommand,
  UpdateJobCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { JsonObject } from '../../../src/reconciler/model/json.ts';
import type { Clients } from '../../support/clients.ts';
import { ACCOUNT, bucket, REGION, role, type Deed } from './deed.ts';

const changeTable = async (
  { glue }: Clients,
  DatabaseName: string,
  Name: string,
  change: (input: JsonObject) => JsonObject,
): Promise<unknown> => {
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
  const { Description, TableType, Parameters, PartitionKeys, StorageDescriptor } = Table ?? {};
  const input = { Name, Description, TableType, Parameters, PartitionKeys, StorageDescriptor };
  const changed = change(JSON.parse(JSON.stringify(input)) as JsonObject);
  return glue.send(new UpdateTableCommand({ DatabaseName, TableInput: { Name, ...changed } }));
};

/** What Glue answers of a job and does not take back. */
const ECHOES = new Set(['Name', 'CreatedOn', 'LastModifiedOn', 'AllocatedCapacity', 'MaxCapacity']);

const changeJob = async (
  { glue }: Clients,
  JobName: string,
  change: (job: JsonObject) => JsonObject,
): Promise<unknown> => {
  const { Job } = await glue.send(new GetJobCommand({ JobName }));
  const answered = Object.entries(JSON.parse(JSON.stringify(Job ?? {})) as JsonObject);
  const changed = change(Object.fromEntries(answered.filter(([key]) => !ECHOES.has(key))));
  return glue.send(new UpdateJobCommand({ JobName, JobUpdate: changed }));
};

const overwrite = async ({ s3 }: Clients, prefix: string): Promise<unknown> => {
  const Bucket = bucket('artifacts-dev01');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  const [first] = Contents;
  return s3.send(new PutObjectCommand({ Bucket, Key: first?.Key, Body: 'print("not reviewed")' }));
};

/** What people do to what reads and computes. */
export const WORK_DEEDS: readonly Deed[] = [
  {
    title: 'the limit of a workgroup is gone',
    id: 'athena-workgroup/eu-west-1/edl-dev01-team-oncology',
    state: 'drifted',
    effect: 'neutral',
    path: '/WorkGroupConfiguration',
    commit: ({ athena }) =>
      athena.send(
        new UpdateWorkGroupCommand({
          WorkGroup: role('team-oncology'),
          ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true },
        }),
      ),
  },
  {
    title: 'the settings of a workgroup no longer bind',
    id: 'athena-workgroup/eu-west-1/edl-dev01-team-finance',
    state: 'drifted',
    effect: 'widens',
    path: '/WorkGroupConfiguration',
    commit: ({ athena }) =>
      athena.send(
        new UpdateWorkGroupCommand({
          WorkGroup: role('team-finance'),
          ConfigurationUpdates: { EnforceWorkGroupConfiguration: false },
        }),
      ),
  },
  {
    title: 'a workgroup is disabled',
    id: 'athena-workgroup/eu-west-1/edl-dev01-team-security',
    state: 'drifted',
    effect: 'narrows',
    path: '/State',
    commit: ({ athena }) =>
      athena.send(new UpdateWorkGroupCommand({ WorkGroup: role('team-security'), State: 'DISABLED' })),
  },
  {
    title: 'a workgroup is deleted',
    id: 'athena-workgroup/eu-west-1/edl-dev01-user-jane-doe',
    state: 'missing',
    effect: 'narrows',
    commit: ({ athena }) =>
      athena.send(new DeleteWorkGroupCommand({ WorkGroup: role('user-jane-doe'), RecursiveDeleteOption: true })),
  },
  {
    title: 'a table points to another place',
    id: 'glue-table/eu-west-1/edl_dev01_internal/crm_accounts__accounts',
    state: 'drifted',
    effect: 'neutral',
    path: '/TableInput',
    commit: (aws) =>
      changeTable(aws, 'edl_dev01_internal', 'crm_accounts__accounts', (input) => ({
        ...input,
        StorageDescriptor: {
          ...(input['StorageDescriptor'] as JsonObject),
          Location: 's3://somewhere-else/crm-accounts/',
        },
      })),
  },
  {
    title: 'a table is deleted',
    id: 'glue-table/eu-west-1/edl_dev01_internal/site_codes__sites',
    state: 'missing',
    effect: 'narrows',
    commit: ({ glue }) =>
      glue.send(new DeleteTableCommand({ DatabaseName: 'edl_dev01_internal', Name: 'site_codes__sites' })),
  },
  {
    title: 'a job runs under another role',
    id: 'glue-job/eu-west-1/edl-dev01-daily-outcomes',
    state: 'drifted',
    effect: 'widens',
    path: '/Role',
    commit: (aws) =>
      changeJob(aws, 'edl-dev01-daily-outcomes', (job) => ({
        ...job,
        Role: `arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/night-shift`,
      })),
  },
  {
    title: 'a job loads code that nobody reviewed',
    id: 'glue-job/eu-west-1/edl-dev01-demand-forecast',
    state: 'drifted',
    effect: 'widens',
    path: '/DefaultArguments',
    commit: (aws) =>
      changeJob(aws, 'edl-dev01-demand-forecast', (job) => ({
        ...job,
        DefaultArguments: {
          ...(job['DefaultArguments'] as JsonObject),
          '--extra-py-files': 's3://somewhere-else/patch.zip',
        },
      })),
  },
  {
    title: 'a job gets more workers',
    id: 'glue-job/eu-west-1/edl-dev01-demand-forecast',
    state: 'drifted',
    effect: 'neutral',
    path: '/NumberOfWorkers',
    commit: (aws) => changeJob(aws, 'edl-dev01-demand-forecast', (job) => ({ ...job, NumberOfWorkers: 50 })),
  },
  {
    title: 'a job is deleted',
    id: 'glue-job/eu-west-1/edl-dev01-sales-daily',
    state: 'missing',
    effect: 'narrows',
    commit: ({ glue }) => glue.send(new DeleteJobCommand({ JobName: 'edl-dev01-sales-daily' })),
  },
  {
    title: "a job's code is overwritten in place",
    id: 'artifact/eu-west-1/pipeline-sales-daily',
    state: 'drifted',
    effect: 'widens',
    path: '/Md5',
    commit: (aws) => overwrite(aws, 'edl/artifacts/pipeline-sales-daily'),
  },
  {
    title: 'the registry is edited',
    id: 'registry/eu-west-1',
    state: 'drifted',
    effect: 'neutral',
    commit: ({ s3 }) =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket('artifacts-dev01'),
          Key: 'edl/datasets.json',
          Body: JSON.stringify({ datasets: [], regions: [REGION] }),
        }),
      ),
  },
];
