import type { Dataset, Grant, Lake, Pipeline, Principal } from '../reconciler/model/catalog.ts';
import type { DatasetFile, GrantFile, LakeFile, PipelineFile as PipelineConfig, PrincipalFile } from './files.gen.ts';
import type { ParsedFile } from './parse.ts';
import type { PipelineSource } from './read.ts';

/** A file that its schema accepts, as its author wrote it, with positions. */
export interface Written<File> {
  readonly source: ParsedFile;
  readonly file: File;
}

/** What the schemas accept. */
export interface WrittenFiles {
  readonly lake: Written<LakeFile> | undefined;
  readonly datasets: readonly Written<DatasetFile>[];
  readonly principals: readonly Written<PrincipalFile>[];
  readonly grants: readonly Written<GrantFile>[];
  readonly pipelines: readonly (Written<PipelineConfig> & { readonly folder: PipelineSource })[];
}

/** A name that some file claims; a file that is wrong in other ways claims its name too. */
export interface Claim {
  readonly what: 'dataset' | 'principal' | 'pipeline';
  /** `clinical-trials`, `team:oncology`, … */
  readonly name: string;
  readonly source: ParsedFile;
  /** The key that says it; pipelines are named by their folder. */
  readonly key?: string;
}

/** Names that may be referred to. */
export interface ClaimedNames {
  readonly datasets: ReadonlySet<string>;
  readonly principals: ReadonlySet<string>;
  readonly pipelines: ReadonlySet<string>;
}

/** A declaration: the file, and what it resolves to. */
export interface Declared<File, Model> extends Written<File> {
  readonly model: Model;
}

export type DeclaredDataset = Declared<DatasetFile, Dataset>;
export type DeclaredGrant = Declared<GrantFile, Grant>;
export type DeclaredPipeline = Declared<PipelineConfig, Pipeline>;

/**
 * All that the files declare, as far as it could be understood. Checks keep silent about names that are not in here:
 * the reference check, or the declaring file's own messages, speak of those.
 */
export interface Declarations {
  readonly lake: Declared<LakeFile, Lake>;
  readonly datasets: readonly DeclaredDataset[];
  readonly principals: readonly Declared<PrincipalFile, Principal>[];
  readonly grants: readonly DeclaredGrant[];
  readonly pipelines: readonly DeclaredPipeline[];
  /** Whether every dataset's file could be understood; otherwise "no dataset" cannot be said. */
  readonly hasAllDatasets: boolean;
  readonly datasetByName: ReadonlyMap<string, DeclaredDataset>;
  /** The day that expiry is judged at, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** The grants before a change, where that is known: what has ended and is not among them alike was added or edited too late. */
  readonly grantsBefore?: readonly Grant[];
}
