import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Reply } from './call.ts';

/** A request as the network brought it, with its whole body. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const headersOf = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
};

/** Listens on loopback only. Where `answer` gives no reply, the connection ends without one. */
export const listen = async (
  port: number,
  answer: (request: RawRequest) => Promise<Reply | undefined>,
): Promise<Server> => {
  const server = createServer((message, response) => {
    const respond = async (): Promise<void> => {
      const body = await bodyOf(message);
      const request = { method: message.method ?? 'GET', path: message.url ?? '/', headers: headersOf(message), body };
      const reply = await answer(request);
      if (reply === undefined) {
        message.socket.destroy();
        return;
      }
      const length = reply.headers['content-length'] ?? String(Buffer.byteLength(reply.body));
      response.writeHead(reply.status, { ...reply.headers, 'content-length': length });
      response.end(request.method === 'HEAD' ? undefined : reply.body);
    };
    // A client that hangs up while it sends is its own business.
    respond().catch(() => response.destroy());
  });
  // Clients keep connections; closing them while idle would surface as a reset on their next call.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
};

export const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
