import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import {
  CreateStackCommand,
  DescribeStacksCommand,
  ListStacksCommand,
  UpdateStackCommand,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import { GetDatabasesCommand } from '@aws-sdk/client-glue';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListAliasesCommand } from '@aws-sdk/client-kms';
import { HeadBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { Fate, Faults } from '../faults.ts';
import { NO_FAULTS, changedFaults, newFaultMachine } from '../faults.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, CAPABILITIES, REGION, allow, bucket, clientsFor, settled } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;
let crashes = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ onCrash: () => (crashes += 1) });
  clients = clientsFor(sandbox);
});
afterEach(() => {
  sandbox.setFaults(NO_FAULTS);
});
afterAll(() => sandbox.stop());

const fatesOf = (faults: Partial<Faults>, count: number, operation = 'iam:GetRole'): readonly Fate[] => {
  const machine = newFaultMachine(faults);
  return Array.from({ length: count }, () => machine.next(operation));
};
const shareOf = (fates: readonly Fate[], fate: Fate): number =>
  fates.filter((each) => each === fate).length / fates.length;

test('F1 each call waits', async () => {
  sandbox.setFaults({ latencyMs: 150 });
  const started = performance.now();
  await clients.cfn.send(new DescribeStacksCommand({}));
  expect(performance.now() - started).toBeGreaterThan(140);
});

describe('throttled calls', () => {
  const refused = { name: 'ThrottlingException', message: 'Rate exceeded', $metadata: { httpStatusCode: 400 } };
  it.each([
    ['CloudFormation', () => clients.cfn.send(new DescribeStacksCommand({})), { ...refused, name: 'Throttling' }],
    ['IAM', () => clients.iam.send(new ListRolesCommand({})), { ...refused, name: 'Throttling' }],
    ['Glue', () => clients.glue.send(new GetDatabasesCommand({})), refused],
    ['KMS', () => clients.kms.send(new ListAliasesCommand({})), refused],
    ['Athena', () => clients.athena.send(new ListWorkGroupsCommand({})), refused],
    [
      'S3',
      () => clients.s3.send(new ListBucketsCommand({})),
      { name: 'SlowDown', message: 'Please reduce your request rate.', $metadata: { httpStatusCode: 503 } },
    ],
    ['S3 HEAD', () => clients.s3.send(new HeadBucketCommand({ Bucket: 'b' })), { $metadata: { httpStatusCode: 503 } }],
  ])('of %s say so in their own form', async (_, call, error) => {
    sandbox.setFaults({ throttle: 1 });
    await expect(call()).rejects.toMatchObject(error);
  });
});

test('P2 F2 throttled calls are counted, do nothing, and SDKs try them again', async () => {
  sandbox.resetCalls();
  sandbox.setFaults({ throttle: 1 });
  const create = new CreateStackCommand({
    StackName: 'throttled',
    TemplateBody: JSON.stringify({ Resources: { Bucket: bucket('throttled') } }),
  });
  await expect(clients.cfn.send(create)).rejects.toMatchObject({ name: 'Throttling', $retryable: undefined });
  expect(await sandbox.calls()).toEqual({ 'cloudformation:CreateStack': 1 });
  sandbox.setFaults({ throttle: 0.5 });
  expect((await clientsThatRetry().athena.send(new ListWorkGroupsCommand({}))).WorkGroups).toBeDefined();
  sandbox.setFaults(NO_FAULTS);
  expect((await clients.cfn.send(new ListStacksCommand({}))).StackSummaries ?? []).toEqual([]);
});

const clientsThatRetry = (): { readonly athena: AthenaClient; readonly s3: S3Client } => {
  const options = {
    endpoint: sandbox.endpoint,
    region: REGION,
    maxAttempts: 8,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  };
  return { athena: new AthenaClient(options), s3: new S3Client(options) };
};

/** A seed whose first call of the operation has this fate. */
const seedFor = (fate: Fate, operation: string): number => {
  for (let seed = 1; ; seed += 1) if (fatesOf({ drop: 1, seed }, 1, operation)[0] === fate) return seed;
};

test('F3 a dropped call was done or not, and its token tells', async () => {
  const create = (name: string): CreateStackCommand =>
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify({ Resources: { Bucket: bucket(`${name}-bucket`) } }),
      Capabilities: [...CAPABILITIES],
      ClientRequestToken: name,
    });
  const namesAfter = async (name: string, fate: Fate): Promise<readonly (string | undefined)[]> => {
    sandbox.setFaults({ drop: 1, seed: seedFor(fate, 'cloudformation:CreateStack') });
    await expect(clients.cfn.send(create(name))).rejects.toMatchObject({ code: 'ECONNRESET' });
    sandbox.setFaults(NO_FAULTS);
    return ((await clients.cfn.send(new ListStacksCommand({}))).StackSummaries ?? []).map((stack) => stack.StackName);
  };
  expect(await namesAfter('f3-before', 'dropped before')).toEqual([]);
  expect(await namesAfter('f3-after', 'dropped after')).toEqual(['f3-after']);
  const again = await clients.cfn.send(create('f3-after'));
  expect(await settled(clients, again.StackId ?? '')).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
});

