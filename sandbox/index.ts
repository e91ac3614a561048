import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Controls } from './control.ts';
import { control, isControl, sortedCalls } from './control.ts';
import { cloudFormation } from './engine/engine.ts';
import type { FaultMachine, Faults } from './faults.ts';
import { newFaultMachine, speedOf, stackDelayMs, throttledReply } from './faults.ts';
import { gapsByName } from './gaps/index.ts';
import type { QuotaCode, Quotas } from './gaps/quotas.ts';
import { newQuotas } from './gaps/quotas.ts';
import { newTrail, recording } from './gaps/trail.ts';
import type { Era, Gap } from './gateway.ts';
import { dispatcher, newEra, newGate } from './gateway.ts';
import { forwardTo } from './moto/forward.ts';
import type { Moto } from './moto/process.ts';
import { startMoto } from './moto/process.ts';
import type { Call, Next, Reply } from './protocol/call.ts';
import { isOk } from './protocol/call.ts';
import { identify } from './protocol/identify.ts';
import type { RawRequest } from './protocol/server.ts';
import { listen, portOf } from './protocol/server.ts';
import { servicesOf } from './services.ts';

export type { Faults } from './faults.ts';

export interface SandboxOptions {
  /** A free one by default. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** With AWS's own managed policies (AdministratorAccess, …), which take half a second to load. */
  readonly awsPolicies?: boolean;
  /** What each step of a stack's resource and each change set waits at first; `faults.speed` in other words. */
  readonly stackDelayMs?: number;
  /** None by default. */
  readonly faults?: Partial<Faults>;
  /** Called when a client meets the end that `crashAfter` set. */
  readonly onCrash?: () => void;
}

/** A local AWS that runs in this process, with moto as its child. */
export interface Sandbox {
  readonly endpoint: string;
  readonly port: number;
  /** Where moto itself listens, for those who compare the two. */
  readonly motoPort: number;
  stop(): Promise<void>;
  /** Back to empty accounts, also while stacks are in progress. Faults stay. */
  reset(): Promise<void>;
  faults(): Faults;
  /** Changes some faults, and begins their run anew. */
  setFaults(change: Partial<Faults>): void;
  /** Calls of clients since the start or the last `resetCalls`, by "service:Operation". */
  calls(): Promise<Record<string, number>>;
  resetCalls(): void;
  /** Raises (or lowers) a quota of an account, by its code in Service Quotas; what is known there is in `gaps/quotas.ts`. */
  setQuota(account: string, code: QuotaCode, limit: number): void;
  /** What to set in the environment of the AWS CLI or any SDK. */
  environment(account: string, region: string): Record<string, string>;
}

/** The gaps, with CloudFormation first; a reset gives it another life. */
interface World {
  readonly gaps: Gap[];
  readonly forward: Next;
  readonly dispatch: Next;
  readonly newEngine: () => { readonly engine: Gap; readonly era: Era };
  era: Era;
}

interface Gateway {
  readonly controls: Controls;
  readonly quotas: Quotas;
  readonly forward: Next;
  /** No reply means that the connection ends without one. */
  readonly answer: (request: RawRequest) => Promise<Reply | undefined>;
}

const worldOf = (
  moto: Moto,
  { log = (): void => undefined }: SandboxOptions,
  faults: FaultMachine,
  accounts: Map<string, string>,
  quotas: Quotas,
): World => {
  const forward = forwardTo(moto.port, log);
  const gaps: Gap[] = [];
  const trail = newTrail();
  const dispatch = recording(trail, dispatcher(gaps, forward));
  const newEngine = (): { readonly engine: Gap; readonly era: Era } => {
    const era = newEra(dispatch);
    const engine = cloudFormation({
      services: (account, region) => servicesOf(era.dispatch, account, region),
      delayMs: () => stackDelayMs(faults.current()),
      log,
    });
    return { engine, era };
  };
  const { engine, era } = newEngine();
  gaps.push(engine, ...Object.values(gapsByName(accounts, quotas, trail)));
  return { gaps, forward, dispatch, newEngine, era };
};

const motoCall = (method: string, path: string): Call => ({
  service: 'moto',
  operation: `${method} ${path}`,
  from: 'engine',
  account: '123456789012',
  region: 'us-east-1',
  method,
  path,
  headers: {},
  body: Buffer.alloc(0),
});

const reset = async (world: World): Promise<void> => {
  await world.era.end();
  const reply = await world.forward(motoCall('POST', '/moto-api/reset'));
  if (!isOk(reply)) throw new Error(`moto could not be reset: status ${reply.status}`);
  const { engine, era } = world.newEngine();
  world.gaps[0] = engine;
  world.era = era;
  for (const gap of world.gaps) gap.reset?.();
};

const gatewayTo = (moto: Moto, options: SandboxOptions, faults: FaultMachine): Gateway => {
  const accounts = new Map<string, string>();
  const quotas = newQuotas();
  const world = worldOf(moto, options, faults, accounts, quotas);
  const gate = newGate();
  const calls = new Map<string, number>();
  const controls: Controls = {
    faults,
    calls,
    reset: () => gate.alone(() => reset(world)),
    isHealthy: () => world.forward(motoCall('GET', '/moto-api/')).then(isOk, () => false),
  };
  const answer = async (request: RawRequest): Promise<Reply | undefined> => {
    if (isControl(request)) return control(controls, request);
    const identity = identify(request, accounts);
    const name = `${identity.service}:${identity.operation}`;
    const fate = faults.next(name);
    if (fate === 'crashed') {
      options.onCrash?.();
      return undefined;
    }
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const { latencyMs } = faults.current();
    if (latencyMs > 0) await sleep(latencyMs);
    if (fate === 'throttled') return throttledReply(identity);
    if (fate === 'dropped before') return undefined;
    const reply = await gate.pass(() => world.dispatch({ ...request, ...identity, from: 'client' }));
    return fate === 'dropped after' ? undefined : reply;
  };
  return { controls, quotas, forward: world.forward, answer };
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
  // Faults that make no sense are refused before there is a process to be stopped again.
  const faults = newFaultMachine({ speed: speedOf(options.stackDelayMs ?? 0), ...options.faults });
  const moto = await startMoto(options.log ?? ((): void => undefined), options.awsPolicies);
  const gateway = gatewayTo(moto, options, faults);
  const { controls } = gateway;
  const server = await listen(options.port ?? 0, gateway.answer).catch(async (error: unknown) => {
    await moto.stop();
    throw error;
  });
  warmUp(gateway);
  const port = portOf(server);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    port,
    motoPort: moto.port,
    async stop() {
      await close(server);
      await moto.stop();
    },
    reset: () => controls.reset(),
    faults: () => controls.faults.current(),
    setFaults(change) {
      controls.faults.change(change);
    },
    calls: () => Promise.resolve(sortedCalls(controls)),
    resetCalls() {
      controls.calls.clear();
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
