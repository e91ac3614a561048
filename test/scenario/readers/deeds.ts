import { DeleteWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  DeleteDatabaseCommand,
  DeleteJobCommand,
  DeleteTableCommand,
  GetJobCommand,
  UpdateJobCommand,
  type JobUpdate,
} from '@aws-sdk/client-glue';
import {
  AttachRolePolicyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteAliasCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Clients } from '../../support/clients.ts';
import { keyBehind } from './doors.ts';

/** Something done behind EDL's back that is no other value in the same place, and what the next plan must say of it. */
export interface Deed {
  readonly name: string;
  readonly region?: 'us-east-1';
  /** Emitted properties that only this deed changes, as `<kind> <shape>`. */
  readonly covers?: readonly string[];
  readonly act: (clients: Clients) => Promise<unknown>;
  /** Id → the paths that drifted, or that the object is missing. */
  readonly drift?: Readonly<Record<string, readonly string[] | 'missing'>>;
  /** What is made again, because nothing but the object itself recorded that it was there. */
  readonly creates?: readonly string[];
}

const ARTIFACTS = 'acme-datalake-artifacts-prod-eu-west-1';
const BOUNDARY = 'arn:aws:iam::333333333333:policy/edl/prod/edl-prod-boundary';
const FINANCE = 'arn:aws:iam::333333333333:policy/edl/prod/edl-prod-team-finance-1';
const DENIAL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: ['s3:*'], Resource: ['*'] }],
});

const textOf = async ({ s3 }: Clients, Key: string): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: ARTIFACTS, Key }));
  return (await Body?.transformToString('latin1')) ?? '';
};

const overwrite = async (clients: Clients, artifact: string, change: (text: string) => string): Promise<void> => {
  const Key = `edl/artifacts/${artifact}`;
  const Body = Buffer.from(change(await textOf(clients, Key)), 'latin1');
  await clients.s3.send(new PutObjectCommand({ Bucket: ARTIFACTS, Key, Body }));
};

const removeRole = async ({ iam }: Clients, RoleName: string): Promise<void> => {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
};

/** What Glue computes of a job and does not take back. */
const COMPUTED = ['Name', 'CreatedOn', 'LastModifiedOn', 'AllocatedCapacity', 'MaxCapacity'];

const retryTwice = async ({ glue }: Clients, JobName: string): Promise<void> => {
  const { Job = {} } = await glue.send(new GetJobCommand({ JobName }));
  const definition = Object.entries(Job).filter(([key]) => !COMPUTED.includes(key));
  const JobUpdate: JobUpdate = { ...Object.fromEntries(definition), MaxRetries: 2 };
  await glue.send(new UpdateJobCommand({ JobName, JobUpdate }));
};