test('F4 after a crash nothing is answered, until the faults are changed', async () => {
  sandbox.setFaults({ crashAfter: 2 });
  const list = (): Promise<unknown> => clients.cfn.send(new DescribeStacksCommand({}));
  await list();
  await list();
  await expect(list()).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(clients.s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(crashes).toBe(2);
  sandbox.setFaults({ crashAfter: null });
  await expect(list()).resolves.toBeDefined();
});

describe('the fates of calls', () => {
  test('F5 come from the seed and from the number of calls of the operation', () => {
    const faults = { throttle: 0.3, drop: 0.1, seed: 7 };
    expect(fatesOf(faults, 50)).toEqual(fatesOf(faults, 50));
    expect(fatesOf(faults, 50)).not.toEqual(fatesOf({ ...faults, seed: 8 }, 50));
    const machine = newFaultMachine(faults);
    const mixed = Array.from({ length: 50 }, (_, index) => {
      for (let other = 0; other < index % 3; other += 1) machine.next('s3:GetObject');
      return machine.next('iam:GetRole');
    });
    expect(mixed).toEqual(fatesOf(faults, 50));
    machine.change({});
    expect(machine.next('iam:GetRole')).toBe(mixed[0]);
  });

  it('have the shares that were asked for', () => {
    const fates = fatesOf({ throttle: 0.3, drop: 0.1 }, 4_000);
    expect(shareOf(fates, 'throttled')).toBeCloseTo(0.3, 1);
    expect(shareOf(fates, 'dropped before')).toBeCloseTo(0.05, 1);
    expect(shareOf(fates, 'dropped after')).toBeCloseTo(0.05, 1);
    expect(new Set(fatesOf({ throttle: 0 }, 500))).toEqual(new Set(['answered']));
    expect(new Set(fatesOf({ throttle: 1 }, 500))).toEqual(new Set(['throttled']));
    expect(new Set(fatesOf({ throttle: 0.5, drop: 0.5 }, 500))).not.toContain('answered');
  });

  it.each([
    [{ throttle: 1.1 }, 'throttle must be a share from 0 to 1, not 1.1.'],
    [{ drop: -0.1 }, 'drop must be a share'],
    [{ drop: Number.NaN }, 'drop must be a share'],
    [{ throttle: 0.6, drop: 0.5 }, 'together are more than 1'],
    [{ latencyMs: 1.5 }, 'latencyMs must be a whole number'],
    [{ latencyMs: '5' }, 'latencyMs must be a whole number, not "5".'],
    [{ crashAfter: -1 }, 'crashAfter must be a whole number of calls, or null'],
    [{ seed: null }, 'seed must be a whole number'],
    [{ speed: -1 }, 'speed must be a factor from 0.001 (1 for the pace of AWS), or 0 to wait nowhere, not -1.'],
    [{ speed: Number.POSITIVE_INFINITY }, 'speed must be a factor'],
    [{ speed: 1e-9 }, 'speed must be a factor'],
    [{ throtle: 1 }, 'There is no fault "throtle", only latencyMs, throttle, drop, crashAfter, seed, speed.'],
  ])('of %j are refused', (change, message) => {
    expect(() => changedFaults(NO_FAULTS, change)).toThrow(message);
  });
});

const policy = (name: string, action: string): object => ({
  Resources: {
    Policy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: name, PolicyDocument: allow(action) },
    },
  },
});

/** Waits until the stacks of one name's beginning have come to rest, and tells their statuses. */
const statusesOf = async (user: Clients, prefix: string): Promise<readonly string[]> => {
  for (;;) {
    // The newest come first: while others create stacks, one may be listed at the end of a page and again on the next.
    const statuses = new Map<string, string>();
    for await (const page of paginateListStacks({ client: user.cfn }, {}))
      for (const { StackName = '', StackStatus = '' } of page.StackSummaries ?? [])
        if (StackName.startsWith(prefix)) statuses.set(StackName, StackStatus);
    const told = [...statuses.values()];
    if (!told.some((status) => status.endsWith('_IN_PROGRESS'))) return told;
    await sleep(600);
  }
};

test('F8 sixteen clients work on 200 stacks at once', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `f8-client${index % 16}-${index}`);
  const work = async (
    user: Clients,
    own: readonly string[],
    prefix: string,
  ): Promise<readonly (readonly string[])[]> => {
    const send = (command: (name: string) => Promise<unknown>): Promise<unknown> => Promise.all(own.map(command));
    const inputOf = (name: string, action: string) => ({
      StackName: name,
      TemplateBody: JSON.stringify(policy(name, action)),
      Capabilities: [...CAPABILITIES],
    });
    await send((name) => user.cfn.send(new CreateStackCommand(inputOf(name, 's3:GetObject'))));
    const created = await statusesOf(user, prefix);
    await send((name) => user.cfn.send(new UpdateStackCommand(inputOf(name, 's3:PutObject'))));
    return [created, await statusesOf(user, prefix)];
  };
  const statuses = await Promise.all(
    Array.from({ length: 16 }, (_, index) => {
      const prefix = `f8-client${index}-`;
      return work(
        clientsFor(sandbox),
        names.filter((name) => name.startsWith(prefix)),
        prefix,
      );
    }),
  );
  expect(statuses.flatMap(([created]) => created)).toEqual(names.map(() => 'CREATE_COMPLETE'));
  expect(statuses.flatMap(([, updated]) => updated)).toEqual(names.map(() => 'UPDATE_COMPLETE'));
}, 60_000);
