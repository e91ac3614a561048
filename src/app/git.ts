import type { CatalogCommit } from '../reconciler/model/plan.ts';

/** The commit that is checked out, who wrote it and why, and whether the files differ from it. Empty outside of a git repository. */
export const readCommit = async (folder: string): Promise<CatalogCommit> => {
  const { simpleGit } = await import('simple-git');
  const git = simpleGit(folder);
  if (!(await git.checkIsRepo())) return {};
  const [told, status] = await Promise.all([
    git.raw(['log', '-1', '--format=%H%n%an%n%s']).catch((error: unknown) => {
      // A repository without a commit is a newcomer's first hour, not a failure.
      if (error instanceof Error) return '';
      throw error;
    }),
    git.status(),
  ]);
  const [commit = '', author = '', subject = ''] = told.split('\n');
  return { ...(commit === '' ? {} : { commit, author, subject }), dirty: !status.isClean() };
};
