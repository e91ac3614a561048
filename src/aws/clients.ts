import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import pLimit from 'p-limit';
import { EdlError } from '../reconciler/model/errors.ts';
import { compareText } from '../reconciler/model/json.ts';
import type { CallCount } from '../reconciler/model/plan.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import { isThrottling, rememberOperation } from './failure-facts.ts';

/** More calls at once only meet AWS's own limits sooner; the control planes of IAM and Glue throttle first. */
const CALLS_IN_FLIGHT = 8;
const SOCKETS = 16;
const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** With the SDK's backoff: about a minute of throttling, but only seconds of a refused connection. */
const MAX_ATTEMPTS = 8;

/** Gives credentials, and new ones when they expire. */
type CredentialProvider = () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;

/** What every client of the SDK is made with. Credentials, profile and endpoint come from the standard environment. */
interface ClientSettings {
  readonly region: string;
  readonly credentials?: CredentialProvider;
  readonly retryMode: 'adaptive';
  readonly maxAttempts?: number;
  readonly requestHandler: {
    readonly httpAgent: HttpAgent;
    readonly httpsAgent: HttpsAgent;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

type Handler<Args, Output> = (args: Args) => Promise<Output>;

type Middleware = <Args extends object, Output>(
  next: Handler<Args, Output>,
  context: { readonly commandName?: string },
) => Handler<Args, Output>;

/** The part of an SDK client that is used here, the same in all of them. */
interface InstrumentedClient {
  readonly config: { readonly credentials?: CredentialProvider };
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'initialize'; readonly name: string }): void;
    addRelativeTo(
      middleware: Middleware,
      options: { readonly relation: 'after'; readonly toMiddleware: 'retryMiddleware'; readonly name: string },
    ): void;
  };
}

/** What the clients of one run share: sockets, the bound on calls in flight, the count of calls. */
export interface Wire {
  settings(region: string): ClientSettings;
  /** Makes a client bounded, counted and heard of; returns the same client. `service` is the IAM prefix, such as `s3`. */
  instrument<Client extends InstrumentedClient>(service: string, client: Client): Client;
  calls(): CallCount;
  /** Closes the idle sockets. */
  close(): void;
}

/** `DescribeStacksCommand` is the operation `DescribeStacks`. */
const operationOf = (service: string, commandName: string | undefined): string =>
  `${service}:${(commandName ?? 'unknown').replace(/Command$/, '')}`;

/** Counts each attempt, tells of throttling, and notes the operation on what is thrown. Runs inside the SDK's retry loop. */
const countAttempts =
  (service: string, counts: Map<string, number>, reporter: Reporter): Middleware =>
  (next, context) => {
    const operation = operationOf(service, context.commandName);
    let attempt = 0;
    return async (args) => {
      attempt += 1;
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      try {
        return await next(args);
      } catch (error) {
        rememberOperation(error, operation);
        if (isThrottling(error)) reporter.emit({ type: 'throttled', operation, attempt });
        throw error;
      }
    };
  };

/** The SDK takes `localhost:4600` for a scheme and asks somewhere else, so the form is checked before the first call. */
const checkEndpoint = (): void => {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!endpoint || /^https?:\/\/[^/]/.test(endpoint)) return;
  throw new EdlError(
    'EDL-4010',
    'user',
    `AWS_ENDPOINT_URL is "${endpoint}", which is no address. It begins with http:// or https://; unset it to use AWS itself.`,
  );
};

/** Makes what the clients of one run share. Nothing here loads the SDK. */
export const createWire = (reporter: Reporter): Wire => {
  checkEndpoint();
  const agentOptions = { keepAlive: true, maxSockets: SOCKETS };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent(agentOptions);
  const limit = pLimit(CALLS_IN_FLIGHT);
  const counts = new Map<string, number>();
  let credentials: CredentialProvider | undefined;
  const bound: Middleware = (next) => (args) => limit(() => next(args));
  return {
    settings: (region) => ({
      region,
      ...(credentials === undefined ? {} : { credentials }),
      retryMode: 'adaptive',
      ...(process.env['AWS_MAX_ATTEMPTS'] === undefined ? { maxAttempts: MAX_ATTEMPTS } : {}),
      requestHandler: {
        httpAgent,
        httpsAgent,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    }),
    instrument: (service, client) => {
      // The first client looks for credentials; the others share what it finds, so that a sign-in runs once.
      credentials ??= client.config.credentials;
      client.middlewareStack.add(bound, { step: 'initialize', name: 'edlBound' });
      client.middlewareStack.addRelativeTo(countAttempts(service, counts, reporter), {
        relation: 'after',
        toMiddleware: 'retryMiddleware',
        name: 'edlCount',
      });
      return client;
    },
    calls: () => {
      const entries = [...counts].sort(([left], [right]) => compareText(left, right));
      return { total: entries.reduce((sum, [, count]) => sum + count, 0), byOperation: Object.fromEntries(entries) };
    },
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
};

/** One value for each region, made when first asked for. */
export const perRegion = <Value>(make: (region: string) => Value): ((region: string) => Value) => {
  const made = new Map<string, Value>();
  return (region) => {
    const known = made.get(region);
    if (known !== undefined) return known;
    const value = make(region);
    made.set(region, value);
    return value;
  };
};
