import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** An endpoint in front of another one, that refuses one operation as IAM would. */
export interface DenyingProxy {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const deny = (response: ServerResponse, operation: string): void => {
  response.writeHead(403, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(
    JSON.stringify({
      __type: 'AccessDeniedException',
      message: `User is not authorized to perform: glue:${operation}`,
    }),
  );
};

const pass = (incoming: IncomingMessage, response: ServerResponse, target: URL): void => {
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    },
  );
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
};

/** Starts a proxy that answers `AccessDenied` to one operation of a JSON service (Glue, Athena, KMS) and passes the rest. */
export const startDenyingProxy = async (endpoint: string, operation: string): Promise<DenyingProxy> => {
  const server = createServer((incoming, response) => {
    const target = incoming.headers['x-amz-target'];
    if (typeof target === 'string' && target.endsWith(`.${operation}`)) deny(response, operation);
    else pass(incoming, response, new URL(endpoint));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
