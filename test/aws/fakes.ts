import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { StackContext } from '../../src/aws/cloudformation/context.ts';
import type { Timer } from '../../src/aws/wait.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import type { Event } from '../../src/reconciler/model/events.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import { DIGEST_OUTPUT, stackTags } from '../../src/reconciler/model/names.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import type { Reporter, StackWork } from '../../src/reconciler/model/ports.ts';
import type { Resource, Stack } from '../../src/reconciler/model/resource.ts';

/** An error as the SDK throws it. */
export const sdkError = (name: string, message: string, status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

/** Time that passes only in sleep. */
export const virtualTimer = (): Timer & { readonly slept: number[] } => {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
};

/** A reporter that keeps everything. */
export const recorder = (): Reporter & { readonly events: Event[] } => {
  const events: Event[] = [];
  return { events, emit: (event) => events.push(event) };
};

/** One call that a fake client got. */
export interface SentCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a fake client answers to a call; it may throw. */
export type Answer = (input: Readonly<Record<string, unknown>>) => object;

/** A real client whose calls are answered here, by operation; an operation without an answer fails the test. */
export const fakeCloudFormation = (
  answers: Readonly<Record<string, Answer>>,
): { readonly client: CloudFormationClient; readonly calls: SentCall[] } => {
  const client = new CloudFormationClient({ region: 'eu-west-1' });
  const calls: SentCall[] = [];
  client.middlewareStack.add(
    (_next, context) => (args) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      const input: Readonly<Record<string, unknown>> = { ...args.input };
      calls.push({ operation, input });
      const answer = answers[operation];
      if (answer === undefined) return Promise.reject(new Error(`The fake has no answer to ${operation}.`));
      try {
        return Promise.resolve({ response: {}, output: { $metadata: {}, ...answer(input) } });
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
    { step: 'initialize' },
  );
  return { client, calls };
};

/** The stack of most tests. */
export const STACK = 'edl-dev01-access-team-oncology';
/** Its StackId. */
export const STACK_ARN = `arn:aws:cloudformation:eu-west-1:111111111111:stack/${STACK}/1`;

/** A role as a declared resource. */
export const roleResource = (name: string, properties: JsonObject = {}): Resource => ({
  id: `iam-role/${name}`,
  kind: 'iam-role',
  type: 'AWS::IAM::Role',
  stack: STACK,
  region: 'eu-west-1',
  properties: {
    RoleName: name,
    Path: '/edl/dev01/',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }],
    },
    ...properties,
  },
  dependsOn: [],
});

/** A desired stack, with a template as compile renders it. */
export const stackOf = (resources: readonly Resource[], more: Partial<Stack> = {}): Stack => {
  const body = {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: Object.fromEntries(
      resources.map(({ id, type, properties }) => [logicalIdOf(id), { Type: type, Properties: properties }]),
    ),
  };
  const digest = digestOf(body);
  return {
    name: STACK,
    region: 'eu-west-1',
    driver: 'cloudformation',
    dependsOn: [],
    bootstrap: false,
    resources,
    template: { ...body, Outputs: { [DIGEST_OUTPUT]: { Value: digest } } },
    digest,
    ...more,
  };
};

const baseOf = ({ id, kind, type, stack, region }: Resource) => ({ id, kind, type, stack, region });

/** A planned creation. */
export const createOf = (resource: Resource): Change => ({
  ...baseOf(resource),
  action: 'create',
  after: resource.properties,
});

/** A planned update in place. */
export const updateOf = (resource: Resource): Change => ({
  ...baseOf(resource),
  action: 'update',
  properties: [],
  impact: 'in-place',
});

/** A planned adoption of what nobody owns; `before` is what is live. */
export const adoptOf = (resource: Resource, before: JsonObject): Change => ({
  ...baseOf(resource),
  action: 'adopt',
  before,
  after: resource.properties,
  properties: [],
  ownership: 'unowned',
});

/** A planned prune. */
export const pruneOf = (resource: Resource, holdsData = false): Change => ({
  ...baseOf(resource),
  action: 'prune',
  holdsData,
});

/** The work on one stack of the instance dev01. */
export const workOf = (
  changes: readonly Change[],
  desired: Stack | undefined,
  more: Partial<StackWork> = {},
): StackWork => ({
  instance: 'dev01',
  organization: 'acme',
  account: '111111111111',
  name: desired?.name ?? STACK,
  region: 'eu-west-1',
  changes,
  blobs: [],
  ...(desired === undefined ? {} : { desired }),
  ...more,
});

/** DescribeStacks of one stack. */
export const described = (status: string, more: object = {}): object => ({
  Stacks: [
    {
      StackName: STACK,
      StackId: STACK_ARN,
      StackStatus: status,
      CreationTime: new Date(0),
      Tags: Object.entries(stackTags('acme', 'dev01')).map(([Key, Value]) => ({ Key, Value })),
      ...more,
    },
  ],
});

/** The outputs of a stack whose template has this digest. */
export const withDigest = (digest: string): object => ({
  Outputs: [{ OutputKey: DIGEST_OUTPUT, OutputValue: digest }],
});

/** What the driver's steps share, with a fake client. */
export const contextOf = (
  client: CloudFormationClient,
  work: StackWork,
  more: Partial<StackContext> = {},
): StackContext => ({
  client,
  work,
  reporter: recorder(),
  timer: virtualTimer(),
  uploadTemplate: () => Promise.resolve(),
  ...more,
});
