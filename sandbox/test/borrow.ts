import { NO_FAULTS, speedOf } from '../faults.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../index.ts';

/** The sandbox of this process that no file uses now: they run one after the other, and starting moto takes a second. */
let idle: Sandbox | undefined;

/** An empty sandbox without faults for the tests of one file; its stop keeps it for the next file. */
export const borrowSandbox = async ({
  stackDelayMs = 0,
}: Pick<SandboxOptions, 'stackDelayMs'> = {}): Promise<Sandbox> => {
  const sandbox = idle ?? (await startSandbox());
  idle = undefined;
  await sandbox.reset();
  sandbox.setFaults({ ...NO_FAULTS, speed: speedOf(stackDelayMs) });
  sandbox.resetCalls();
  return {
    ...sandbox,
    stop: () => {
      idle = sandbox;
      return Promise.resolve();
    },
  };
};
