import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { Claim, Written, WrittenFiles } from './declarations.ts';
import { isRecord } from './explain-words.ts';
import { explainErrors } from './explain.ts';
import type { DatasetFile, FilesByKind, GrantFile, LakeFile, PrincipalFile } from './files.gen.ts';
import { type FileKind, type ParsedFile, parseFile, type SourceFile } from './parse.ts';
import { problem } from './problems.ts';
import type { PipelineSource, Sources } from './read.ts';
import { repairKeys } from './unknown-keys.ts';
import { validate } from './validate.ts';

/** What the files say, each by itself: those that their schema accepts (once mistyped keys are put right), the names they claim, and what is wrong. */
export interface Understood {
  readonly files: WrittenFiles;
  readonly claims: readonly Claim[];
  readonly problems: readonly Diagnostic[];
}

const PRINCIPAL_KEYS = ['team', 'user', 'service'];

/** The names in a file's value, whatever else is wrong with it. */
const claimsOf = (source: ParsedFile, folder: PipelineSource | undefined): readonly Claim[] => {
  if (folder !== undefined) return [{ what: 'pipeline', name: folder.name, source }];
  const { value } = source;
  if (!isRecord(value)) return [];
  if (source.kind === 'dataset')
    return typeof value['name'] === 'string' ? [{ what: 'dataset', name: value['name'], source, key: 'name' }] : [];
  if (source.kind !== 'principal') return [];
  return PRINCIPAL_KEYS.flatMap((key): readonly Claim[] => {
    const name = value[key];
    return typeof name === 'string' ? [{ what: 'principal', name: `${key}:${name}`, source, key }] : [];
  });
};

const MOVABLE = ['dataset', 'principal', 'grant'] as const satisfies readonly FileKind[];

/** Which kind a file is of, when it is flawless but for its folder. */
const actualKind = ({ kind, value }: ParsedFile): (typeof MOVABLE)[number] | undefined =>
  kind === 'lake' ? undefined : MOVABLE.find((other) => other !== kind && 'value' in validate(other, value));

const explainFolder = (file: ParsedFile, actual: FileKind): Diagnostic =>
  problem(
    'EDL-1008',
    { file: file.path, line: 1, column: 1 },
    `This file declares a ${actual}, but lies in the folder ${file.kind}s. Move it to ${actual}s.`,
  );

/** Parses and validates files one after the other, and remembers all names and problems on the way. */
class Reader {
  readonly claims: Claim[] = [];
  readonly problems: Diagnostic[] = [];

  read<Kind extends FileKind>(kind: Kind, source: SourceFile, folder?: PipelineSource): Written<FilesByKind[Kind]>[] {
    const { file: parsed, problems } = parseFile(source);
    this.problems.push(...problems);
    if (parsed === undefined) return [];
    if (problems.length > 0) return this.claim(parsed, folder, []);
    const validated = validate(kind, parsed.value);
    if ('value' in validated) return this.claim(parsed, folder, [{ source: parsed, file: validated.value }]);
    const actual = folder === undefined ? actualKind(parsed) : undefined;
    if (actual !== undefined) {
      this.problems.push(explainFolder(parsed, actual));
      return this.claim({ ...parsed, kind: actual }, folder, []);
    }
    this.problems.push(...explainErrors(parsed, validated.errors));
    const value = repairKeys(parsed.value, validated.errors);
    const repaired = validate(kind, value);
    const written = 'value' in repaired ? [{ source: parsed, file: repaired.value }] : [];
    return this.claim({ ...parsed, value }, folder, written);
  }

  /** Remembers the names that a file claims, and hands on what it says. */
  private claim<File>(
    parsed: ParsedFile,
    folder: PipelineSource | undefined,
    written: Written<File>[],
  ): Written<File>[] {
    this.claims.push(...claimsOf(parsed, folder));
    return written;
  }
}

/** Reads each file by itself: YAML, then its schema. */
export const understand = (sources: Sources): Understood => {
  const reader = new Reader();
  const lakes: Written<LakeFile>[] = [];
  const datasets: Written<DatasetFile>[] = [];
  const principals: Written<PrincipalFile>[] = [];
  const grants: Written<GrantFile>[] = [];
  for (const source of sources.files) {
    if (source.kind === 'lake') lakes.push(...reader.read('lake', source));
    if (source.kind === 'dataset') datasets.push(...reader.read('dataset', source));
    if (source.kind === 'principal') principals.push(...reader.read('principal', source));
    if (source.kind === 'grant') grants.push(...reader.read('grant', source));
  }
  const pipelines = sources.pipelines.flatMap((folder) =>
    reader.read('pipeline', folder.config, folder).map((written) => ({ ...written, folder })),
  );
  const files = { lake: lakes[0], datasets, principals, grants, pipelines };
  return { files, claims: reader.claims, problems: reader.problems };
};
