import { GetWorkGroupCommand, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetDatabasesCommand, GetJobsCommand, GetTablesCommand } from '@aws-sdk/client-glue';
import { GetAccountAuthorizationDetailsCommand } from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Clients } from '../../support/clients.ts';

type Listing = Readonly<Record<string, unknown>>;

/** What a document of AWS holds that differs between two accounts, or two runs, of the same lake. */
const PASSING =
  /^(\$metadata|.*(Date|Time|Timestamp|Created|Updated|On|LastUsed)|RoleId|PolicyId|VersionId|ETag|.*RequestId)$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const tidyText = (text: string): string => {
  const decoded = text.startsWith('%7B') ? decodeURIComponent(text) : text;
  if (/^\s*[{[]/.test(decoded)) {
    try {
      return JSON.stringify(tidy(JSON.parse(decoded)));
    } catch {
      // Not JSON after all.
    }
  }
  return decoded.replace(UUID, '{uuid}');
};

/** Without ids and dates, every list in an order of its own: what is left must be the same after any history. */
const tidy = (value: unknown): unknown => {
  if (typeof value === 'string') return tidyText(value);
  if (Array.isArray(value)) {
    return value.map((one) => tidy(one)).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return value instanceof Date ? null : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !PASSING.test(name))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, one]) => [tidyText(name), tidy(one)]),
  );
};

/** What is not set is told by an error. */
const orNone = <Value>(asking: Promise<Value>): Promise<Value | 'none'> => asking.catch(() => 'none' as const);

const byName = async <Item>(
  items: readonly Item[] | undefined,
  nameOf: (item: Item) => string | undefined,
  read: (name: string, item: Item) => Promise<unknown>,
): Promise<Listing> =>
  Object.fromEntries(
    await Promise.all(
      (items ?? []).map(async (item) => {
        const name = nameOf(item) ?? '';
        return [name, await read(name, item)] as const;
      }),
    ),
  );

