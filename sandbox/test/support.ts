import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import type { Stack } from '@aws-sdk/client-cloudformation';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type {
  CreateChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
  ExecuteChangeSetCommandInput,
  StackEvent,
} from '@aws-sdk/client-cloudformation';
import { GlueClient } from '@aws-sdk/client-glue';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { borrowSandbox } from './borrow.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const CAPABILITIES = ['CAPABILITY_NAMED_IAM'] as const;

/** SDK clients as a product has them, for one account and region. */
export const clientsFor = (sandbox: Sandbox, account: string = ACCOUNT, region: string = REGION) => {
  const options = {
    endpoint: sandbox.endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: account, secretAccessKey: 'x' },
  };
  return {
    athena: new AthenaClient(options),
    cfn: new CloudFormationClient(options),
    glue: new GlueClient(options),
    iam: new IAMClient(options),
    kms: new KMSClient(options),
    s3: new S3Client(options),
  };
};

export type Clients = ReturnType<typeof clientsFor>;

/** A sandbox for the tests of one file, empty before them. */
export const useSandbox = (
  options: Pick<SandboxOptions, 'stackDelayMs'> = {},
): { readonly sandbox: Sandbox; readonly clients: Clients } => {
  let running: { readonly sandbox: Sandbox; readonly clients: Clients } | undefined;
  const get = (): { readonly sandbox: Sandbox; readonly clients: Clients } => {
    if (running === undefined) throw new Error('The sandbox is not started yet.');
    return running;
  };
  beforeAll(async () => {
    const sandbox = await borrowSandbox(options);
    running = { sandbox, clients: clientsFor(sandbox) };
  });
  afterAll(() => running?.sandbox.stop());
  return {
    get sandbox() {
      return get().sandbox;
    },
    get clients() {
      return get().clients;
    },
  };
};

export const describeStack = async (clients: Clients, name: string): Promise<Stack> => {
  const answer = await clients.cfn.send(new DescribeStacksCommand({ StackName: name }));
  const stack = answer.Stacks?.[0];
  if (stack === undefined) throw new Error(`no stack ${name}`);
  return stack;
};

/** Waits until nothing is under way any more; by id, so that deleted stacks are still found. */
export const settled = async (clients: Clients, id: string): Promise<Stack> => {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    const stack = await describeStack(clients, id);
    if (stack.StackStatus !== undefined && !stack.StackStatus.endsWith('_IN_PROGRESS')) return stack;
    await sleep(5);
  }
  throw new Error(`stack ${id} did not settle`);
};

interface Extra {
  readonly Tags?: { Key: string; Value: string }[];
  readonly Parameters?: { ParameterKey: string; ParameterValue: string }[];
  readonly RoleARN?: string;
  readonly OnFailure?: 'DELETE' | 'DO_NOTHING' | 'ROLLBACK';
  readonly DisableRollback?: boolean;
  readonly RetainExceptOnCreate?: boolean;
  readonly EnableTerminationProtection?: boolean;
}

const textOf = (template: object | string): string =>
  typeof template === 'string' ? template : JSON.stringify(template);

export const createStack = async (
  clients: Clients,
  name: string,
  template: object | string,
  extra: Extra = {},
): Promise<Stack> => {
  const answer = await clients.cfn.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: textOf(template),
      Capabilities: [...CAPABILITIES],
      ...extra,
    }),
  );
  return settled(clients, answer.StackId ?? '');
};

export const updateStack = async (
  clients: Clients,
  name: string,
  template: object | string,
  extra: Extra = {},
): Promise<Stack> => {
  const { OnFailure: _unused, EnableTerminationProtection: _also, ...rest } = extra;
  const answer = await clients.cfn.send(
    new UpdateStackCommand({
      StackName: name,
      TemplateBody: textOf(template),
      Capabilities: [...CAPABILITIES],
      ...rest,
    }),
  );
  return settled(clients, answer.StackId ?? '');
};

export const deleteStack = async (clients: Clients, name: string, retain?: string[]): Promise<Stack> => {
  const { StackId } = await describeStack(clients, name);
  await clients.cfn.send(
    new DeleteStackCommand({ StackName: name, ...(retain === undefined ? {} : { RetainResources: retain }) }),
  );
  return settled(clients, StackId ?? '');
};

/** A change set with its values, once it is made or refused. */
export const readyChangeSet = async (
  clients: Clients,
  ChangeSetName: string | undefined,
): Promise<DescribeChangeSetCommandOutput> => {
  for (;;) {
    const shown = await clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName, IncludePropertyValues: true }));
    if (shown.Status === 'CREATE_COMPLETE' || shown.Status === 'FAILED') return shown;
    await sleep(5);
  }
};

export const changeSet = async (
  clients: Clients,
  name: string,
  template: object | string,
  extra: Partial<CreateChangeSetCommandInput> = {},
): Promise<DescribeChangeSetCommandOutput> => {
  const created = await clients.cfn.send(
    new CreateChangeSetCommand({
      StackName: name,
      ChangeSetName: 'change',
      TemplateBody: textOf(template),
      Capabilities: [...CAPABILITIES],
      ...extra,
    }),
  );
  return readyChangeSet(clients, created.Id);
};

export const executeChangeSet = async (
  clients: Clients,
  shown: DescribeChangeSetCommandOutput,
  options: Partial<ExecuteChangeSetCommandInput> = {},
): Promise<Stack> => {
  await clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: shown.ChangeSetId, ...options }));
  return settled(clients, shown.StackId ?? '');
};

export const eventsOf = async (clients: Clients, name: string): Promise<readonly StackEvent[]> => {
  const answer = await clients.cfn.send(new DescribeStackEventsCommand({ StackName: name }));
  return answer.StackEvents ?? [];
};

/** The reasons of all events of a status, for "why did it fail". */
export const reasonsOf = async (clients: Clients, name: string, status: string): Promise<string> =>
  (await eventsOf(clients, name))
    .filter((event) => event.ResourceStatus === status)
    .map((event) => event.ResourceStatusReason ?? '')
    .join('\n');

export const trustOf = (principal: object = { AWS: `arn:aws:iam::${ACCOUNT}:root` }): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

export const allow = (action: string, resource = '*'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

export const role = (name: string | undefined, properties: object = {}): object => ({
  Type: 'AWS::IAM::Role',
  Properties: { ...(name === undefined ? {} : { RoleName: name }), AssumeRolePolicyDocument: trustOf(), ...properties },
});

export const bucket = (name: string, properties: object = {}, attributes: object = {}): object => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName: name, ...properties },
  ...attributes,
});

/** A role that cannot be created, as it trusts a role that does not exist. */
export const brokenRole = (dependsOn: readonly string[] = [], name?: string): object => ({
  ...role(name, { AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }) }),
  ...(dependsOn.length === 0 ? {} : { DependsOn: dependsOn }),
});

export const hasBucket = (clients: Clients, name: string): Promise<boolean> =>
  clients.s3.send(new HeadBucketCommand({ Bucket: name })).then(
    () => true,
    () => false,
  );

/** A live role, or a refusal where there is none. */
export const liveRole = async (clients: Clients, RoleName: string) =>
  (await clients.iam.send(new GetRoleCommand({ RoleName }))).Role;
