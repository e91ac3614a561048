import { mkdir } from 'node:fs/promises';
import type { SimpleGit } from 'simple-git';
import { EdlError } from '../../reconciler/model/errors.ts';

/** A commit that somebody named. */
export interface Commit {
  /** As it was asked: `main`, `HEAD~3`. */
  readonly revision: string;
  readonly commit: string;
  /** ISO 8601: when it was committed. */
  readonly at: string;
}

/** A git repository, for reading only: neither its work tree nor its index nor its branches are touched. */
export interface Repository {
  /** The folder that was opened, from the top of the repository: empty, or with a slash at its end. */
  readonly prefix: string;
  resolve(revision: string): Promise<Commit>;
  /** The commit where two lines of work parted. */
  mergeBase(left: Commit, right: Commit): Promise<Commit>;
  /** Writes the files that a commit has under a path (from the top, `''`: all) to a folder. Tells whether there is such a path. */
  copyTree(commit: Commit, path: string, folder: string, stopped: AbortSignal): Promise<boolean>;
}

/** What git needs of the environment to read: not the variables by which hooks and aliases point it somewhere else. */
const NEEDED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP'];

const environment = (): Record<string, string> =>
  Object.fromEntries(
    NEEDED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const notARepository = (folder: string, error: unknown): EdlError => {
  const isMissing = messageOf(error).includes('ENOENT');
  return new EdlError(
    'EDL-5046',
    'user',
    isMissing
      ? 'git is not installed, or not on the PATH, so revisions cannot be compared.'
      : `${folder} cannot be read by git, so it has no revisions to compare: ${messageOf(error)
          .trim()
          .replace(/^fatal: |\.$/g, '')}.`,
    { cause: error },
  );
};

const unknownRevision = (revision: string): EdlError =>
  new EdlError(
    'EDL-5047',
    'user',
    `The repository has no revision "${revision}". Name a branch, a tag or a commit; in a shallow clone, fetch more of the history first (git fetch --unshallow).`,
  );

const resolve = async (git: SimpleGit, revision: string): Promise<Commit> => {
  // Without output there is no such commit; git says nothing because it was asked to be quiet.
  const query = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = (await git.raw(query)).trim();
  if (commit === '') throw unknownRevision(revision);
  const seconds = Number((await git.raw(['show', '--no-patch', '--format=%ct', commit])).trim());
  return { revision, commit, at: new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z') };
};

const mergeBase = async (git: SimpleGit, left: Commit, right: Commit): Promise<Commit> => {
  const [base = ''] = (await git.raw(['merge-base', left.commit, right.commit])).trim().split('\n');
  if (base === '')
    throw new EdlError(
      'EDL-5048',
      'user',
      `${left.revision} and ${right.revision} have no commit in common, so nothing can be compared from where they parted. Compare them directly, with two dots.`,
    );
  const found = await resolve(git, base);
  return { ...found, revision: `${left.revision}...${right.revision}` };
};

/** The top of the repository that a folder is in, and the folder's path from there. */
const findTop = async (folder: string): Promise<{ readonly top: string; readonly prefix: string }> => {
  const { simpleGit } = await import('simple-git');
  try {
    const git = simpleGit(folder).env(environment());
    const [top = '', prefix = ''] = (await git.raw(['rev-parse', '--show-toplevel', '--show-prefix'])).split(/\r?\n/);
    return { top, prefix };
  } catch (error) {
    throw notARepository(folder, error);
  }
};

/** Opens the repository that a folder is in. Throws EdlError where there is none. */
export const openRepository = async (folder: string): Promise<Repository> => {
  const { simpleGit } = await import('simple-git');
  const { top, prefix } = await findTop(folder);
  // Files are checked out below the current folder only, so git works at the top.
  const git = simpleGit(top).env(environment());
  return {
    prefix,
    resolve: (revision) => resolve(git, revision),
    mergeBase: (left, right) => mergeBase(git, left, right),
    copyTree: async ({ commit }, path, target, stopped) => {
      const tree = `${commit}:${path.replace(/\/$/, '')}`;
      const isThere = await git.raw(['rev-parse', '--verify', '--quiet', '--end-of-options', tree]);
      if (isThere === '') return false;
      await mkdir(target, { recursive: true });
      const own = simpleGit(top, { allowEnvironment: ['GIT_INDEX_FILE'], abort: stopped }).env({
        ...environment(),
        GIT_INDEX_FILE: `${target}.index`,
      });
      await own.raw(['read-tree', '--no-sparse-checkout', tree]);
      await own.raw(['checkout-index', '--all', '--quiet', `--prefix=${target}/`]);
      return true;
    },
  };
};
