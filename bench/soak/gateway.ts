import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Faults } from '../../sandbox/index.ts';

/** What one process has in memory, in megabytes. */
export interface Memory {
  readonly heap: number;
  readonly resident: number;
}

/** The sandbox in a process of its own, which runs as long as the soak. */
export interface Gateway {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  setFaults(change: Partial<Faults>): Promise<void>;
  /** The calls since this was last asked. */
  takeCalls(): Promise<number>;
  /** After a garbage collection: what is held on to. */
  memory(): Promise<Memory>;
  /** Memory of moto, by what the system tells; 0 where it does not. */
  motoMegabytes(): Promise<number>;
  /** Empty accounts. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

interface Ready {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
}

const MEGABYTE = 1024 * 1024;

const collectGarbage = async (): Promise<void> => {
  const collect: unknown = Reflect.get(globalThis, 'gc');
  if (typeof collect !== 'function') return;
  // Buffers are freed after the collection that finds them.
  for (let time = 1; time <= 3; time += 1) {
    Reflect.apply(collect, globalThis, []);
    await sleep(20);
  }
};

/** The child's side: runs the sandbox until its parent is gone, and tells its memory when asked. */
export const serveGateway = async (account: string, region: string): Promise<void> => {
  const sandbox = await startSandbox({
    awsPolicies: true,
    log: (line) => {
      console.log(line);
    },
  });
  const tellMemory = async (): Promise<void> => {
    await collectGarbage();
    // Bodies of requests are buffers, which lie beside the heap.
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({ heap: (heapUsed + external) / MEGABYTE, resident: rss / MEGABYTE } satisfies Memory);
  };
  process.on('message', () => void tellMemory());
  process.once('disconnect', () => void sandbox.stop());
  process.send?.({
    endpoint: sandbox.endpoint,
    environment: sandbox.environment(account, region),
  } satisfies Ready);
};

const residentOf = async (pid: string): Promise<number> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
};

const childrenOf = async (parent: string): Promise<readonly string[]> => {
  const tasks = await readdir(`/proc/${parent}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${parent}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((text) => text.split(' ').filter((pid) => pid !== ''));
};

const belowOf = async (parent: string): Promise<number> => {
  let total = 0;
  for (const child of await childrenOf(parent)) total += (await residentOf(child)) + (await belowOf(child));
  return total;
};

const total = (calls: unknown): number =>
  Object.values(calls as Record<string, number>).reduce((sum, count) => sum + count, 0);

/** Starts this program once more as the gateway, with its log in a file. Signals of the terminal are the parent's business. */
export const startGateway = async (program: string, logFile: string): Promise<Gateway> => {
  const child = fork(program, ['--gateway'], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited]);
  if (child.exitCode !== null) throw new Error(`The sandbox did not start; see ${logFile}.`);
  const { endpoint, environment } = first[0] as Ready;
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_edl/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    endpoint,
    environment,
    setFaults: async (change) => {
      await ask('POST', 'faults', change);
    },
    takeCalls: async () => {
      const calls = total(await ask('GET', 'calls'));
      await ask('POST', 'reset-calls');
      return calls;
    },
    memory: async () => {
      const answer = once(child, 'message');
      child.send('memory');
      return (await answer)[0] as Memory;
    },
    motoMegabytes: () => belowOf(String(child.pid)),
    reset: async () => {
      await ask('POST', 'reset');
    },
    stop: async () => {
      child.disconnect();
      await exited;
      log.end();
    },
  };
};
