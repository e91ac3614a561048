import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySampleLake, REPOSITORY, runEdl, TODAY, type Finished } from '../support/edl.ts';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edl-cli-'));
  lake = await copySampleLake();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(lake, { recursive: true, force: true });
});

const edl = (...argv: readonly string[]): Promise<Finished> => runEdl(argv, { cwd: lake });

/** Runs a command whose reader is gone before it writes, and tells how it ended and what it said on stderr. */
const withoutReader = async (argv: readonly string[]): Promise<Pick<Finished, 'exitCode' | 'stderr'>> => {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/edl.js'), ...argv], {
    cwd: lake,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
  return { exitCode, stderr };
};

describe('a reader that leaves early', () => {
  it.each([
    ['--help', ['--help']],
    ['a large result', ['validate', '--quiet', '--format', 'json', '--as-of', '2020-01-01']],
  ])('does not break %s', async (_, argv) => {
    const { exitCode, stderr } = await withoutReader(argv);
    expect(stderr).toBe('');
    expect(exitCode).toBe(argv.includes('validate') ? 1 : 0);
  });
});

describe('what the computer refuses is told as what it is, not as a bug', () => {
  const compile = ['compile', '--instance', 'dev01', '--quiet', '--as-of', TODAY, '--out'];

  it('a plan file that is not there', async () => {
    const { exitCode, stderr } = await edl('apply', 'gone.json', '--yes');
    expect(stderr).toMatch(/^edl: EDL-5020: gone\.json cannot be read: there is no such file/);
    expect(exitCode).toBe(1);
  });

  it('a folder instead of a plan file', async () => {
    expect((await edl('apply', '.', '--yes')).stderr).toMatch(/EDL-5020: \. cannot be read: it is a folder/);
  });

  it('an output folder whose place a file takes', async () => {
    const { exitCode, stderr } = await edl(...compile, 'lake.yaml');
    expect(stderr).toMatch(/EDL-5021: lake\.yaml cannot be written: a file is in the place of a folder/);
    expect(exitCode).toBe(1);
  });

  it('a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode, stderr } = await edl('sandbox', '--port', String(port));
    server.close();
    expect(stderr).toMatch(/EDL-5023: The sandbox cannot listen on port \d+: something else uses it/);
    expect(exitCode).toBe(1);
  }, 60_000);

  it('an endpoint that is no address', async () => {
    const argv = ['plan', '--instance', 'dev01', '--quiet', '--as-of', TODAY];
    const { exitCode, stderr } = await runEdl(argv, { cwd: lake, environment: { AWS_ENDPOINT_URL: 'localhost:4600' } });
    expect(stderr).toMatch(/^edl: EDL-4010: AWS_ENDPOINT_URL is "localhost:4600"/);
    expect(exitCode).toBe(1);
  });

  it('leaves the files of others in the output folder alone', async () => {
    await mkdir(join(folder, 'stacks'));
    await writeFile(join(folder, 'stacks/mine.txt'), 'mine');
    await writeFile(join(folder, 'stacks/gone.template.json'), '{}');
    expect((await edl(...compile, folder)).exitCode).toBe(0);
    const names = await readdir(join(folder, 'stacks'));
    expect(names).toContain('mine.txt');
    expect(names).not.toContain('gone.template.json');
  });
});

describe('the first things people type', () => {
  it('--version', async () => {
    const { exitCode, stdout } = await edl('--version');
    expect(stdout).toMatch(/^edl \d+\.\d+\.\d+/);
    expect(exitCode).toBe(0);
  });

  it('a command without what it needs names its own help', async () => {
    expect((await edl('plan')).stderr).toContain('edl plan --help');
  });

  it('validate says one line when all is well', async () => {
    const { stdout } = await edl('validate', '--quiet', '--as-of', TODAY);
    expect(stdout).toBe('Valid: 19 datasets, 13 principals, 27 grants, 4 pipelines in 70 files.\n');
  });
});
