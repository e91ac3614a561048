import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Pipeline } from '../../src/reconciler/model/catalog.ts';
import { packEntry, packPipeline, packRuntime } from '../../src/resources/shared/packaging.ts';
import { TINY_RUNTIME } from '../compile/sample.ts';

const pipeline = (files: Pipeline['files']): Pipeline => ({
  name: 'daily',
  owner: 'team:owners',
  engine: 'glue',
  language: 'pyspark',
  glueVersion: '5.1',
  workers: { type: 'G.1X', count: 2 },
  timeoutMinutes: 60,
  maxConcurrentRuns: 1,
  inputs: [],
  outputs: [],
  arguments: {},
  instances: ['dev01'],
  region: 'eu-west-1',
  files,
  declaredIn: { file: 'catalog/pipelines/daily/pipeline_config.yaml', line: 1 },
});

const FILES = [
  { path: 'pipeline.py', content: 'import helpers\n' },
  { path: 'helpers.py', content: '# ünïcode\n' },
];

const textsIn = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([path, content]) => [path, new TextDecoder().decode(content)]),
  );

describe('packages', () => {
  test('the files of a pipeline lie at the root of its zip', () => {
    expect(textsIn(packPipeline(pipeline(FILES)).bytes)).toEqual({
      'pipeline.py': 'import helpers\n',
      'helpers.py': '# ünïcode\n',
    });
  });

  test('the runtime is the package edl, and the entry script is its job.py', () => {
    expect(textsIn(packRuntime(TINY_RUNTIME).bytes)).toEqual({ 'edl/__init__.py': '', 'edl/job.py': 'print("job")\n' });
    expect(new TextDecoder().decode(packEntry(TINY_RUNTIME).bytes)).toBe('print("job")\n');
  });

  test('keys end in the sha256 of the content; the MD5 is what S3 will call its ETag', () => {
    const packed = packPipeline(pipeline(FILES));
    const digest = (algorithm: string): string => createHash(algorithm).update(packed.bytes).digest('hex');
    expect(packed.key).toBe(`edl/artifacts/pipeline-daily-${digest('sha256')}.zip`);
    expect(packed.md5).toBe(digest('md5'));
  });

  test('the order of files does not matter, their content and names do', () => {
    const key = (files: Pipeline['files']): string => packPipeline(pipeline(files)).key;
    expect(key([...FILES].reverse())).toBe(key(FILES));
    expect(key(FILES.map((file) => ({ ...file, content: `${file.content}#` })))).not.toBe(key(FILES));
    expect(key(FILES.map((file) => ({ ...file, path: `a-${file.path}` })))).not.toBe(key(FILES));
  });

  // Pinned: a machine in another time zone, or another release of the zip library, must make the same bytes.
  test('the bytes are the same today and everywhere', () => {
    expect(packPipeline(pipeline(FILES)).sha256).toBe(
      '98bf323aee31450b7e25c4c9b43eb416165f810ca7db12efc65b08f9c60c6e63',
    );
  });

  test('a runtime without its entry script is a bug', () => {
    expect(() => packEntry([])).toThrow('job.py');
  });

  test('Python reads the zip', () => {
    const script =
      'import sys,io,zipfile; print(sorted(zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).namelist()))';
    const listed = execFileSync('python3', ['-c', script], { input: packPipeline(pipeline(FILES)).bytes });
    expect(listed.toString().trim()).toBe("['helpers.py', 'pipeline.py']");
  });
});
