import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { locateMoto } from '../moto/locate.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const INSTALL =
  "Install it yourself:  python3 -m pip install 'moto[server]==5.2.1'  and see that moto_server is on the PATH.";
const MISSING = 'it runs moto 5.2.1, a Python program, which is not on the PATH, and could not install it:';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-start-'));
  folders.push(folder);
  return folder;
};

const program = async (folder: string, name: string, script: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
};

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no error';
};

const silent = (): void => undefined;

test('P8 moto is taken from the PATH, then from .venv', async () => {
  const root = await newFolder();
  const local = await program(join(root, '.venv/bin'), 'moto_server', 'true');
  expect(locateMoto(silent, { path: '', root })).toBe(local);
  const installed = await program(join(root, 'bin'), 'moto_server', 'true');
  expect(locateMoto(silent, { path: `/none:${join(root, 'bin')}`, root })).toBe(installed);
});

test('P8 without Python, without venv and without a network the message says what to do', async () => {
  const root = await newFolder();
  const path = join(root, 'bin');
  const log: string[] = [];
  const locate = (): string => messageOf(() => locateMoto((line) => log.push(line), { path, root }));
  expect(locate()).toBe(
    `${MISSING} there is no python3 on the PATH either. Install Python 3.9 or newer first. ${INSTALL}`,
  );
  expect(log).toEqual([]);

  const python = await program(
    path,
    'python3',
    'echo "ensurepip is not available."; echo "apt install python3-venv"; exit 1',
  );
  expect(locate()).toBe(
    `${MISSING} ${python} -m venv ${root}/.venv: ensurepip is not available. apt install python3-venv. ${INSTALL}`,
  );

  await program(path, 'python3', 'exit 0');
  const pip = await program(
    join(root, '.venv/bin'),
    'pip',
    'echo "WARNING: Retrying" >&2; echo "ERROR: No matching distribution found for moto" >&2; exit 1',
  );
  expect(locate()).toBe(
    `${MISSING} ${pip} install --quiet --disable-pip-version-check --retries 1 moto[server]==5.2.1: ` +
      `ERROR: No matching distribution found for moto. ${INSTALL}`,
  );
  expect(log[0]).toBe(`moto_server is not on the PATH; installing moto[server]==5.2.1 into ${root}/.venv`);
});

/** The command as npm installs it elsewhere: another root, so that no `.venv` of this repository is found. */
const runElsewhere = async (path: string): Promise<{ code: number; stderr: string }> => {
  const root = await newFolder();
  for (const name of ['bin', 'dist', 'node_modules', 'package.json', 'schemas'])
    await symlink(join(REPOSITORY, name), join(root, name));
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main', join(root, 'bin/edl.js'), 'sandbox'];
  const child = spawn(process.execPath, flags, { cwd: root, env: { PATH: path }, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
};

test('P8 `edl sandbox` tells it as an error of its own, in a line for people', async () => {
  const [nothing, broken] = [await newFolder(), await newFolder()];
  await program(broken, 'moto_server', 'exit 3');
  const [missing, ended] = await Promise.all([
    runElsewhere(nothing),
    runElsewhere(`${broken}:${process.env['PATH'] ?? ''}`),
  ]);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('EDL-5024') as string]);
  // However it is wrapped on the way to the terminal.
  const words = (text: string): string => text.replace(/\s+/g, ' ');
  expect(words(missing.stderr)).toContain(words(`${MISSING} there is no python3 on the PATH either.`));
  expect(words(missing.stderr)).toContain(words(INSTALL));
  expect(words(ended.stderr)).toContain(words(`${broken}/moto_server ended at once with exit code 3; run it by hand`));
  expect(words(ended.stderr)).toContain(words(INSTALL));
});
