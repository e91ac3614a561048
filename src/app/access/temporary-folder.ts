import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Works in a folder that is gone afterwards: when the work is done, when it fails, and when a signal ends the process, which
 * then ends by that signal as it would have without us. `stopped` ends what the work has started.
 */
export const inTemporaryFolder = async <T>(work: (folder: string, stopped: AbortSignal) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-revision-'));
  const stopping = new AbortController();
  const leave = (signal: NodeJS.Signals): void => {
    // Whoever still writes into the folder would make it anew.
    stopping.abort();
    rmSync(folder, { recursive: true, force: true });
    stop();
    process.kill(process.pid, signal);
  };
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, leave);
  };
  for (const signal of SIGNALS) process.on(signal, leave);
  try {
    return await work(folder, stopping.signal);
  } finally {
    stop();
    await rm(folder, { recursive: true, force: true });
  }
};
