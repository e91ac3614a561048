import { setTimeout as sleep } from 'node:timers/promises';
import { CreateWorkGroupCommand, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { CreateStackCommand, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newEra, newGate } from '../gateway.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import { textReply } from '../protocol/call.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, REGION, bucket, clientsFor, createStack, deleteStack, role } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ stackDelayMs: 15 });
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<readonly [number, unknown]> => {
  const response = await fetch(`${sandbox.endpoint}/_edl/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
};

test('F6 faults are read and changed while the sandbox runs', async () => {
  const none = { latencyMs: 0, throttle: 0, drop: 0, crashAfter: null, seed: 1, speed: 10_000 / 15 };
  expect(await ask('GET', 'faults')).toEqual([200, none]);
  expect(await ask('POST', 'faults', { drop: 1 })).toEqual([200, { ...none, drop: 1 }]);
  await expect(clients.cfn.send(new ListStacksCommand({}))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await ask('GET', 'health')).toEqual([200, { status: 'ok' }]);
  expect(await ask('POST', 'faults', { throttle: 1 })).toEqual([
    400,
    { message: expect.stringContaining('more than 1') as string },
  ]);
  expect(await ask('POST', 'faults', 'drop=0')).toEqual([400, { message: expect.stringContaining('JSON') as string }]);
  expect(sandbox.faults()).toEqual({ ...none, drop: 1 });
  expect(await ask('POST', 'faults', { drop: 0 })).toEqual([200, none]);
  expect(await ask('GET', 'nothing')).toEqual([
    404,
    { message: expect.stringContaining('POST /_edl/faults') as string },
  ]);
});

test('F6 a signed request is never one to the sandbox itself', async () => {
  const target = { Bucket: '_edl', Key: 'calls' };
  await expect(clients.s3.send(new GetObjectCommand(target))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(clients.s3.send(new PutObjectCommand({ ...target, Body: 'x' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  });
  const credential = encodeURIComponent(`${ACCOUNT}/20260101/${REGION}/s3/aws4_request`);
  const presigned = await fetch(`${sandbox.endpoint}/_edl/calls?X-Amz-Credential=${credential}`);
  expect(presigned.status).toBe(404);
  expect(await presigned.text()).toContain('NoSuchBucket');
});

test('F9 the pace of stacks is changed while one is in progress', async () => {
  const { speed } = sandbox.faults();
  const input = { StackName: 'f9', TemplateBody: JSON.stringify({ Resources: { Bucket: bucket('f9-bucket') } }) };
  const statusOf = async (): Promise<string | undefined> =>
    (await clients.cfn.send(new DescribeStacksCommand({ StackName: 'f9' }))).Stacks?.[0]?.StackStatus;
  expect(await ask('POST', 'faults', { speed: 25 })).toMatchObject([200, { speed: 25 }]);
  const started = performance.now();
  const { StackId = '' } = await clients.cfn.send(new CreateStackCommand(input));
  await sleep(100);
  expect(await statusOf()).toBe('CREATE_IN_PROGRESS');
  sandbox.setFaults({ speed: 0 });
  await expect.poll(statusOf, { timeout: 5_000, interval: 20 }).toBe('CREATE_COMPLETE');
  // One step at the pace of before, which had begun; none after it.
  const tookMs = performance.now() - started;
  expect(tookMs).toBeGreaterThan(380);
  expect(tookMs).toBeLessThan(750);
  await deleteStack(clients, StackId);
  sandbox.setFaults({ speed });
});

const PLACE = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } as const;

const manyRoles = (prefix: string): object => ({
  Resources: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`Role${index}`, role(`${prefix}-${index}`)])),
});

test('F7 a reset stops stacks in progress', async () => {
  const start = (name: string): Promise<unknown> =>
    clients.cfn.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(manyRoles(name)),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
  await deleteStack(clients, (await createStack(clients, 'f7', manyRoles('f7'))).StackName ?? '');
  for (const wait of [0, 3, 10, 25]) {
    await Promise.all([start('f7'), start('f7-other')]);
    await sleep(wait);
    await Promise.all([sandbox.reset(), sandbox.reset()]);
    await sleep(60);
    expect((await clients.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    expect((await clients.cfn.send(new DescribeStacksCommand({}))).Stacks ?? []).toEqual([]);
  }
  // And the sandbox is as good as new.
  const stack = await createStack(clients, 'f7', { Resources: { Bucket: bucket('f7-bucket') } });
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect((await clients.s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(1);
});

test('F7 P3 a reset forgets what the gateway itself keeps', async () => {
  const target = { Bucket: 'f7-policy' };
  const policy = {
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::f7-policy' }],
  };
  const home = clientsFor(sandbox, ACCOUNT, 'us-east-1').s3;
  await home.send(new CreateBucketCommand(target));
  await home.send(new PutBucketPolicyCommand({ ...target, Policy: JSON.stringify(policy) }));
  await clients.athena.send(new CreateWorkGroupCommand({ Name: 'f7' }));
  await sandbox.reset();
  await home.send(new CreateBucketCommand(target));
  await expect(home.send(new GetBucketPolicyCommand(target))).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  const { WorkGroups = [] } = await clients.athena.send(new ListWorkGroupsCommand({}));
  expect(WorkGroups.map(({ Name }) => Name)).toEqual(['primary']);
});

test('F7 a reset waits for the calls it meets: none of them comes after it', async () => {
  sandbox.resetCalls();
  const names = Array.from({ length: 40 }, (_, index) => `f7-meets-${index}`);
  const calls = names.map((Bucket) => clients.s3.send(new CreateBucketCommand({ Bucket, ...PLACE })));
  // moto makes one bucket at a time: when all calls have come in, most of them are still to be done.
  while (((await sandbox.calls())['s3:CreateBucket'] ?? 0) < names.length) await sleep(1);
  await sandbox.reset();
  await Promise.all(calls);
  expect((await clients.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});

test('a reset waits for calls that are half done, and lets no other in meanwhile', async () => {
  const gate = newGate();
  const log: string[] = [];
  const work = (name: string, milliseconds: number) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await sleep(milliseconds);
    log.push(`${name} ends`);
  };
  const first = gate.pass(work('call', 20));
  const second = Promise.all([gate.alone(work('reset', 10)), gate.alone(work('other reset', 10))]);
  const third = gate.pass(work('late call', 0));
  await Promise.all([first, second, third]);
  const pairs = ['call', 'reset'].flatMap((name) => [`${name} begins`, `${name} ends`]);
  expect(log.slice(0, 4)).toEqual(pairs);
  expect(log.indexOf('other reset ends')).toBe(log.indexOf('other reset begins') + 1);
  await expect(gate.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(gate.pass(() => Promise.resolve('open again'))).resolves.toBe('open again');
});

test('an era that is over refuses calls, after those under way have ended', async () => {
  const call = {
    service: 'iam',
    operation: 'CreateRole',
    from: 'engine',
    account: ACCOUNT,
    region: REGION,
    method: 'POST',
    path: '/',
    headers: {},
    body: Buffer.alloc(0),
  } as const;
  let isDone = false;
  const era = newEra(async () => {
    await sleep(10);
    isDone = true;
    return textReply(200, '', 'text/xml');
  });
  const underWay = era.dispatch(call);
  const end = era.end();
  await expect(era.dispatch(call)).rejects.toThrow('The sandbox was reset.');
  await end;
  expect(isDone).toBe(true);
  await expect(underWay).resolves.toMatchObject({ status: 200 });
});
