import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { HeaderLine } from '../../reconciler/journal/lines.ts';
import { openRepository } from '../access/repository.ts';
import { lakePaths, loadRevision } from '../access/revisions.ts';
import type { LakeRequest } from '../lake.ts';

/** Who is in which team, and from where that is known. */
export interface Membership {
  readonly catalog: Catalog;
  /** A commit, or `now`. */
  readonly at: string;
  readonly notes: readonly Diagnostic[];
}

const note = (detail: string): Diagnostic => ({
  code: 'EDL-4236',
  severity: 'warning',
  summary: 'Members may have been others',
  detail,
});

const atCommit = async (request: LakeRequest, commit: string, asOf: string): Promise<Catalog | string> => {
  try {
    const paths = await lakePaths(request);
    if (paths === undefined) return 'there is no lake.yaml here';
    const repository = await openRepository(paths.root);
    const loaded = await loadRevision(repository, await repository.resolve(commit), paths, asOf);
    return 'catalog' in loaded ? loaded.catalog : 'the catalog at that commit is not valid';
  } catch (error) {
    if (error instanceof EdlError) return error.message;
    throw error;
  }
};

/**
 * Who was in which team when a run was made: the journal does not keep that, git does, at the commit of the run. Where git
 * cannot tell here, it is said, and the files as they are now are taken.
 */
export const membersAt = async (
  request: LakeRequest,
  now: Catalog,
  header: HeaderLine | undefined,
): Promise<Membership> => {
  const { commit, dirty } = header?.catalog ?? {};
  if (header === undefined || commit === undefined) {
    const detail = `${header === undefined ? 'No run tells of that day' : `Run ${header.ordinal} was made of files outside of git`}, so the members are those of the files as they are now.`;
    return { catalog: now, at: 'now', notes: [note(detail)] };
  }
  const then = await atCommit(request, commit, header.asOf);
  if (typeof then === 'string') {
    const detail = `Who was a member then is in git, at commit ${commit.slice(0, 12)} of run ${header.ordinal}; it cannot be read here: ${then}${then.endsWith('.') ? '' : '.'} The members are those of the files as they are now.`;
    return { catalog: now, at: 'now', notes: [note(detail)] };
  }
  const detail = `Run ${header.ordinal} was made of files that differed from commit ${commit.slice(0, 12)}, which the members are read from.`;
  return { catalog: then, at: commit, notes: dirty === true ? [note(detail)] : [] };
};
