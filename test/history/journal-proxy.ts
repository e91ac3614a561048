import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { JOURNAL_PREFIX } from '../../src/reconciler/journal/keys.ts';

/** What becomes of one put of the journal. `lost`: it is done, and nobody hears of it. */
export type Fate = 'answered' | 'denied' | 'throttled' | 'broken' | 'lost';

/** An endpoint in front of a sandbox that decides about the journal's puts, the first being number 1, and passes the rest. */
export interface JournalProxy {
  readonly endpoint: string;
  readonly puts: () => number;
  readonly stop: () => Promise<void>;
}

const ANSWERS: Readonly<Record<'denied' | 'throttled' | 'broken', readonly [status: number, code: string]>> = {
  denied: [403, 'AccessDenied'],
  throttled: [503, 'SlowDown'],
  broken: [500, 'InternalError'],
};

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const pass = (incoming: IncomingMessage, body: Buffer, response: ServerResponse, to: URL, isLost: boolean): void => {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
    if (isLost) {
      answer.resume().on('end', () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
};

/** Starts one. `before` is waited for: what happens in the bucket between a run's puts. */
export const startJournalProxy = async (
  endpoint: string,
  fateOf: (put: number) => Fate,
  before: (put: number) => Promise<void> = () => Promise.resolve(),
): Promise<JournalProxy> => {
  let puts = 0;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const isPut = incoming.method === 'PUT' && (incoming.url ?? '').includes(JOURNAL_PREFIX);
    if (!isPut) {
      pass(incoming, body, response, new URL(endpoint), false);
      return;
    }
    puts += 1;
    const fate = fateOf(puts);
    await before(puts);
    if (fate === 'answered' || fate === 'lost') {
      pass(incoming, body, response, new URL(endpoint), fate === 'lost');
      return;
    }
    const [status, code] = ANSWERS[fate];
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    puts: () => puts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
