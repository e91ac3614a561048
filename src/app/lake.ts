import { dirname, resolve } from 'node:path';
import { findLake, loadCatalog, loadLakeFile, type LoadOptions, type LoadResult } from '../catalog/load.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { Catalog, Grant } from '../reconciler/model/catalog.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import { timed } from './timing.ts';

/** Which lake, and the time that expiry is judged at. */
export interface LakeRequest {
  /** Where the search for `lake.yaml` starts, walking up. */
  readonly cwd: string;
  /** `lake.yaml` itself, when it is not to be searched. */
  readonly config?: string;
  /** The folder of datasets, principals, grants and pipelines; default `catalog` beside `lake.yaml`. */
  readonly catalogDir?: string;
  /** ISO 8601, UTC. */
  readonly asOf: string;
  /** The grants before a change: ended ones that are not among them alike are errors. */
  readonly grantsBefore?: readonly Grant[];
}

/** A loaded lake; `catalog` is there only when nothing is wrong with it. */
export interface LoadedLake {
  readonly root: string;
  readonly catalog?: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: number;
}

const noLake = (cwd: string): LoadedLake => ({
  root: cwd,
  files: 0,
  diagnostics: [
    {
      code: 'EDL-1000',
      severity: 'error',
      summary: 'No lake.yaml found',
      detail: `There is no lake.yaml in ${cwd} nor in any folder above it. Change into your lake's repository, name the file with --config, or start a lake with: edl init DIR`,
    },
  ],
});

const configOf = (request: LakeRequest): Promise<string | undefined> =>
  request.config === undefined ? findLake(request.cwd) : Promise.resolve(resolve(request.cwd, request.config));

const optionsOf = (request: LakeRequest, config: string): LoadOptions => ({
  config,
  asOf: request.asOf,
  ...(request.grantsBefore === undefined ? {} : { grantsBefore: request.grantsBefore }),
  ...(request.catalogDir === undefined ? {} : { catalogDir: resolve(request.cwd, request.catalogDir) }),
});

const loadBy = async (
  load: (root: string, options: LoadOptions) => Promise<LoadResult>,
  request: LakeRequest,
  reporter: Reporter,
): Promise<LoadedLake> => {
  const config = await configOf(request);
  if (config === undefined) return noLake(request.cwd);
  const root = dirname(config);
  return { root, ...(await timed(reporter, 'load', () => load(root, optionsOf(request, config)))) };
};

/** Finds and loads a lake. Never throws for what the files say: that is in the diagnostics, all of it at once. */
export const loadLake = (request: LakeRequest, reporter: Reporter): Promise<LoadedLake> =>
  loadBy(loadCatalog, request, reporter);

/** The same from `lake.yaml` alone: an empty catalog, whatever is wrong with the files beside it. */
export const loadBareLake = (request: LakeRequest, reporter: Reporter): Promise<LoadedLake> =>
  loadBy(loadLakeFile, request, reporter);
