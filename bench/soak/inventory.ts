import {
  ListChangeSetsCommand,
  ListStackResourcesCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { paginateGetDatabases, paginateGetJobs, paginateGetTables } from '@aws-sdk/client-glue';
import { paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, paginateListKeys } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { Clients } from './world.ts';

/** Everything in an account that an apply makes, one line an object, sorted: two accounts with the same lake are alike. */
export type Inventory = readonly string[];

const stacksOf = async ({ cloudFormation }: Clients): Promise<readonly Stack[]> => {
  const stacks: Stack[] = [];
  for await (const page of paginateDescribeStacks({ client: cloudFormation }, {})) stacks.push(...(page.Stacks ?? []));
  return stacks;
};

/** A key's id is drawn by AWS; that there is one must do. */
const physicalName = (type: string, id: string): string => (type === 'AWS::KMS::Key' ? 'a key' : id);

const stackLines = async (clients: Clients): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const { StackName } of await stacksOf(clients)) {
    lines.push(`stack ${StackName ?? ''}`);
    const { StackResourceSummaries = [] } = await clients.cloudFormation.send(
      new ListStackResourcesCommand({ StackName }),
    );
    for (const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      lines.push(`${ResourceType} ${LogicalResourceId} ${physicalName(ResourceType, PhysicalResourceId)}`);
  }
  return lines;
};

const iamLines = async ({ iam }: Clients): Promise<readonly string[]> => {
  const lines: string[] = [];
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam },
    { Filter: ['Role', 'LocalManagedPolicy', 'User', 'Group'] },
  );
  for await (const { RoleDetailList = [], Policies = [] } of pages) {
    for (const {
      RoleName,
      AssumeRolePolicyDocument,
      RolePolicyList = [],
      AttachedManagedPolicies = [],
    } of RoleDetailList) {
      lines.push(`role ${RoleName ?? ''} ${AssumeRolePolicyDocument ?? ''}`);
      for (const { PolicyName, PolicyDocument } of RolePolicyList)
        lines.push(`role ${RoleName ?? ''} ${PolicyName ?? ''} ${PolicyDocument ?? ''}`);
      for (const { PolicyArn } of AttachedManagedPolicies) lines.push(`role ${RoleName ?? ''} ${PolicyArn ?? ''}`);
    }
    for (const { PolicyName, PolicyVersionList = [] } of Policies) {
      const document = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document;
      lines.push(`policy ${PolicyName ?? ''} ${document ?? ''}`);
    }
  }
  return lines;
};

const glueLines = async ({ glue }: Clients): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const { DatabaseList = [] } of paginateGetDatabases({ client: glue }, {})) {
    for (const { Name } of DatabaseList) {
      lines.push(`database ${Name ?? ''}`);
      for await (const { TableList = [] } of paginateGetTables({ client: glue }, { DatabaseName: Name })) {
        for (const table of TableList) {
          const columns = (table.StorageDescriptor?.Columns ?? []).map((column) => column.Name);
          lines.push(`table ${Name ?? ''}.${table.Name ?? ''} (${columns.join(', ')})`);
        }
      }
    }
  }
  for await (const { Jobs = [] } of paginateGetJobs({ client: glue }, {}))
    for (const { Name, Command } of Jobs) lines.push(`job ${Name ?? ''} ${Command?.ScriptLocation ?? ''}`);
  return lines;
};

const keyLines = async ({ kms }: Clients): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId } of Keys) {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.KeyManager === 'CUSTOMER' && KeyMetadata.KeyState === 'Enabled') lines.push('an enabled key');
    }
  }
  return lines;
};

/** Reads an account past EDL. */
export const takeInventory = async (clients: Clients): Promise<Inventory> => {
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const lines = [
    ...(await stackLines(clients)),
    ...(await iamLines(clients)),
    ...(await glueLines(clients)),
    ...(await keyLines(clients)),
    ...Buckets.map(({ Name }) => `bucket ${Name ?? ''}`),
  ];
  return lines.sort();
};

/** What one account has more often than the other, both ways. */
export const differences = (found: Inventory, expected: Inventory): readonly string[] => {
  const left = new Map<string, number>();
  for (const line of found) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of expected) left.set(line, (left.get(line) ?? 0) - 1);
  return [...left]
    .filter(([, count]) => count !== 0)
    .map(([line, count]) => `${count > 0 ? 'too much' : 'missing'}: ${line}`);
};

/** Stacks that no apply should leave behind so, and change sets that nobody executed. */
export const leftovers = async (clients: Clients): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const { StackName = '', StackStatus = '' } of await stacksOf(clients)) {
    if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(StackStatus) && StackStatus !== 'UPDATE_ROLLBACK_COMPLETE')
      found.push(`stack ${StackName} is in ${StackStatus}`);
    const { Summaries = [] } = await clients.cloudFormation.send(new ListChangeSetsCommand({ StackName }));
    for (const { ChangeSetName = '', ExecutionStatus = '' } of Summaries)
      if (ExecutionStatus !== 'EXECUTE_COMPLETE' && ExecutionStatus !== 'EXECUTE_FAILED')
        found.push(`stack ${StackName} has the change set ${ChangeSetName} (${ExecutionStatus})`);
  }
  return found;
};
