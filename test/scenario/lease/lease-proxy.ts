import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { identify } from '../../../sandbox/protocol/identify.ts';

/** What becomes of calls for the lease: as S3 would, refused by IAM, refused by a sick S3, or no answer at all. */
export type Weather = 'fine' | 'denied' | 'sick' | 'dropped';

/** One request, and whether it was one for the lease object. */
export interface Asked {
  readonly call: string;
  readonly isLease: boolean;
  readonly status: number;
}

/** An endpoint in front of the sandbox that counts, and makes the lease hard to reach. */
export interface LeaseProxy {
  readonly endpoint: string;
  /** From now on. */
  readonly setWeather: (weather: Weather) => void;
  /** Every request that was answered so far. */
  readonly asked: () => readonly Asked[];
  readonly stop: () => Promise<void>;
}

const REFUSALS = {
  denied: { status: 403, code: 'AccessDenied' },
  sick: { status: 500, code: 'InternalError' },
} as const;

const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const callOf = (incoming: IncomingMessage, body: Buffer): string => {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const { method = 'GET', url: path = '/' } = incoming;
  const { service, operation } = identify({ method, path, headers, body }, new Map());
  return `${service}:${operation}`;
};

const pass = (incoming: IncomingMessage, body: Buffer, response: ServerResponse, target: URL): Promise<number> =>
  new Promise((resolve, reject) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      const status = answer.statusCode ?? 500;
      response.writeHead(status, answer.headers);
      answer.pipe(response);
      resolve(status);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/** Starts it; fine at first. */
export const startLeaseProxy = async (endpoint: string): Promise<LeaseProxy> => {
  const target = new URL(endpoint);
  const asked: Asked[] = [];
  let weather: Weather = 'fine';
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(incoming);
    const call = callOf(incoming, body);
    const isLease = incoming.url?.includes('/edl/lease.json') === true;
    if (!isLease || weather === 'fine') {
      asked.push({ call, isLease, status: await pass(incoming, body, response, target) });
      return;
    }
    if (weather === 'dropped') throw new Error('no answer');
    const { status, code } = REFUSALS[weather];
    asked.push({ call, isLease, status });
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>not now</Message></Error>`);
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    setWeather: (next) => {
      weather = next;
    },
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

const READS = /:(Get|List|Describe|Head|BatchGet|Lookup)/;

const CONDITION_FAILED = 412;

/**
 * The writes among requests. What S3 refuses for its condition is none: so a run asks for its lease, and so its journal learns
 * that another run has closed its entry.
 */
export const writesIn = (asked: readonly Asked[]): readonly string[] =>
  asked
    .filter(({ call, isLease, status }) => {
      const isRefused = call === 's3:PutObject' && (status === CONDITION_FAILED || (isLease && status >= 400));
      return !READS.test(call) && !isRefused;
    })
    .map(({ call }) => call);
