import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAws } from '../../src/aws/create-aws.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import { recorder } from './fakes.ts';

const REGION = 'eu-west-1';
let server: Server;
let answers: ((attempt: number) => { status: number; body: string })[] = [];
let inFlight = 0;
let mostInFlight = 0;
let requests = 0;

const throttled = { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' };
const noJobs = { status: 200, body: '{"Jobs":[]}' };
const noTables = { status: 200, body: '{"TableList":[]}' };

beforeEach(async () => {
  answers = [];
  requests = 0;
  mostInFlight = 0;
  delete process.env['AWS_MAX_ATTEMPTS'];
  server = createServer((request, response) => {
    request.resume();
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    requests += 1;
    const answer = (answers[Math.min(requests, answers.length) - 1] ?? (() => noJobs))(requests);
    setTimeout(() => {
      inFlight -= 1;
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(answer.body);
    }, 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('clients', () => {
  it('count every attempt and tell of throttling, then go on', async () => {
    answers = [() => throttled, () => throttled, () => noJobs];
    const reporter = recorder();
    const aws = createAws({ reporter, homeRegion: REGION });
    expect(await aws.reads.glueJobs(REGION)).toEqual([]);
    expect(aws.calls()).toEqual({ total: 3, byOperation: { 'glue:GetJobs': 3 } });
    expect(reporter.events).toEqual([
      { type: 'throttled', operation: 'glue:GetJobs', attempt: 1 },
      { type: 'throttled', operation: 'glue:GetJobs', attempt: 2 },
    ]);
    aws.close();
  });

  it('give up after as many attempts as AWS_MAX_ATTEMPTS allows', async () => {
    answers = [() => throttled];
    process.env['AWS_MAX_ATTEMPTS'] = '2';
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    await expect(aws.reads.glueJobs(REGION)).rejects.toThrow(/kept throttling glue:GetJobs after 2 attempts/);
    expect(requests).toBe(2);
    aws.close();
    process.env['AWS_MAX_ATTEMPTS'] = 'many';
    expect(() => createAws({ reporter: recorder(), homeRegion: REGION })).toThrow(/AWS_MAX_ATTEMPTS is "many"/);
  });

  it('make fewer calls at once after AWS throttled them', async () => {
    let mostLater = 0;
    const calm = (request: number): { status: number; body: string } => {
      if (request >= 25 && request <= 32) mostLater = Math.max(mostLater, inFlight);
      return noTables;
    };
    answers = [...Array.from({ length: 16 }, () => () => throttled), calm];
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    await Promise.all(Array.from({ length: 40 }, (_, index) => aws.reads.glueTables(REGION, `d${index}`)));
    expect(mostInFlight).toBeGreaterThan(4);
    expect(mostLater).toBeGreaterThan(0);
    expect(mostLater).toBeLessThanOrEqual(4);
    aws.close();
  });

  it('try again when the service breaks with a web page', async () => {
    answers = [() => ({ status: 500, body: '<!doctype html><title>500</title>' }), () => noJobs];
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    expect(await aws.reads.glueJobs(REGION)).toEqual([]);
    expect(aws.calls().total).toBe(2);
    aws.close();
  });

  it('do not try again what is refused, and name the missing action', async () => {
    answers = [() => ({ status: 400, body: '{"__type":"AccessDeniedException","Message":"no"}' })];
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    await expect(aws.reads.glueJobs(REGION)).rejects.toThrow(/Give glue:GetJobs to the role/);
    expect(aws.calls().total).toBe(1);
    aws.close();
  });

  it('keep at most eight calls in flight, over all regions', async () => {
    answers = [() => noTables];
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    const reads = Array.from({ length: 40 }, (_, index) =>
      aws.reads.glueTables(index % 2 === 0 ? REGION : 'us-east-1', `d${index}`),
    );
    await Promise.all(reads);
    expect(mostInFlight).toBeLessThanOrEqual(8);
    expect(mostInFlight).toBeGreaterThan(4);
    aws.close();
  });

  it('remember a failure too: one question, one answer', async () => {
    answers = [() => ({ status: 400, body: '{"__type":"AccessDeniedException","Message":"no"}' })];
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    const first = await aws.reads.glueJobs(REGION).catch((error: unknown) => error);
    const second = await aws.reads.glueJobs(REGION).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(EdlError);
    expect(second).toBe(first);
    expect(requests).toBe(1);
    aws.close();
  });

  it('make no call until something is read', () => {
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    expect(aws.drivers.map(({ name }) => name)).toEqual(['cloudformation', 'glue', 's3']);
    expect(aws.calls()).toEqual({ total: 0, byOperation: {} });
    aws.close();
  });
});
