import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import pLimit from 'p-limit';
import { EdlError } from '../reconciler/model/errors.ts';
import { compareText } from '../reconciler/model/json.ts';
import type { CallCount } from '../reconciler/model/plan.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import { field, isThrottling, rememberOperation } from './failure-facts.ts';
import { FULL_FLOW, nextFlow } from './flow.ts';
import { createRetryStrategy, limitsFrom, type RetryStrategy } from './retry.ts';

const SOCKETS = 16;
const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Gives credentials, and new ones when they expire. */
type CredentialProvider = () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;

/** What every client of the SDK is made with. Credentials, profile and endpoint come from the standard environment. */
interface ClientSettings {
  readonly region: string;
  readonly credentials?: CredentialProvider;
  readonly retryStrategy: RetryStrategy;
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
  /** `attempts` is for calls that are not worth the usual patience. */
  settings(region: string, attempts?: number): ClientSettings;
  /**
   * Makes a client bounded, counted and heard of; returns the same client. `service` is the IAM prefix, such as `s3`. `aside`
   * is neither bounded nor gated: what keeps the lease may not wait behind the calls that it is for.
   */
  instrument<Client extends InstrumentedClient>(service: string, client: Client, way?: 'aside'): Client;
  calls(): CallCount;
  /** How far the clock of AWS is ahead of ours, by the last answer that told its time. */
  clockSkewMs(): number | undefined;
  /** Closes the idle sockets. */
  close(): void;
}

/** `DescribeStacksCommand` is the operation `DescribeStacks`. */
const operationOf = (service: string, commandName: string | undefined): string =>
  `${service}:${(commandName ?? 'unknown').replace(/Command$/, '')}`;

/** The `Date` header of what the SDK got, or nothing. */
const dateOf = (answer: unknown): string => {
  const date = field(field(field(answer, 'response'), 'headers'), 'date');
  return typeof date === 'string' ? date : '';
};

/** What hears of each attempt of a run. */
interface Listener {
  readonly attempted: (operation: string) => void;
  readonly ended: (isThrottled: boolean) => void;
  /** The `Date` header of an answer. */
  readonly dated: (date: string) => void;
  readonly reporter: Reporter;
}

/** Counts each attempt, tells of throttling, and notes the operation on what is thrown. Runs inside the SDK's retry loop. */
const countAttempts =
  (service: string, { attempted, ended, dated, reporter }: Listener): Middleware =>
  (next, context) => {
    const operation = operationOf(service, context.commandName);
    let attempt = 0;
    return async (args) => {
      attempt += 1;
      attempted(operation);
      try {
        const answer = await next(args);
        ended(false);
        dated(dateOf(answer));
        return answer;
      } catch (error) {
        dated(dateOf({ response: field(error, '$response') }));
        rememberOperation(error, operation);
        ended(isThrottling(error));
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

const READS = /^(BatchGet|Describe|Get|Head|List|Lookup)/;

/** Asks before each attempt of a call that is not a read, so that a run which slept between two attempts is stopped too. */
const gateWrites =
  (beforeWrite: () => Promise<void>): Middleware =>
  (next, context) =>
  async (args) => {
    if (!READS.test(context.commandName ?? '')) await beforeWrite();
    return next(args);
  };

const EACH_ATTEMPT = { relation: 'after', toMiddleware: 'retryMiddleware' } as const;

const govern = (client: InstrumentedClient, bound: Middleware, gate: Middleware): void => {
  client.middlewareStack.add(bound, { step: 'initialize', name: 'edlBound' });
  client.middlewareStack.addRelativeTo(gate, { ...EACH_ATTEMPT, name: 'edlGate' });
};

const nobodyAsked = (): Promise<void> => Promise.resolve();

/** Makes what the clients of one run share; `beforeWrite` may forbid a write by throwing. Nothing here loads the SDK. */
export const createWire = (reporter: Reporter, beforeWrite = nobodyAsked): Wire => {
  const gate = gateWrites(beforeWrite);
  checkEndpoint();
  const agentOptions = { keepAlive: true, maxSockets: SOCKETS };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent(agentOptions);
  const limits = limitsFrom(process.env['AWS_MAX_ATTEMPTS']);
  const counts = new Map<string, number>();
  let flow = FULL_FLOW;
  let skewMs: number | undefined;
  const limit = pLimit(flow.limit);
  const listener: Listener = {
    reporter,
    dated: (date) => {
      const moment = Date.parse(date);
      if (!Number.isNaN(moment)) skewMs = moment - Date.now();
    },
    attempted: (operation) => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    ended: (isThrottled) => {
      flow = nextFlow(flow, isThrottled);
      if (limit.concurrency === flow.limit) return;
      limit.concurrency = flow.limit;
      reporter.emit({ type: 'slowed', inFlight: flow.limit, most: FULL_FLOW.limit });
    },
  };
  let credentials: CredentialProvider | undefined;
  const bound: Middleware = (next) => (args) => limit(() => next(args));
  return {
    settings: (region, attempts = limits.attempts) => ({
      region,
      ...(credentials === undefined ? {} : { credentials }),
      retryStrategy: createRetryStrategy({ ...limits, attempts }),
      requestHandler: {
        httpAgent,
        httpsAgent,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    }),
    instrument: (service, client, way) => {
      // The first client looks for credentials; the others share what it finds, so that a sign-in runs once.
      credentials ??= client.config.credentials;
      if (way === undefined) govern(client, bound, gate);
      client.middlewareStack.addRelativeTo(countAttempts(service, listener), { ...EACH_ATTEMPT, name: 'edlCount' });
      return client;
    },
    calls: () => {
      const entries = [...counts].sort(([left], [right]) => compareText(left, right));
      return { total: entries.reduce((sum, [, count]) => sum + count, 0), byOperation: Object.fromEntries(entries) };
    },
    clockSkewMs: () => skewMs,
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