const bucketOf = async ({ s3 }: Clients, Bucket: string): Promise<unknown> => {
  const [policy, encryption, lifecycle, versioning, block, tags] = await Promise.all([
    orNone(s3.send(new GetBucketPolicyCommand({ Bucket }))),
    orNone(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    orNone(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    orNone(s3.send(new GetBucketVersioningCommand({ Bucket }))),
    orNone(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    orNone(s3.send(new GetBucketTaggingCommand({ Bucket }))),
  ]);
  return { policy, encryption, lifecycle, versioning, block, tags };
};

/** Who ran and when (the lease, the journal), and what people put there, are no part of the lake. */
const isPassing = (key: string): boolean => /^edl\/(lease\.json$|journal\/)|\.parquet$/.test(key);

const objectOf = async ({ s3 }: Clients, Bucket: string, Key: string): Promise<unknown> => {
  const { Metadata, ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  if (!Key.endsWith('.json')) return { Metadata, ContentLength };
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return { Metadata, text: await Body?.transformToString() };
};

const objectsIn = async (clients: Clients, Bucket: string): Promise<Listing> => {
  const { Contents } = await clients.s3.send(new ListObjectsV2Command({ Bucket }));
  const lasting = (Contents ?? []).filter(({ Key }) => !isPassing(Key ?? ''));
  return byName(
    lasting,
    ({ Key }) => Key,
    (key) => objectOf(clients, Bucket, key),
  );
};

const stackOf = async ({ cloudformation }: Clients, StackName: string): Promise<unknown> => {
  const [{ Stacks }, { TemplateBody }] = await Promise.all([
    cloudformation.send(new DescribeStacksCommand({ StackName })),
    cloudformation.send(new GetTemplateCommand({ StackName })),
  ]);
  const [stack] = Stacks ?? [];
  // How it came to be complete differs with its history: created, updated or imported.
  const status = stack?.StackStatus?.replace(/^(CREATE|UPDATE|IMPORT)_COMPLETE$/, 'COMPLETE');
  const { Tags, Outputs, EnableTerminationProtection, RoleARN } = stack ?? {};
  return { status, Tags, Outputs, EnableTerminationProtection, RoleARN, template: TemplateBody };
};

const liveStacks = async ({ cloudformation }: Clients) => {
  const { StackSummaries } = await cloudformation.send(new ListStacksCommand({}));
  return (StackSummaries ?? []).filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
};

/** All that is in an account, without what differs between two that have had the same lake applied. */
export const readAccount = async (clients: Clients): Promise<unknown> => {
  const { athena, glue, iam, kms, s3 } = clients;
  const [stacks, { RoleDetailList, Policies }, { Buckets }, { Aliases }, { Keys }, { DatabaseList }, { Jobs }, groups] =
    await Promise.all([
      liveStacks(clients),
      iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', 'LocalManagedPolicy'] })),
      s3.send(new ListBucketsCommand({})),
      kms.send(new ListAliasesCommand({})),
      kms.send(new ListKeysCommand({})),
      glue.send(new GetDatabasesCommand({})),
      glue.send(new GetJobsCommand({})),
      athena.send(new ListWorkGroupsCommand({})),
    ]);
  const whole = {
    stacks: await byName(
      stacks,
      ({ StackName }) => StackName,
      (name) => stackOf(clients, name),
    ),
    roles: RoleDetailList,
    policies: (Policies ?? []).map(({ PolicyVersionList, DefaultVersionId: _version, ...policy }) => ({
      ...policy,
      document: PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion === true)?.Document,
    })),
    buckets: await byName(
      Buckets,
      ({ Name }) => Name,
      (name) => bucketOf(clients, name),
    ),
    objects: await byName(
      Buckets,
      ({ Name }) => Name,
      (name) => objectsIn(clients, name),
    ),
    aliases: (Aliases ?? [])
      .map(({ AliasName }) => AliasName)
      .filter((name) => name?.startsWith('alias/aws/') !== true),
    keys: await Promise.all(
      (Keys ?? []).map(({ KeyId }) => orNone(kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })))),
    ),
    databases: DatabaseList,
    tables: await byName(
      DatabaseList,
      ({ Name }) => Name,
      async (name) => (await glue.send(new GetTablesCommand({ DatabaseName: name }))).TableList,
    ),
    jobs: Jobs,
    workGroups: await byName(
      groups.WorkGroups,
      ({ Name }) => Name,
      async (name) => (await athena.send(new GetWorkGroupCommand({ WorkGroup: name }))).WorkGroup,
    ),
  };
  return tidy(whole);
};

/** What a crash may leave that no dump of what is there shows; nothing is as it should be. */
export const remainsIn = async (clients: Clients): Promise<readonly string[]> => {
  const { cloudformation } = clients;
  const remains = await Promise.all(
    (await liveStacks(clients)).map(async ({ StackName = '', StackStatus = '' }) => {
      const [{ Summaries }, { StackEvents }] = await Promise.all([
        cloudformation.send(new ListChangeSetsCommand({ StackName })),
        cloudformation.send(new DescribeStackEventsCommand({ StackName })),
      ]);
      const changeSets = (Summaries ?? []).filter(({ ExecutionStatus }) => ExecutionStatus === 'AVAILABLE');
      const made = (StackEvents ?? [])
        .filter(({ ResourceStatus, PhysicalResourceId, StackId }) => {
          return ResourceStatus === 'CREATE_COMPLETE' && PhysicalResourceId !== StackId;
        })
        .map(({ LogicalResourceId = '' }) => LogicalResourceId);
      return [
        ...(/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(StackStatus) ? [] : [`${StackName} is in ${StackStatus}`]),
        ...changeSets.map(({ ChangeSetName }) => `${StackName} has a change set to execute, ${ChangeSetName ?? ''}`),
        ...made.filter((id, index) => made.indexOf(id) !== index).map((id) => `${StackName} made ${id} twice`),
      ];
    }),
  );
  return remains.flat();
};
