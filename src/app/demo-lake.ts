import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleGit } from 'simple-git';
import { packageRoot } from './package-root.ts';

/** A copy of the sample lake in a git repository of its own. */
export interface DemoLake {
  readonly folder: string;
  /** Appends one line to a file and commits it. */
  readonly addLine: (file: string, line: string, message: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Copies the sample lake into a temporary folder, as the first commit of a new repository. */
export const createDemoLake = async (): Promise<DemoLake> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-demo-'));
  for (const part of ['lake.yaml', 'catalog', 'schemas']) {
    await cp(join(packageRoot(), part), join(folder, part), { recursive: true });
  }
  const git = simpleGit(folder);
  await git.init(['--initial-branch=main']);
  await git.addConfig('user.name', 'EDL demo');
  await git.addConfig('user.email', 'demo@acme.example');
  const commit = async (message: string): Promise<void> => {
    await git.add('.');
    await git.commit(message);
  };
  await commit('The sample lake');
  return {
    folder,
    addLine: async (file, line, message) => {
      const path = join(folder, file);
      await writeFile(path, `${await readFile(path, 'utf8')}${line}\n`);
      await commit(message);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
