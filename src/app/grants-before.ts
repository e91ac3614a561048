import { basename } from 'node:path';
import type { Grant } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import { type Commit, openRepository } from './access/repository.ts';
import { type LakePaths, lakePaths, loadRevision } from './access/revisions.ts';
import type { LakeRequest } from './lake.ts';

/** The grants before a change; without `grants` they cannot be told, and the diagnostics say why. */
export interface GrantsBefore {
  readonly grants?: readonly Grant[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A catalog that was wrong must not keep anybody from putting it right. */
const wrongThen = ({ revision, commit }: Commit): Diagnostic => ({
  code: 'EDL-5051',
  severity: 'warning',
  summary: 'Catalog is invalid at a revision',
  detail: `The catalog at ${revision} (${commit.slice(0, 10)}) is wrong, so nobody can tell which grants it had: grants that have ended are warnings here, also those that were added since. Compare with a revision that is valid.`,
});

/** Where the lake's folder is older than the lake, only its file is missing; what git has can be read. */
const isWithoutLake = (diagnostics: readonly Diagnostic[], { config }: LakePaths): boolean =>
  diagnostics.some(({ code, file }) => code === 'EDL-1001' && file?.endsWith(basename(config)) === true);

/** A lake that is younger than the revision had no grants then. */
const isYounger = (error: unknown): boolean => error instanceof EdlError && error.code === 'EDL-5050';

const loadGrants = async (revision: string, paths: LakePaths, asOf: string): Promise<GrantsBefore> => {
  const repository = await openRepository(paths.root);
  const commit = await repository.resolve(revision);
  try {
    const loaded = await loadRevision(repository, commit, paths, asOf);
    if ('catalog' in loaded) return { grants: loaded.catalog.grants, diagnostics: [] };
    return isWithoutLake(loaded.diagnostics, paths)
      ? { grants: [], diagnostics: [] }
      : { diagnostics: [wrongThen(commit)] };
  } catch (error) {
    if (isYounger(error)) return { grants: [], diagnostics: [] };
    throw error;
  }
};

/**
 * The grants that a git revision has, to tell what a change adds or edits. Deployed policies could not tell: what an ended
 * grant gave is taken out of them by the next apply. Reads git only. Throws EdlError for what git refuses.
 */
export const readGrantsBefore = async (revision: string, request: LakeRequest): Promise<GrantsBefore> => {
  const paths = await lakePaths(request);
  // Of a lake that is not there, the loader speaks.
  return paths === undefined ? { diagnostics: [] } : loadGrants(revision, paths, request.asOf);
};
