import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Next, Reply } from '../protocol/call.ts';
import { bodyText } from '../protocol/call.ts';

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

/** moto iterates over dictionaries that another of its threads changes; the request had no effect and may be sent again. */
const isRace = (reply: Reply): boolean =>
  reply.status === 500 && bodyText(reply).includes('changed size during iteration');

const isReset = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** Sends calls to moto, at most four at a time, and sends again what failed only because moto was busy. */
export const forwardTo = (port: number): Next => {
  const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await send(agent, port, call);
        if (attempt === ATTEMPTS || !isRace(reply)) return reply;
      } catch (error) {
        if (attempt === ATTEMPTS || !isReset(error)) throw error;
      }
      await sleep(attempt * 10);
    }
  };
};
