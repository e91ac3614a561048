import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { identify } from '../../sandbox/protocol/identify.ts';

/** One request: `service:Operation`, and for S3 the path, for all others the body, both with nothing escaped. */
export interface Asked {
  readonly call: string;
  readonly about: string;
}

/** The moment at which a process dies: `nth` request that matches, before AWS sees it or after AWS has answered it. */
export interface Moment {
  readonly when: 'before' | 'after';
  /** `service:Operation`. */
  readonly call: string;
  /** What the path (of S3) or the body (of others) must match. */
  readonly about?: RegExp;
  /** 1 unless told. */
  readonly nth?: number;
}

/** An endpoint in front of another one that kills its client, as `kill -9` would, at one moment. */
export interface KillingProxy {
  readonly endpoint: string;
  /** Whose life it is; to be told before its first request. */
  readonly aim: (child: ChildProcess) => void;
  /** The request at which it died; absent while it lives. */
  readonly hit: () => Asked | undefined;
  readonly stop: () => Promise<void>;
}

interface Received {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );

/** Query bodies are escaped as forms are. What is not escaped stays as it is. */
const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

const askedIn = ({ incoming, body }: Received): Asked => {
  const path = incoming.url ?? '/';
  const { service, operation } = identify(
    { method: incoming.method ?? 'GET', path, headers: headersOf(incoming), body },
    new Map(),
  );
  return { call: `${service}:${operation}`, about: unescaped(service === 's3' ? path : body.toString('utf8')) };
};

const forward = ({ incoming, body }: Received, target: URL): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const outgoing = request({ host: target.hostname, port: target.port, method, path: url, headers }, (answer) => {
      readAll(answer).then((all) => {
        resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: all });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const isAt = (moment: Moment, { call, about }: Asked): boolean =>
  call === moment.call && (moment.about?.test(about) ?? true);

/**
 * Starts it. Once the process is dead nothing of it is passed on, not even what it sent in its last moment. `onMoment` is called
 * when the moment has come and its request is not passed on yet.
 */
export const startKillingProxy = async (
  endpoint: string,
  moment: Moment,
  onMoment = (): void => undefined,
): Promise<KillingProxy> => {
  const target = new URL(endpoint);
  const state: { victim?: ChildProcess; hit?: Asked; count: number } = { count: 0 };
  const kill = async (asked: Asked): Promise<void> => {
    state.hit = asked;
    const { victim } = state;
    if (victim === undefined) throw new Error('The proxy was aimed at nobody.');
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
  };
  const isDead = (): boolean => state.hit !== undefined;
  const serve = async (received: Received, response: ServerResponse): Promise<void> => {
    const asked = askedIn(received);
    if (isDead()) throw new Error('a request of the dead');
    const isNow = isAt(moment, asked) && (state.count += 1) === (moment.nth ?? 1);
    if (isNow) onMoment();
    if (isNow && moment.when === 'before') {
      await kill(asked);
      throw new Error('never sent');
    }
    const answer = await forward(received, target);
    if (isNow) await kill(asked);
    if (isDead()) throw new Error('nobody hears the answer');
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };
  const server = createServer((incoming, response) => {
    readAll(incoming)
      .then((body) => serve({ incoming, body }, response))
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    aim: (child) => {
      state.victim = child;
    },
    hit: () => state.hit,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