/** `artifacts`: the file names of the artifacts in the home region. */
export const deedsOf = (artifacts: readonly string[]): readonly Deed[] => [
  {
    name: 'an alias is pointed to another key',
    covers: ['kms-alias /TargetKeyId/Ref'],
    act: async (clients) => {
      const TargetKeyId = await keyBehind(clients, 'kms-key/eu-west-1/edl-prod-sensitive');
      await clients.kms.send(new UpdateAliasCommand({ AliasName: 'alias/edl-prod-restricted', TargetKeyId }));
    },
    drift: { 'kms-alias/eu-west-1/edl-prod-restricted': ['/TargetKeyId'] },
  },
  {
    name: 'code is replaced by other code of the same length',
    covers: ['artifact /Md5'],
    act: (clients) => overwrite(clients, artifacts[0] ?? '', (text) => `#${text.slice(1)}`),
    drift: { [`artifact/eu-west-1/${artifacts[0] ?? ''}`]: ['/Md5'] },
  },
  {
    name: 'code is replaced by longer code',
    covers: ['artifact /Size'],
    act: (clients) => overwrite(clients, artifacts[1] ?? '', (text) => `${text}#`),
    drift: { [`artifact/eu-west-1/${artifacts[1] ?? ''}`]: ['/Md5', '/Size'] },
  },
  {
    name: 'a role gets one inline policy more',
    act: ({ iam }) =>
      iam.send(
        new PutRolePolicyCommand({ RoleName: 'edl-prod-user-jane-doe', PolicyName: 'zz', PolicyDocument: DENIAL }),
      ),
    drift: { 'iam-role/edl-prod-user-jane-doe': ['/Policies/2'] },
  },
  {
    name: 'a role gets a managed policy',
    act: ({ iam }) =>
      iam.send(new AttachRolePolicyCommand({ RoleName: 'edl-prod-team-security', PolicyArn: BOUNDARY })),
    drift: { 'iam-role/edl-prod-team-security': ['/ManagedPolicyArns/0'] },
  },
  {
    name: 'a data bucket gets a rule that expires its objects',
    act: ({ s3 }) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: 'acme-datalake-prod-internal-eu-west-1',
          LifecycleConfiguration: {
            Rules: [
              {
                ID: 'abort-stale-uploads',
                Status: 'Enabled',
                Filter: { Prefix: '' },
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
              },
              { ID: 'expire', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } },
            ],
          },
        }),
      ),
    drift: { 's3-bucket/acme-datalake-prod-internal-eu-west-1': ['/LifecycleConfiguration/Rules/1'] },
  },
  {
    name: 'a job is retried where it was not',
    act: (clients) => retryTwice(clients, 'edl-prod-sales-daily'),
    drift: { 'glue-job/eu-west-1/edl-prod-sales-daily': ['/MaxRetries'] },
  },
  {
    name: 'a key is disabled',
    region: 'us-east-1',
    act: async (clients) =>
      clients.kms.send(
        new DisableKeyCommand({ KeyId: await keyBehind(clients, 'kms-key/us-east-1/edl-prod-sensitive') }),
      ),
    drift: { 'kms-key/us-east-1/edl-prod-sensitive': ['/Enabled'] },
  },
  {
    name: 'a key waits for its deletion',
    region: 'us-east-1',
    act: async (clients) =>
      clients.kms.send(
        new ScheduleKeyDeletionCommand({ KeyId: await keyBehind(clients, 'kms-key/us-east-1/edl-prod-restricted') }),
      ),
    drift: { 'kms-key/us-east-1/edl-prod-restricted': ['/Enabled', '/KeyState'] },
  },
  {
    name: 'an alias is deleted',
    act: ({ kms }) => kms.send(new DeleteAliasCommand({ AliasName: 'alias/edl-prod-sensitive' })),
    drift: { 'kms-alias/eu-west-1/edl-prod-sensitive': 'missing' },
  },
  {
    name: 'a workgroup is deleted',
    act: ({ athena }) =>
      athena.send(new DeleteWorkGroupCommand({ WorkGroup: 'edl-prod-team-research', RecursiveDeleteOption: true })),
    drift: { 'athena-workgroup/eu-west-1/edl-prod-team-research': 'missing' },
  },
  {
    name: 'a role is deleted',
    act: (clients) => removeRole(clients, 'edl-prod-team-research'),
    drift: { 'iam-role/edl-prod-team-research': 'missing' },
  },
  {
    name: 'a managed policy is detached and deleted',
    act: async ({ iam }) => {
      await iam.send(new DetachRolePolicyCommand({ RoleName: 'edl-prod-team-finance', PolicyArn: FINANCE }));
      await iam.send(new DeletePolicyCommand({ PolicyArn: FINANCE }));
    },
    drift: {
      'iam-managed-policy/edl-prod-team-finance-1': 'missing',
      'iam-role/edl-prod-team-finance': ['/ManagedPolicyArns/0'],
    },
  },
  {
    name: "a bucket's policy is deleted",
    act: ({ s3 }) => s3.send(new DeleteBucketPolicyCommand({ Bucket: 'acme-datalake-prod-sensitive-eu-west-1' })),
    drift: { 's3-bucket-policy/acme-datalake-prod-sensitive-eu-west-1': 'missing' },
  },
  {
    name: 'an empty bucket is deleted',
    region: 'us-east-1',
    act: ({ s3 }) => s3.send(new DeleteBucketCommand({ Bucket: 'acme-datalake-drop-prod-internal-us-east-1' })),
    drift: {
      's3-bucket/acme-datalake-drop-prod-internal-us-east-1': 'missing',
      's3-bucket-policy/acme-datalake-drop-prod-internal-us-east-1': 'missing',
    },
  },
  {
    name: 'a table is deleted',
    act: ({ glue }) =>
      glue.send(new DeleteTableCommand({ DatabaseName: 'edl_prod_internal', Name: 'site_codes__sites' })),
    creates: ['glue-table/eu-west-1/edl_prod_internal/site_codes__sites'],
  },
  {
    name: 'a database is deleted',
    region: 'us-east-1',
    act: ({ glue }) => glue.send(new DeleteDatabaseCommand({ Name: 'edl_prod_sensitive' })),
    creates: ['glue-database/us-east-1/edl_prod_sensitive'],
  },
  {
    name: 'a job is deleted',
    act: ({ glue }) => glue.send(new DeleteJobCommand({ JobName: 'edl-prod-demand-forecast' })),
    creates: ['glue-job/eu-west-1/edl-prod-demand-forecast'],
  },
  {
    name: 'code is deleted',
    act: ({ s3 }) =>
      s3.send(new DeleteObjectCommand({ Bucket: ARTIFACTS, Key: `edl/artifacts/${artifacts[2] ?? ''}` })),
    creates: [`artifact/eu-west-1/${artifacts[2] ?? ''}`],
  },
  {
    name: 'the registry of a region is deleted, with its list of jobs',
    region: 'us-east-1',
    act: async ({ s3 }) => {
      for (const Key of ['edl/datasets.json', 'edl/jobs.json'])
        await s3.send(new DeleteObjectCommand({ Bucket: 'acme-datalake-artifacts-prod-us-east-1', Key }));
    },
    creates: ['registry/us-east-1', 'registry/us-east-1/jobs'],
  },
];
