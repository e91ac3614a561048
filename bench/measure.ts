import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run of the real command took. */
export interface Measurement {
  readonly seconds: number;
  readonly megabytes: number;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the package is, from `dist/bench/`. */
const PACKAGE = new URL('../../', import.meta.url).pathname;

/** Runs `edl …` as people do, as a process of its own, and measures the whole of it: wall time and peak memory. */
export const measureEdl = async (
  argv: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Measurement> => {
  const scratch = await mkdtemp(join(tmpdir(), 'edl-probe-'));
  const probe = join(scratch, 'rss');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', join(PACKAGE, 'bench/probe.mjs'), join(PACKAGE, 'bin/edl.js'), ...argv],
    {
      cwd,
      env: { ...process.env, ...environment, CI: '1', EDL_BENCH_PROBE: probe },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
  const seconds = (performance.now() - started) / 1000;
  const kilobytes = Number(await readFile(probe, 'utf8'));
  await rm(scratch, { recursive: true });
  return { seconds, megabytes: kilobytes / 1024, exitCode, ...output };
};
