import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelUpdateStackCommand, CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import { forwardTo } from '../moto/forward.ts';
import { WATCHED, startMoto } from '../moto/process.ts';
import { portOf } from '../protocol/server.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, REGION, bucket, clientsFor, createStack, trustOf } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const stsFor = (accessKeyId: string): STSClient =>
  new STSClient({ endpoint: sandbox.endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey: 'x' } });
const accountOf = async (accessKeyId: string): Promise<string | undefined> =>
  (await stsFor(accessKeyId).send(new GetCallerIdentityCommand({}))).Account;

test('P1 the access key is the account', async () => {
  expect([await accountOf('222222222222'), await accountOf('AKIAEXAMPLE')]).toEqual(['222222222222', '123456789012']);
  await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'p1', AssumeRolePolicyDocument: JSON.stringify(trustOf()) }),
  );
  expect((await clientsFor(sandbox, '222222222222').iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  const { Credentials } = await stsFor('222222222222').send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/p1`, RoleSessionName: 's' }),
  );
  const assumed = clientsFor(sandbox, Credentials?.AccessKeyId ?? '');
  expect((await assumed.iam.send(new ListRolesCommand({}))).Roles?.map((role) => role.RoleName)).toEqual(['p1']);
  expect(sandbox.environment('222222222222', 'us-east-1')).toMatchObject({
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: '222222222222',
    AWS_REGION: 'us-east-1',
  });
});

test('P2 P3 calls are counted, and a reset empties everything', async () => {
  sandbox.resetCalls();
  await createStack(clients, 'p2', { Resources: { Bucket: bucket('p2-bucket') } });
  await clients.s3.send(new ListBucketsCommand({}));
  const { 'cloudformation:DescribeStacks': _polls, ...calls } = await sandbox.calls();
  expect(calls).toEqual({ 'cloudformation:CreateStack': 1, 's3:ListBuckets': 1 });
  expect(await (await fetch(`${sandbox.endpoint}/_edl/calls`)).json()).toMatchObject(calls);
  await fetch(`${sandbox.endpoint}/_edl/reset-calls`, { method: 'POST' });
  expect(await sandbox.calls()).toEqual({});
  expect((await fetch(`${sandbox.endpoint}/_edl/reset`, { method: 'POST' })).status).toBe(200);
  expect((await clients.cfn.send(new DescribeStacksCommand({}))).Stacks ?? []).toEqual([]);
  expect((await clients.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  const make = new CreateBucketCommand({
    Bucket: 'p2-bucket',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  await expect(clients.s3.send(make)).resolves.toBeDefined();
});

test('P4 unknown actions are refused in the shape of AWS', async () => {
  const cfn = new CloudFormationClient({
    endpoint: sandbox.endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  });
  const cancel = cfn.send(new CancelUpdateStackCommand({ StackName: 'x' }));
  await expect(cancel).rejects.toMatchObject({
    name: 'InvalidAction',
    message: 'The sandbox does not model the CloudFormation action CancelUpdateStack.',
  });
  expect((await fetch(`${sandbox.endpoint}/_edl/nothing`)).status).toBe(404);
});

const isUp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/moto-api/' }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.on('error', () => {
      resolve(false);
    });
    probe.end();
  });

const isDown = async (port: number): Promise<boolean> => {
  for (let attempt = 0; attempt < 100 && (await isUp(port)); attempt += 1) await sleep(20);
  return !(await isUp(port));
};

test('P5 moto ends with what started it', async () => {
  const moto = await startMoto(() => undefined);
  expect(await isUp(moto.port)).toBe(true);
  await moto.stop();
  expect(await isDown(moto.port)).toBe(true);
  // A process that is killed cannot clean up: its end of the pipe closes all the same.
  const folder = await mkdtemp(join(tmpdir(), 'edl-moto-'));
  const server = join(folder, 'server');
  const told = join(folder, 'pid');
  await writeFile(server, `#!/bin/sh\necho $$ > ${told}.new\nmv ${told}.new ${told}\nexec sleep 60\n`, { mode: 0o755 });
  const script = `const { spawn } = await import('node:child_process');
    const child = spawn('/bin/sh', ['-c', ${JSON.stringify(WATCHED)}, ${JSON.stringify(server)}, '0'], { stdio: ['pipe', 'ignore', 'ignore'] });
    setInterval(() => child, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 250 && !existsSync(told); attempt += 1) await sleep(20);
  const pid = Number(await readFile(told, 'utf8'));
  const isAlive = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  parent.kill('SIGKILL');
  for (let attempt = 0; attempt < 250 && isAlive(); attempt += 1) await sleep(20);
  expect(isAlive()).toBe(false);
  await rm(folder, { recursive: true });
});

const CALL = {
  service: 'iam',
  operation: 'ListRoles',
  from: 'client',
  account: ACCOUNT,
  region: REGION,
  method: 'POST',
  path: '/',
  headers: {},
  body: Buffer.alloc(0),
} as const;

test('P6 races within moto are avoided by changes in turn, and reads are tried again', async () => {
  let requests = 0;
  let changes = 0;
  let mostAtOnce = 0;
  const flaky = createServer((incoming, response) => {
    requests += 1;
    if (incoming.url === '/change') {
      changes += 1;
      mostAtOnce = Math.max(mostAtOnce, changes);
      setTimeout(() => {
        changes -= 1;
        response.end('done');
      }, 5);
    } else if (requests === 1) response.writeHead(500, { 'content-type': 'text/html' }).end('<!doctype html>');
    else if (requests === 2) response.destroy();
    else response.end('fine');
  }).listen(0, '127.0.0.1');
  await once(flaky, 'listening');
  const forward = forwardTo(portOf(flaky), () => undefined);
  const reply = await forward(CALL);
  expect([reply.status, String(reply.body), requests]).toEqual([200, 'fine', 3]);
  await Promise.all(Array.from({ length: 8 }, () => forward({ ...CALL, operation: 'CreateRole', path: '/change' })));
  expect(mostAtOnce).toBe(1);
  flaky.closeAllConnections();
  flaky.close();
});

test.each([
  ['iam', 'CreateRole', '<Code>InternalFailure</Code><Message>moto failed on iam:CreateRole'],
  ['glue', 'GetJob', '{"__type":"InternalFailure","message":"moto failed on glue:GetJob'],
])('P9 a page of HTML becomes an error of AWS and a line of the log: %s', async (service, operation, message) => {
  const broken = createServer((_incoming, response) => {
    response
      .writeHead(500, { 'content-type': 'text/html; charset=utf-8' })
      .end('<!doctype html><title>KeyError</title>');
  }).listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const lines: string[] = [];
  const forward = forwardTo(portOf(broken), (line) => lines.push(line));
  const reply = await forward({ ...CALL, service, operation });
  expect([reply.status, String(reply.body)]).toEqual([500, expect.stringContaining(message)]);
  expect(String(reply.body)).not.toContain('KeyError');
  expect(lines).toEqual([expect.stringContaining(`${service}:${operation}`)]);
  broken.closeAllConnections();
  broken.close();
});
