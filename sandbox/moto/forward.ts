import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Next, Reply } from '../protocol/call.ts';
import { AwsError, errorReply } from '../protocol/errors.ts';

/** More requests at once make moto fail with changed dictionaries, and it is no faster for them. */
const REQUESTS_AT_ONCE = 4;
const ATTEMPTS = 5;

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
]);

const withoutHopByHop = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return kept;
};

const send = (agent: Agent, port: number, call: Call): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...withoutHopByHop(call.headers),
      'content-length': String(call.body.length),
      'x-moto-account-id': call.account,
    };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method: call.method, path: call.path, headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const reply = {
            status: incoming.statusCode ?? 500,
            headers: withoutHopByHop(incoming.headers),
            body: Buffer.concat(chunks),
          };
          // The answer to HEAD has a length and no body.
          const length = call.method === 'HEAD' ? incoming.headers['content-length'] : undefined;
          resolve(length === undefined ? reply : { ...reply, headers: { ...reply.headers, 'content-length': length } });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });

const READS = /^(?:BatchGet|Describe|Get|Head|List|Lookup|Search)/;

/**
 * The page of an exception that moto did not foresee. Its threads share dictionaries without locks: one that walks over all
 * roles fails when another adds one, and says no more than this. A read has had no effect and may be sent again.
 */
const isCrash = (reply: Reply): boolean =>
  reply.status === 500 && (reply.headers['content-type'] ?? '').startsWith('text/html');

/** moto itself tells no more, and its page would end up in the reason of a stack's event. */
const crash = ({ service, operation }: Call, log: (line: string) => void): Reply => {
  const message = `moto failed on ${service}:${operation}: it does not know the operation, or not this input.`;
  log(`The sandbox answers InternalFailure: ${message}`);
  return errorReply({ service }, new AwsError('InternalFailure', message, 500));
};

const isReset = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** Runs one at a time what has the same key, in the order of asking. */
const turns = (): (<T>(key: string, run: () => Promise<T>) => Promise<T>) => {
  const last = new Map<string, Promise<unknown>>();
  return (key, run) => {
    const result = (last.get(key) ?? Promise.resolve()).then(run, run);
    last.set(key, result);
    return result;
  };
};

/**
 * Sends calls to moto: at most four at a time, changes of one service one by one (nothing else changes its dictionaries, so a
 * change never meets the race that a read may), and again what failed only because moto was busy. Its pages of HTML, which no
 * SDK can read, become an error that names the call.
 */
export const forwardTo = (port: number, log: (line: string) => void): Next => {
  const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  const inTurn = turns();
  const persist = async (call: Call, isRead: boolean): Promise<Reply> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await send(agent, port, call);
        if (!isCrash(reply)) return reply;
        if (attempt === ATTEMPTS || !isRead) return crash(call, log);
      } catch (error) {
        if (attempt === ATTEMPTS || !isReset(error)) throw error;
      }
      await sleep(attempt * 10);
    }
  };
  return (call) => {
    const isRead = READS.test(call.operation);
    return isRead ? persist(call, true) : inTurn(call.service, () => persist(call, false));
  };
};
