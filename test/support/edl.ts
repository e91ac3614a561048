import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** The day that the sample lake and the tests' grants are written for. */
export const TODAY = '2026-11-22';

/** What a finished command left behind. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs, and what it finds in its environment. */
export interface RunOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with everything on stderr so far, whenever there is more. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
  /** In a process group of its own, so that a test can see whether it left anything running. */
  readonly detached?: boolean;
}

/** Starts the built `edl` as a process, with nothing of AWS in its environment but what the test gives. */
export const startEdl = (
  argv: readonly string[],
  { cwd, environment, onStderr, detached = false }: RunOptions,
): { readonly child: ChildProcess; readonly finished: Promise<Finished> } => {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/edl.js'), ...argv], {
    cwd,
    detached,
    env: { ...inherited, CI: '1', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    onStderr?.(output.stderr, child);
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ exitCode: code ?? -1, ...output });
    });
  });
  return { child, finished };
};

/** Runs the built `edl` to its end. */
export const runEdl = (argv: readonly string[], options: RunOptions): Promise<Finished> =>
  startEdl(argv, options).finished;

/** A copy of the sample lake in a folder of its own, free to be edited. */
export const copySampleLake = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-lake-'));
  await cp(join(REPOSITORY, 'lake.yaml'), join(folder, 'lake.yaml'));
  await cp(join(REPOSITORY, 'catalog'), join(folder, 'catalog'), { recursive: true });
  return folder;
};
