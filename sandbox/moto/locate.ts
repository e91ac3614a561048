import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PINNED = 'moto[server]==5.2.1';

/** The nearest directory above this file with a package.json: source and build lie at different depths below it. */
const packageRoot = (): string => {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json')) && directory !== join(directory, '..'))
    directory = join(directory, '..');
  return directory;
};

const onPath = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((file) => existsSync(file));

const failure = (cause: string): Error =>
  new Error(
    `The sandbox needs moto ${PINNED.slice(-5)} and could not install it (${cause}). ` +
      `Install it yourself with:  python3 -m pip install '${PINNED}'  and make sure moto_server is on the PATH.`,
  );

const run = (command: string, parameters: readonly string[]): void => {
  const result = spawnSync(command, [...parameters], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.error !== undefined) throw failure(`${command}: ${result.error.message}`);
  if (result.status !== 0)
    throw failure(`${command} ${parameters.join(' ')}: ${result.stderr.trim().split('\n').at(-1) ?? ''}`);
};

/** The moto_server to start: from the PATH, from an earlier `.venv`, or from a `.venv` made now. */
export const locateMoto = (log: (line: string) => void): string => {
  const installed = onPath('moto_server');
  if (installed !== undefined) return installed;
  const environment = join(packageRoot(), '.venv');
  const local = join(environment, 'bin', 'moto_server');
  if (existsSync(local)) return local;
  log(`moto_server is not on the PATH; installing ${PINNED} into .venv`);
  run('python3', ['-m', 'venv', environment]);
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', PINNED]);
  return local;
};
