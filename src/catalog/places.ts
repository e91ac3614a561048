import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { compareText } from '../reconciler/model/json.ts';
import { didYouMean } from './nearest.ts';
import type { FileKind } from './parse.ts';
import { problem } from './problems.ts';

/** The file that makes a folder a pipeline. */
export const PIPELINE_CONFIG = 'pipeline_config.yaml';

/** Which folder of the catalog declares what. */
const FOLDERS: Readonly<Record<string, FileKind>> = { datasets: 'dataset', principals: 'principal', grants: 'grant' };
const PIPELINES = 'pipelines';

/** A file of the catalog by its place; `path` is relative to the catalog's folder. */
export type Placed =
  | { readonly kind: 'dataset' | 'principal' | 'grant' | 'pipeline' | 'lake'; readonly path: string }
  | { readonly kind: 'code'; readonly path: string; readonly pipeline: string };

interface Placement {
  readonly placed: readonly Placed[];
  readonly problems: readonly Diagnostic[];
}

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);
const isCode = (path: string): boolean => /\.(py|sql)$/.test(path);
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** Tests lie beside the code they test, and are not part of what runs. */
const isTest = (path: string): boolean =>
  /(^|\/)(tests?\/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$|__pycache__\/)/.test(path);

/** The innermost pipeline folder around a path. */
const pipelineAround = (path: string, folders: ReadonlySet<string>): string | undefined => {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (folders.has(folder)) return folder;
  return undefined;
};

const explainOrphan = (path: string, inRoot: (path: string) => string): Diagnostic =>
  problem(
    'EDL-1006',
    { file: inRoot(path), line: 1 },
    `${inRoot(folderOf(path))} has files of a pipeline but no ${PIPELINE_CONFIG}, which says who owns it and what it reads and writes. Add one${
      isYaml(path) ? `, or give this file that name` : ''
    }.`,
  );

const explainUnknown = (path: string, inRoot: (path: string) => string): Diagnostic => {
  const names = [...Object.keys(FOLDERS), PIPELINES];
  const [folder = ''] = path.includes('/') ? path.split('/') : [];
  const where = folder === '' ? 'directly in the catalog' : `in the folder ${folder}, which declares nothing`;
  const hint = folder === '' ? '.' : didYouMean(folder, names);
  return problem(
    'EDL-1005',
    { file: inRoot(path), line: 1 },
    `This file lies ${where}, so it would be ignored. Move it to ${names.join(', ')}${hint}`,
  );
};

/** Says of each path what it declares, by the folder it lies in. Files that would be silently ignored are mistakes. */
export const placeFiles = (paths: readonly string[], inRoot: (path: string) => string): Placement => {
  const pipelineFolders = new Set(
    paths.filter((path) => path.startsWith(`${PIPELINES}/`) && path.endsWith(`/${PIPELINE_CONFIG}`)).map(folderOf),
  );
  pipelineFolders.delete(PIPELINES);
  const placed: Placed[] = [];
  const problems: Diagnostic[] = [];
  const orphans = new Map<string, string>();
  for (const path of paths) {
    const kind = FOLDERS[path.split('/')[0] ?? ''];
    if (path.startsWith(`${PIPELINES}/`)) {
      const pipeline = pipelineAround(path, pipelineFolders);
      if (pipeline === undefined) {
        if ((isYaml(path) || isCode(path)) && !isTest(path) && !orphans.has(folderOf(path)))
          orphans.set(folderOf(path), path);
      } else if (path === `${pipeline}/${PIPELINE_CONFIG}`) placed.push({ kind: 'pipeline', path });
      else if (isCode(path) && !isTest(path.slice(pipeline.length + 1))) placed.push({ kind: 'code', path, pipeline });
    } else if (isYaml(path)) {
      if (kind !== undefined && path.includes('/')) placed.push({ kind, path });
      else problems.push(explainUnknown(path, inRoot));
    }
  }
  const orphaned = [...orphans.values()].sort(compareText).map((path) => explainOrphan(path, inRoot));
  return { placed, problems: [...problems, ...orphaned] };
};
