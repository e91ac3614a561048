import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { findLake, loadCatalog } from '../../catalog/load.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import { hasErrors, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { LakeRequest } from '../lake.ts';
import { loadAsOf, type Outcome } from './load.ts';
import type { Commit, Repository } from './repository.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Two revisions as people write them; without `after` the working tree is meant. */
export interface Range {
  readonly before: string;
  readonly after?: string;
  /** `A...B`: from where B parted from A. */
  readonly isFromMergeBase: boolean;
}

const notARange = (text: string): EdlError =>
  new EdlError(
    'EDL-5052',
    'user',
    `"${text}" names more than two revisions. Compare two of them: A..B, or A...B from where B parted from A.`,
  );

/** Reads `A..B`, `A...B` or `A` as git does: a side that is left out is HEAD. Throws EdlError for more than two. */
export const parseRange = (text: string): Range => {
  const [, before = '', dots, after = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? [];
  if (dots === undefined) return { before: text, isFromMergeBase: false };
  if (after.includes('..')) throw notARange(text);
  return { before: before || 'HEAD', after: after || 'HEAD', isFromMergeBase: dots === '...' };
};

/** Where the files of a lake lie, in the working tree. */
export interface LakePaths {
  /** The folder of `lake.yaml`. */
  readonly root: string;
  readonly config: string;
  readonly catalogDir: string;
}

/** Finds a lake's files without reading them: at another revision they may say something else. */
export const lakePaths = async (request: LakeRequest): Promise<LakePaths | undefined> => {
  const config = request.config === undefined ? await findLake(request.cwd) : resolve(request.cwd, request.config);
  if (config === undefined) return undefined;
  const catalogDir =
    request.catalogDir === undefined ? join(dirname(config), 'catalog') : resolve(request.cwd, request.catalogDir);
  return { root: dirname(config), config, catalogDir };
};

/** A path from the top of the repository, with `/`; undefined when it is outside. */
const fromTop = (repository: Repository, root: string, path: string): string | undefined => {
  const joined = join(repository.prefix, relative(root, path)).split(sep).join('/').replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../')) return undefined;
  return joined === '.' ? '' : joined;
};

const isInside = (folder: string, path: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`);

const outside = (catalogDir: string): EdlError =>
  new EdlError(
    'EDL-5049',
    'user',
    `The catalog's folder ${catalogDir} is not in the repository of lake.yaml, so there are no revisions of it. Keep both in one repository.`,
  );

const notThere = (commit: Commit, path: string): EdlError =>
  new EdlError(
    'EDL-5050',
    'user',
    `There is no ${path === '' ? 'lake' : path} at ${commit.revision} (${commit.commit.slice(0, 10)}). The lake may be younger than that, or may have moved since; compare from a later revision.`,
  );

/** The problems of a catalog at a revision, with their files as `git show` takes them. */
const problemsAt = (commit: Commit, prefix: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const name = commit.revision.includes('...') ? commit.commit : commit.revision;
  return [
    {
      code: 'EDL-5051',
      severity: 'error',
      summary: 'Catalog is invalid at a revision',
      detail: `The catalog at ${commit.revision} (${commit.commit.slice(0, 10)}) is wrong, so nobody can tell what it gave. Compare with a revision that is valid; the problems are below.`,
    },
    ...errors.map((one) => (one.file === undefined ? one : { ...one, file: `${name}:${prefix}${one.file}` })),
  ];
};

/**
 * The catalog as a commit has it. The lake's whole folder is copied out of the repository, since catalogs may hold links to
 * files beside them. What was valid when it was committed still counts.
 */
export const loadRevision = (
  repository: Repository,
  commit: Commit,
  { root, config, catalogDir }: LakePaths,
  asOf: string,
): Promise<Outcome<{ readonly catalog: Catalog }>> =>
  inTemporaryFolder(async (folder, stopped) => {
    const lake = fromTop(repository, root, root) ?? '';
    const catalog = fromTop(repository, root, catalogDir);
    if (catalog === undefined) throw outside(catalogDir);
    const copy = join(folder, 'files');
    const needed = isInside(lake, catalog) ? [lake] : [lake, catalog];
    for (const path of needed)
      if (!(await repository.copyTree(commit, path, join(copy, path), stopped))) throw notThere(commit, path);
    const copiedRoot = join(copy, lake);
    const load = async (checkedAsOf: string) => ({
      root: copiedRoot,
      ...(await loadCatalog(copiedRoot, {
        asOf: checkedAsOf,
        config: join(copiedRoot, basename(config)),
        catalogDir: join(copy, catalog),
      })),
    });
    const loaded = await loadAsOf(load, asOf, commit.at);
    return loaded.catalog === undefined || hasErrors(loaded.diagnostics)
      ? { diagnostics: problemsAt(commit, repository.prefix, loaded.diagnostics) }
      : { catalog: loaded.catalog };
  });
