import { createHash } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';
import type { Pipeline, PipelineFile } from '../../reconciler/model/catalog.ts';
import { sha256Hex } from '../../reconciler/model/digest.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { compareText } from '../../reconciler/model/json.ts';
import { ARTIFACTS_PREFIX } from '../../reconciler/model/names.ts';

/** A file that jobs load from the artifacts bucket, under a key that ends in its content's sha256. */
export interface Artifact {
  /** The key's last part. */
  readonly fileName: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** In hexadecimal: what S3 returns as the ETag of an upload in one part. */
  readonly md5: string;
  readonly contentType: string;
}

/** The name of the entry script in the runtime. */
const ENTRY = 'job.py';

/** A zip keeps local times; local noon of one day is the same six numbers on every machine. */
const ZIP_TIME = new Date(1980, 0, 1, 12);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const artifactOf = (name: string, extension: string, bytes: Uint8Array, contentType: string): Artifact => {
  const sha256 = sha256Hex(bytes);
  const fileName = `${name}-${sha256}.${extension}`;
  return {
    fileName,
    key: `${ARTIFACTS_PREFIX}${fileName}`,
    bytes,
    sha256,
    md5: createHash('md5').update(bytes).digest('hex'),
    contentType,
  };
};

/** A zip with the same bytes on every machine: entries sorted, times fixed, nothing compressed (compressors differ by version). */
const zip = (name: string, files: readonly PipelineFile[]): Artifact => {
  const entries: Zippable = Object.fromEntries(
    [...files]
      .sort((left, right) => compareText(left.path, right.path))
      .map(({ path, content }) => [path, encode(content)]),
  );
  return artifactOf(name, 'zip', zipSync(entries, { level: 0, mtime: ZIP_TIME }), 'application/zip');
};

/** The pipeline's own files, at the root of the zip: `pipeline.py` imports its neighbours by their names. */
export const packPipeline = (pipeline: Pipeline): Artifact => zip(`pipeline-${pipeline.name}`, pipeline.files);

/** The package `edl` that the entry script imports. */
export const packRuntime = (runtime: readonly PipelineFile[]): Artifact =>
  zip(
    'runtime',
    runtime.map(({ path, content }) => ({ path: `edl/${path}`, content })),
  );

/** The script that every job starts with. */
export const packEntry = (runtime: readonly PipelineFile[]): Artifact => {
  const entry = runtime.find(({ path }) => path === ENTRY);
  invariant(entry, `The runtime has no ${ENTRY}.`);
  return artifactOf('job', 'py', encode(entry.content), 'text/x-python');
};
