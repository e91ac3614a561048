import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Catalog, Grant } from '../reconciler/model/catalog.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../reconciler/model/diagnostic.ts';
import { compareText } from '../reconciler/model/json.ts';
import { digestCatalog, sortByName, sortGrants } from './catalog-digest.ts';
import { checkAwsNames } from './check/aws-names.ts';
import { checkDatasets } from './check/datasets.ts';
import { checkDeclassifications } from './check/declassifications.ts';
import { checkDuplicates } from './check/duplicates.ts';
import { checkDriftRules } from './check/drift-rules.ts';
import { checkEnds } from './check/ends.ts';
import { checkGrants } from './check/grants.ts';
import { checkLake } from './check/lake.ts';
import { checkPipelines } from './check/pipelines.ts';
import { checkReasons } from './check/reasons.ts';
import { checkReferences } from './check/references.ts';
import { checkRules } from './check/rules.ts';
import type { ClaimedNames, Declarations } from './declarations.ts';
import { declare } from './declare.ts';
import { readLakeFile, readSources, type Sources } from './read.ts';
import { understand } from './understand.ts';

/** Where things lie, and the time that expiry is judged at. */
export interface LoadOptions {
  /** ISO 8601 in UTC, or a day: grants that ended before this day are told. */
  readonly asOf: string;
  /** Full path of the lake's file. Default: `lake.yaml` in the root. */
  readonly config?: string;
  /** Full path of the folder of datasets, principals, grants and pipelines. Default: `catalog` in the root. */
  readonly catalogDir?: string;
  /** The grants before a change: those that have ended and are not among them alike are errors then, not warnings. */
  readonly grantsBefore?: readonly Grant[];
}

/** What was loaded; `catalog` is there only when there is no error. */
export interface LoadResult {
  readonly catalog?: Catalog;
  /** All problems at once, worst first, then by file and line. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were read. */
  readonly files: number;
}

/** The file that makes a folder a lake. */
export const LAKE_FILE = 'lake.yaml';

/** Finds `lake.yaml` in a folder or the nearest folder above it. */
export const findLake = async (start: string): Promise<string | undefined> => {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const file = join(folder, LAKE_FILE);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
    if (dirname(folder) === folder) return undefined;
  }
};

const CHECKS = [
  checkLake,
  checkRules,
  checkDriftRules,
  checkDatasets,
  checkGrants,
  checkEnds,
  checkPipelines,
  checkReasons,
  checkDeclassifications,
  checkAwsNames,
];

const catalogOf = ({ lake, datasets, principals, grants, pipelines }: Declarations): Catalog => {
  const content = {
    lake: lake.model,
    datasets: sortByName(datasets.map(({ model }) => model)),
    principals: principals.map(({ model }) => model).sort((left, right) => compareText(left.ref, right.ref)),
    grants: sortGrants(grants.map(({ model }) => model)),
    pipelines: sortByName(pipelines.map(({ model }) => model)),
  };
  return { ...content, digest: digestCatalog(content) };
};

/** Everything after reading, with no I/O: parse, check against the schemas, resolve, check against each other. */
export const interpret = (sources: Sources, asOf: string, grantsBefore?: readonly Grant[]): LoadResult => {
  const { files, claims, problems } = understand(sources);
  const nameSet = (what: string): ReadonlySet<string> =>
    new Set(claims.filter((claim) => claim.what === what).map(({ name }) => name));
  const names: ClaimedNames = {
    datasets: nameSet('dataset'),
    principals: nameSet('principal'),
    pipelines: nameSet('pipeline'),
  };
  const datasetFiles = sources.files.filter(({ kind }) => kind === 'dataset').length;
  const hasAllDatasets = files.datasets.length === datasetFiles && sources.problems.length === 0;
  const declarations = declare(files, hasAllDatasets, {
    asOf: asOf.slice(0, 10),
    ...(grantsBefore === undefined ? {} : { grantsBefore }),
  });
  const diagnostics = sortDiagnostics([
    ...sources.problems,
    ...problems,
    ...checkDuplicates(claims),
    ...checkReferences(files, names),
    ...(declarations === undefined ? [] : CHECKS.flatMap((check) => check(declarations))),
  ]);
  const isSound = declarations !== undefined && !hasErrors(diagnostics);
  return { ...(isSound ? { catalog: catalogOf(declarations) } : {}), diagnostics, files: sources.count };
};

/**
 * Loads a lake: `lake.yaml` and its catalog's folder become a checked and resolved catalog, or a list of everything that
 * is wrong. Never throws for what the files say.
 */
export const loadCatalog = async (root: string, options: LoadOptions): Promise<LoadResult> => {
  const config = options.config ?? join(root, LAKE_FILE);
  const catalogDir = options.catalogDir ?? join(root, 'catalog');
  return interpret(
    await readSources(resolve(root), resolve(config), resolve(catalogDir)),
    options.asOf,
    options.grantsBefore,
  );
};

/**
 * Loads what `lake.yaml` says by itself, with a catalog of nothing: for questions that the catalog's files have no part in, and
 * that must be answered while these are broken (who is at work, what was done). Never throws for what the file says.
 */
export const loadLakeFile = async (root: string, options: LoadOptions): Promise<LoadResult> => {
  const config = options.config ?? join(root, LAKE_FILE);
  const sources = await readLakeFile(resolve(root), resolve(config));
  const { files, problems } = understand(sources);
  const declarations = declare(files, false, { asOf: options.asOf.slice(0, 10) });
  const diagnostics = sortDiagnostics([...sources.problems, ...problems]);
  const isSound = declarations !== undefined && !hasErrors(diagnostics);
  return { ...(isSound ? { catalog: catalogOf(declarations) } : {}), diagnostics, files: sources.count };
};
