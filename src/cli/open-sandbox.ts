import type { Sandbox, SandboxOptions } from '../../sandbox/index.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import { asSystemFailure, systemCode } from './files.ts';

/** Starts the local AWS; what keeps it from starting is the user's to mend (a port, Python, moto), and the message says how. */
export const openSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const { startSandbox } = await import('../../sandbox/index.ts');
  try {
    // Installing moto takes a while the first time: somebody should know why nothing happens.
    const log = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    return await startSandbox({ log, awsPolicies: true, ...options });
  } catch (error) {
    const place = options.port === undefined ? 'a free port' : `port ${options.port}`;
    if (systemCode(error) !== undefined) {
      const advice = 'Give another one with --port, or leave --port out.';
      throw asSystemFailure('EDL-5023', `The sandbox cannot listen on ${place}`, advice, error);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new EdlError('EDL-5024', 'user', `The sandbox cannot start: ${reason}`, { cause: error });
  }
};
