import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import pLimit from 'p-limit';
import type { PipelineFile } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { compareText } from '../reconciler/model/json.ts';
import { type Placed, placeFiles } from './places.ts';
import { problem } from './problems.ts';
import type { SourceFile } from './parse.ts';
import { readText } from './read-text.ts';

/** A pipeline's folder: its config and its code. */
export interface PipelineSource {
  /** The folder's name. */
  readonly name: string;
  readonly config: SourceFile;
  readonly files: readonly PipelineFile[];
}

/** Everything that was read from disk, in the order of paths. */
export interface Sources {
  readonly files: readonly SourceFile[];
  readonly pipelines: readonly PipelineSource[];
  readonly problems: readonly Diagnostic[];
  /** How many files were read. */
  readonly count: number;
}

const PARALLEL_READS = 32;

const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** Links to files inside the lake are read; links to folders, or to anywhere else, are refused. */
const checkLink = async (path: string, shown: string, roots: readonly string[]): Promise<Diagnostic | undefined> => {
  const location = { file: shown, line: 1 };
  try {
    const target = await realpath(path);
    if (!roots.some((root) => isInside(root, target)))
      return problem(
        'EDL-1004',
        location,
        'This link leads out of the lake, where nobody reviews changes. Replace it by the file itself.',
      );
    if ((await stat(target)).isFile()) return undefined;
    return problem(
      'EDL-1004',
      location,
      'This link leads to a folder; folders are not followed. Replace it by the folder itself.',
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem('EDL-1001', location, `The link leads nowhere: ${reason}. Correct or remove it.`);
  }
};

const toPosix = (path: string): string => path.split(sep).join('/');

interface Listing {
  /** Paths relative to the catalog's folder, with `/`. */
  readonly paths: readonly string[];
  readonly problems: readonly Diagnostic[];
}

const listCatalog = async (root: string, catalogDir: string): Promise<Listing> => {
  let entries: Dirent[];
  try {
    entries = await readdir(catalogDir, { recursive: true, withFileTypes: true });
  } catch {
    const shown = toPosix(relative(root, catalogDir)) || '.';
    const detail = `There is no folder ${shown} to read datasets, principals, grants and pipelines from. Create it, or name another one with --catalog.`;
    return { paths: [], problems: [problem('EDL-1007', undefined, detail)] };
  }
  const roots = await Promise.all([realpath(root), realpath(catalogDir)]);
  const paths: string[] = [];
  const problems: Diagnostic[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const inCatalog = toPosix(relative(catalogDir, path));
    if (inCatalog.split('/').some((part) => part.startsWith('.'))) continue;
    const wrong = entry.isSymbolicLink() ? await checkLink(path, toPosix(relative(root, path)), roots) : undefined;
    if (wrong !== undefined) problems.push(wrong);
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(inCatalog);
  }
  return { paths: paths.sort(compareText), problems };
};

/** A file of the catalog with its text; `path` is relative to the lake's root. */
interface ReadFile {
  readonly placed: Placed;
  readonly path: string;
  readonly text: string;
}

const codeOf = (folder: string, read: readonly ReadFile[]): PipelineFile[] =>
  read.flatMap(({ placed, text }) =>
    placed.kind === 'code' && placed.pipeline === folder
      ? [{ path: placed.path.slice(folder.length + 1), content: text }]
      : [],
  );

const pipelinesOf = (read: readonly ReadFile[]): PipelineSource[] => {
  const code = read.filter(({ placed }) => placed.kind === 'code');
  return read.flatMap(({ placed, path, text }) => {
    if (placed.kind !== 'pipeline') return [];
    const folder = dirname(placed.path);
    const config: SourceFile = { kind: 'pipeline', path, text };
    return [{ name: basename(folder), config, files: codeOf(folder, code) }];
  });
};

const declarationsOf = (read: readonly ReadFile[]): SourceFile[] =>
  read.flatMap(({ placed: { kind }, path, text }) =>
    kind === 'code' || kind === 'pipeline' ? [] : [{ kind, path, text }],
  );

/** Reads the lake's file alone, as if nothing were declared beside it. */
export const readLakeFile = async (root: string, config: string): Promise<Sources> => {
  const path = toPosix(relative(root, config));
  const result = await readText(config, path);
  return 'text' in result
    ? { files: [{ kind: 'lake', path, text: result.text }], pipelines: [], problems: [], count: 1 }
    : { files: [], pipelines: [], problems: [result.problem], count: 0 };
};

/** Reads the lake's file and its catalog's folder: with `readLakeFile` the only I/O of the loader. `config` and `catalogDir` are full paths. */
export const readSources = async (root: string, config: string, catalogDir: string): Promise<Sources> => {
  const listing = await listCatalog(root, catalogDir);
  const prefix = toPosix(relative(root, catalogDir));
  const inRoot = (path: string): string => (prefix === '' ? path : `${prefix}/${path}`);
  const { placed, problems: misplaced } = placeFiles(listing.paths, inRoot);
  const problems: Diagnostic[] = [...listing.problems, ...misplaced];
  const readOne = async (file: string, entry: Placed, path: string): Promise<ReadFile[]> => {
    const result = await readText(file, path);
    if ('text' in result) return [{ placed: entry, path, text: result.text }];
    problems.push(result.problem);
    return [];
  };
  const lake = await readOne(config, { kind: 'lake', path: config }, toPosix(relative(root, config)));
  const read = await pLimit(PARALLEL_READS).map(placed, (entry) =>
    readOne(join(catalogDir, entry.path), entry, inRoot(entry.path)),
  );
  const found = [...lake, ...read.flat()];
  return { files: declarationsOf(found), pipelines: pipelinesOf(found), problems, count: found.length };
};
