import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { portOf } from '../protocol/server.ts';
import { ADVICE, locateMoto } from './locate.ts';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

export interface Moto {
  readonly port: number;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/moto-api/', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.on('error', () => {
      resolve(false);
    });
    probe.on('timeout', () => probe.destroy());
    probe.end();
  });

/**
 * Runs a server until it ends or the shell's input does. The input is our pipe: it closes however this process dies, and the
 * server goes with it.
 */
export const WATCHED =
  'exec 3<&0; "$0" -H 127.0.0.1 -p "$1" 3<&- </dev/null >/dev/null 2>&1 & child=$!; ' +
  '{ cat <&3 >/dev/null; kill "$child"; } & watch=$!; wait "$child"; code=$?; kill "$watch"; exit "$code"';

/**
 * Starts moto on a free port and waits until it answers. `awsPolicies`: with AWS's own managed policies, such as
 * AdministratorAccess; they cost half a second with the first call to IAM.
 */
export const startMoto = async (log: (line: string) => void, awsPolicies = false): Promise<Moto> => {
  const command = locateMoto(log);
  const port = await freePort();
  const child = spawn('/bin/sh', ['-c', WATCHED, command, String(port)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: String(awsPolicies) },
  });
  // Ctrl-C reaches the whole process group: the pipe may then be gone before we close it.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null) {
      child.stdin.end();
      throw new Error(
        `${command} ended at once with exit code ${child.exitCode}; run it by hand to see why. If it is not moto, or not a whole one: ${ADVICE}`,
      );
    }
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`${command} did not answer on port ${port} within ${START_TIMEOUT_MS / 1000} seconds.`);
    }
    await sleep(POLL_MS);
  }
  return { port, stop };
};
