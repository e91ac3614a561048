import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PINNED = 'moto[server]==5.2.1';
const MOST_CHARACTERS = 400;

/** The nearest directory above this file with a package.json: source and build lie at different depths below it. */
const packageRoot = (): string => {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json')) && directory !== join(directory, '..'))
    directory = join(directory, '..');
  return directory;
};

/** Where programs are looked for, and where `.venv` is or is made. */
export interface Surroundings {
  readonly path: string;
  readonly root: string;
}

const surroundings = (): Surroundings => ({ path: process.env['PATH'] ?? '', root: packageRoot() });

const onPath = (name: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find((file) => existsSync(file));

/** What people run when the sandbox cannot run moto. */
export const ADVICE = `Install it yourself:  python3 -m pip install '${PINNED}'  and see that moto_server is on the PATH.`;

const failure = (cause: string, before = ''): Error =>
  new Error(
    `it runs ${PINNED.replace('[server]==', ' ')}, a Python program, which is not on the PATH, and could not install it: ${cause} ${before}${ADVICE}`,
  );

/** The end of what a program wrote: pip marks what went wrong, venv says it in several lines. */
const complaint = (stderr: string, stdout: string): string => {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('ERROR'));
  return (errors.length > 0 ? errors : lines.filter((line) => line !== '')).join(' ').slice(-MOST_CHARACTERS);
};

const run = (command: string, parameters: readonly string[], path: string): void => {
  const env = { ...process.env, PATH: path };
  const result = spawnSync(command, [...parameters], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env });
  if (result.error !== undefined) throw failure(`${command}: ${result.error.message}.`);
  if (result.status === 0) return;
  throw failure(`${command} ${parameters.join(' ')}: ${complaint(result.stderr, result.stdout)}.`);
};

/** The moto_server to start: from the PATH, from an earlier `.venv`, or from a `.venv` made now. */
export const locateMoto = (log: (line: string) => void, { path, root } = surroundings()): string => {
  const installed = onPath('moto_server', path);
  if (installed !== undefined) return installed;
  const environment = join(root, '.venv');
  const local = join(environment, 'bin', 'moto_server');
  if (existsSync(local)) return local;
  const python = onPath('python3', path);
  if (python === undefined)
    throw failure('there is no python3 on the PATH either.', 'Install Python 3.9 or newer first. ');
  log(`moto_server is not on the PATH; installing ${PINNED} into ${environment}`);
  run(python, ['-m', 'venv', environment], path);
  const install = ['install', '--quiet', '--disable-pip-version-check', '--retries', '1', PINNED];
  run(join(environment, 'bin', 'pip'), install, path);
  return local;
};
