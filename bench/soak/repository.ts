import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { simpleGit } from 'simple-git';
import { filesOf, type SoakLake } from './lake-model.ts';

/** A git repository with the sample lake and what the soak adds to it. */
export interface Repository {
  readonly folder: string;
  /** Writes a lake and commits it; the id of the commit. */
  commit(lake: SoakLake, message: string): Promise<string>;
  /** A second working tree, at a commit. */
  checkOut(commit: string): Promise<string>;
  /** All commits, oldest first. */
  commits(): Promise<readonly string[]>;
}

/** Where the package is, from `dist/bench/soak/`. */
const PACKAGE = new URL('../../../', import.meta.url).pathname;

/** What the soak does by chance and in minutes is more than the guard against large changes lets pass. */
const ALLOW = ['access', 'catalog', 'foundation', 'pipelines'].map(
  (target) => `  - { guard: blast-radius, target: ${target}, reason: The soak edits at random, until: 2026-12-31 }\n`,
);

const write = async (folder: string, files: ReadonlyMap<string, string>): Promise<void> => {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

/** Copies the sample lake into a new repository below `root`. */
export const createRepository = async (root: string): Promise<Repository> => {
  const folder = join(root, 'lake');
  const beside = join(root, 'other');
  await mkdir(folder);
  for (const part of ['lake.yaml', 'catalog', 'schemas'])
    await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
  const lakeYaml = join(folder, 'lake.yaml');
  await writeFile(lakeYaml, `${await readFile(lakeYaml, 'utf8')}\nallow:\n${ALLOW.join('')}`);
  const git = simpleGit(folder);
  await git.init(['--initial-branch=main']);
  await git.addConfig('user.name', 'EDL soak');
  await git.addConfig('user.email', 'soak@acme.example');
  let written: ReadonlyMap<string, string> = new Map();
  const save = async (message: string): Promise<string> => {
    await git.add('.');
    await git.commit(message);
    return git.revparse(['HEAD']);
  };
  await save('The sample lake');
  return {
    folder,
    commit: async (lake, message) => {
      const files = filesOf(lake);
      for (const path of written.keys()) if (!files.has(path)) await rm(join(folder, path));
      await write(folder, files);
      written = files;
      return save(message);
    },
    checkOut: async (commit) => {
      await rm(beside, { recursive: true, force: true });
      await git.raw(['worktree', 'prune']);
      await git.raw(['worktree', 'add', '--detach', beside, commit]);
      return beside;
    },
    commits: async () => (await git.raw(['rev-list', '--reverse', 'HEAD'])).trim().split('\n'),
  };
};
