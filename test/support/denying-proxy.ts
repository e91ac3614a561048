import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** An endpoint in front of another one, that refuses one operation. */
export interface DenyingProxy {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/**
 * How it refuses: as IAM would, as a service that is asked too often, for ever, or as all of AWS does once a session has expired:
 * then that operation and everything after it.
 */
export type Refusal = 'denied' | 'throttled' | 'expired';

const ERRORS: Readonly<Record<Refusal, { readonly status: number; readonly json: string; readonly query: string }>> = {
  denied: { status: 403, json: 'AccessDeniedException', query: 'AccessDenied' },
  throttled: { status: 400, json: 'ThrottlingException', query: 'Throttling' },
  expired: { status: 403, json: 'ExpiredTokenException', query: 'ExpiredToken' },
};

type Protocol = 'json' | 'query' | 's3';

const MESSAGES: Readonly<Record<Refusal, (operation: string) => string>> = {
  denied: (operation) => `User is not authorized to perform: ${operation}`,
  throttled: () => 'Rate exceeded',
  expired: () => 'The security token included in the request is expired',
};

const refuse = (response: ServerResponse, operation: string, refusal: Refusal, protocol: Protocol): void => {
  const { status, json, query } = ERRORS[refusal];
  const message = MESSAGES[refusal](operation);
  response.writeHead(status, { 'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'text/xml' });
  const error = `<Error><Code>${query}</Code><Message>${message}</Message></Error>`;
  if (protocol === 'json') response.end(JSON.stringify({ __type: json, message }));
  else response.end(protocol === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`);
};

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const pass = (incoming: IncomingMessage, body: Buffer, response: ServerResponse, target: URL): void => {
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
  outgoing.end(body);
};

/**
 * Starts a proxy that refuses one operation of a JSON service (Glue, Athena, KMS) or a query service (IAM, CloudFormation), and
 * passes the rest.
 */
export const startDenyingProxy = async (
  endpoint: string,
  operation: string,
  refusal: Refusal = 'denied',
): Promise<DenyingProxy> => {
  let isOver = false;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const target = incoming.headers['x-amz-target'];
    const asked =
      typeof target === 'string'
        ? target.split('.').at(-1)
        : new URLSearchParams(body.toString('latin1')).get('Action');
    const protocol = typeof target === 'string' ? 'json' : asked === null ? 's3' : 'query';
    isOver ||= refusal === 'expired' && asked === operation;
    if (isOver || asked === operation) refuse(response, operation, refusal, protocol);
    else pass(incoming, body, response, new URL(endpoint));
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
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
