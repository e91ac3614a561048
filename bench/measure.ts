import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run of the real command took. */
export interface Measurement {
  readonly seconds: number;
  /** Peak memory; 0 where the process was killed before it could tell. */
  readonly megabytes: number;
  /** -1 where a signal ended it. */
  readonly exitCode: number;
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Measurement>;
}

/** Where the package is, from `dist/bench/`. */
const PACKAGE = new URL('../../', import.meta.url).pathname;

const memoryIn = async (probe: string): Promise<number> => {
  try {
    return Number(await readFile(probe, 'utf8')) / 1024;
  } catch {
    return 0;
  }
};

/** Starts `edl …` as people do, as a process of its own, and measures the whole of it: wall time and peak memory. */
export const startMeasured = async (
  argv: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Running> => {
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
  const ended = new Promise<Pick<Measurement, 'exitCode' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ exitCode: code ?? -1, ...(signal === null ? {} : { signal }) });
    });
  });
  const finish = async (): Promise<Measurement> => {
    const end = await ended;
    const seconds = (performance.now() - started) / 1000;
    const megabytes = await memoryIn(probe);
    await rm(scratch, { recursive: true });
    return { seconds, megabytes, ...end, ...output };
  };
  return { child, finished: finish() };
};

/** Runs `edl …` to its end. */
export const measureEdl = async (
  argv: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Measurement> => (await startMeasured(argv, cwd, environment)).finished;
