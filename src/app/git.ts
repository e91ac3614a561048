import type { Plan } from '../reconciler/model/plan.ts';

/** The commit that is checked out, and whether the files differ from it. Empty outside of a git repository. */
export const readCommit = async (folder: string): Promise<Pick<Plan['catalog'], 'commit' | 'dirty'>> => {
  const { simpleGit } = await import('simple-git');
  const git = simpleGit(folder);
  if (!(await git.checkIsRepo())) return {};
  const commit = await git.revparse(['--verify', '--quiet', 'HEAD']).catch((error: unknown) => {
    // A repository without a commit is a newcomer's first hour, not a failure.
    if (error instanceof Error) return '';
    throw error;
  });
  const status = await git.status();
  return { ...(commit === '' ? {} : { commit: commit.trim() }), dirty: !status.isClean() };
};
