import type { Server } from 'node:http';
import { cloudFormation } from './engine/engine.ts';
import { allGaps } from './gaps/index.ts';
import type { QuotaCode, Quotas } from './gaps/quotas.ts';
import { newQuotas } from './gaps/quotas.ts';
import type { Gap } from './gateway.ts';
import { dispatcher } from './gateway.ts';
import { forwardTo } from './moto/forward.ts';
import type { Moto } from './moto/process.ts';
import { startMoto } from './moto/process.ts';
import type { Call, Next, Reply } from './protocol/call.ts';
import { isOk, textReply } from './protocol/call.ts';
import { identify } from './protocol/identify.ts';
import type { RawRequest } from './protocol/server.ts';
import { listen, portOf } from './protocol/server.ts';
import { servicesOf } from './services.ts';

export interface SandboxOptions {
  /** A free one by default. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** Added to each step of a stack's resource and to each change set; 0 by default. */
  readonly stackDelayMs?: number;
}

/** A local AWS that runs in this process, with moto as its child. */
export interface Sandbox {
  readonly endpoint: string;
  readonly port: number;
  stop(): Promise<void>;
  /** Back to empty accounts. */
  reset(): Promise<void>;
  /** Calls of clients since the start or the last `resetCalls`, by "service:Operation". */
  calls(): Promise<Record<string, number>>;
  resetCalls(): void;
  /** Raises (or lowers) a quota of an account, by its code in Service Quotas; what is known there is in `gaps/quotas.ts`. */
  setQuota(account: string, code: QuotaCode, limit: number): void;
  /** What to set in the environment of the AWS CLI or any SDK. */
  environment(account: string, region: string): Record<string, string>;
}

interface Gateway {
  readonly gaps: readonly Gap[];
  readonly dispatch: Next;
  readonly forward: Next;
  readonly accounts: Map<string, string>;
  readonly quotas: Quotas;
  readonly calls: Map<string, number>;
}

const gatewayTo = (moto: Moto, options: SandboxOptions): Gateway => {
  const forward = forwardTo(moto.port);
  const accounts = new Map<string, string>();
  const quotas = newQuotas();
  const log = options.log ?? ((): void => undefined);
  const gaps: Gap[] = [];
  const dispatch = dispatcher(gaps, forward);
  const engine = cloudFormation({
    services: (account, region) => servicesOf(dispatch, account, region),
    delayMs: options.stackDelayMs ?? 0,
    log,
  });
  gaps.push(engine, ...allGaps(accounts, quotas));
  return { gaps, dispatch, forward, accounts, quotas, calls: new Map() };
};

const resetCall: Call = {
  service: 'moto',
  operation: 'Reset',
  from: 'engine',
  account: '123456789012',
  region: 'us-east-1',
  method: 'POST',
  path: '/moto-api/reset',
  headers: {},
  body: Buffer.alloc(0),
};

const reset = async (gateway: Gateway): Promise<void> => {
  const reply = await gateway.forward(resetCall);
  if (!isOk(reply)) throw new Error(`moto could not be reset: status ${reply.status}`);
  for (const gap of gateway.gaps) gap.reset?.();
};

const json = (status: number, value: unknown): Reply => textReply(status, JSON.stringify(value), 'application/json');

/** The endpoints by which tests and people steer the sandbox itself; undefined when it is not one. */
const control = async (gateway: Gateway, request: RawRequest): Promise<Reply> => {
  const route = `${request.method} ${request.path}`;
  if (route === 'GET /_edl/calls') return json(200, Object.fromEntries([...gateway.calls].sort()));
  if (route === 'POST /_edl/reset-calls') {
    gateway.calls.clear();
    return json(200, {});
  }
  if (route === 'POST /_edl/reset') {
    await reset(gateway);
    gateway.calls.clear();
    return json(200, {});
  }
  return json(404, { message: `The sandbox has no ${route}.` });
};

const answer = async (gateway: Gateway, request: RawRequest): Promise<Reply> => {
  if (request.path.startsWith('/_edl/')) return control(gateway, request);
  const identity = identify(request, gateway.accounts);
  const name = `${identity.service}:${identity.operation}`;
  gateway.calls.set(name, (gateway.calls.get(name) ?? 0) + 1);
  return gateway.dispatch({ ...request, ...identity, from: 'client' });
};

const close = async (server: Server): Promise<void> => {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
};

/** moto loads each service at its first call, which takes it up to a second: that is done while the caller gets ready. */
const warmUp = (gateway: Gateway): void => {
  const services = servicesOf(gateway.forward, '000000000000', 'us-east-1');
  const calls = [
    services.iam('ListRoles'),
    services.s3('GET', '/'),
    services.json('kms', 'ListKeys', {}),
    services.json('glue', 'GetDatabases', {}),
  ];
  // Only a head start: whatever is wrong with moto, the first real call tells.
  for (const call of calls) call.catch(() => undefined);
};

export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const moto = await startMoto(options.log ?? ((): void => undefined));
  const gateway = gatewayTo(moto, options);
  const server = await listen(options.port ?? 0, (request) => answer(gateway, request)).catch(
    async (error: unknown) => {
      await moto.stop();
      throw error;
    },
  );
  warmUp(gateway);
  const port = portOf(server);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    port,
    async stop() {
      await close(server);
      await moto.stop();
    },
    reset: () => reset(gateway),
    calls: () => Promise.resolve(Object.fromEntries([...gateway.calls].sort())),
    resetCalls() {
      gateway.calls.clear();
    },
    setQuota(account, code, limit) {
      gateway.quotas.raise(account, code, limit);
    },
    environment: (account, region) => ({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    }),
  };
};
