import { spawn } from 'node:child_process';
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

/** Runs the built `edl` as a process, with nothing of AWS in its environment but what the test gives. */
export const runEdl = (
  argv: readonly string[],
  options: { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin/edl.js'), ...argv], {
      cwd: options.cwd,
      env: { ...inherited, CI: '1', AWS_EC2_METADATA_DISABLED: 'true', ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ exitCode: code ?? -1, ...output });
    });
  });

/** A copy of the sample lake in a folder of its own, free to be edited. */
export const copySampleLake = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-lake-'));
  await cp(join(REPOSITORY, 'lake.yaml'), join(folder, 'lake.yaml'));
  await cp(join(REPOSITORY, 'catalog'), join(folder, 'catalog'), { recursive: true });
  return folder;
};
