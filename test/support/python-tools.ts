import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOOLS = ['moto_server', 'cfn-lint'];

const isThere = (tool: string): boolean =>
  [...(process.env['PATH'] ?? '').split(delimiter), join(ROOT, '.venv/bin')].some((folder) =>
    existsSync(join(folder, tool)),
  );

const run = (command: string, words: readonly string[]): void => {
  const { status, error } = spawnSync(command, [...words], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    throw new Error(
      `${command} ${words.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}. Install the tools yourself: python3 -m pip install -r requirements.txt`,
    );
  }
};

/** Vitest's global setup: what tests need of Python, on the PATH or installed into `.venv` once, before any test starts. */
export const setup = (): void => {
  if (TOOLS.every(isThere)) return;
  run('python3', ['-m', 'venv', join(ROOT, '.venv')]);
  run(join(ROOT, '.venv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt']);
};
