import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateLake } from '../../src/app/validate.ts';
import { writeSmallLake } from '../support/small-lake.ts';

const GRANT = 'catalog/grants/analysts.yaml';
const ENDED = 'dataset: trials, level: read, expires: 2026-05-31';
const AS_OF = '2026-06-01T12:00:00Z';
let lake = '';

const git = (...argv: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@acme.example', ...argv], {
    cwd: lake,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: lake },
  });

const write = (path: string, text: string): Promise<void> => writeFile(join(lake, path), text);
const grantOf = (...lines: readonly string[]): Promise<void> =>
  write(
    GRANT,
    ['principal: team:analysts', 'reason: Reports', 'access:', ...lines.map((one) => `  - { ${one} }`), ''].join('\n'),
  );

const found = async (since?: string): Promise<readonly string[]> => {
  const request = { cwd: lake, asOf: AS_OF, ...(since === undefined ? {} : { since }) };
  const { diagnostics } = await validateLake(request, { emit: () => undefined });
  return diagnostics.map(({ severity, code, file = '-', line = 0 }) => `${severity} ${code} ${file}:${line}`);
};

const commit = (name: string): void => {
  git('add', '--all');
  git('commit', '--quiet', '--message', name);
  git('tag', name);
};

/** Commits: before the lake, with an ended grant in it, and a catalog that is wrong. */
beforeAll(async () => {
  lake = await mkdtemp(join(tmpdir(), 'edl-since-'));
  git('init', '--quiet', '--initial-branch=main');
  await write('README.md', 'before the lake\n');
  commit('empty');
  const written = await writeSmallLake();
  await cp(written, lake, { recursive: true });
  await rm(written, { recursive: true });
  await grantOf('dataset: sites, level: read', ENDED);
  commit('ended');
  await grantOf('dataset: sites, level: reed');
  commit('wrong');
}, 60_000);

afterAll(async () => {
  await rm(lake, { recursive: true, force: true });
});

describe('a grant past its day, since a revision', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['that has it alike is a warning', [ENDED], [`warning EDL-1320 ${GRANT}:4`]],
    [
      'that has it in another place is a warning',
      ['dataset: sites, level: read', ENDED],
      [`warning EDL-1320 ${GRANT}:5`],
    ],
    ['that has another day is an error', [ENDED.replace('05-31', '05-30')], [`error EDL-1353 ${GRANT}:4`]],
    ['that has another level is an error', [ENDED.replace('read,', 'read-raw,')], [`error EDL-1353 ${GRANT}:4`]],
    ['that has another dataset is an error', [ENDED.replace('trials', 'sites')], [`error EDL-1353 ${GRANT}:4`]],
    [
      'that has a dataset, not a selector, is an error',
      [ENDED.replace('dataset: trials', 'select: { tier: restricted }')],
      [`error EDL-1353 ${GRANT}:4`],
    ],
    ['is nothing once it is extended', [ENDED.replace('05-31', '12-31')], []],
  ])('%s', async (_, lines, expected) => {
    await grantOf(...lines);
    expect(await found('ended')).toEqual(expected);
  });

  it('of somebody else is an error', async () => {
    await grantOf(ENDED);
    await write('catalog/grants/more.yaml', `principal: team:studies\nreason: Reports\naccess:\n  - { ${ENDED} }\n`);
    expect(await found('ended')).toEqual(['error EDL-1353 catalog/grants/more.yaml:4', `warning EDL-1320 ${GRANT}:4`]);
    await rm(join(lake, 'catalog/grants/more.yaml'));
  });

  it('is a warning where no revision is named', async () => {
    await grantOf(ENDED.replace('05-31', '05-30'));
    expect(await found()).toEqual([`warning EDL-1320 ${GRANT}:4`]);
  });

  it('is an error where the lake is younger', async () => {
    await grantOf(ENDED);
    expect(await found('empty')).toEqual([`error EDL-1353 ${GRANT}:4`]);
  });

  it('is a warning beside another one, where the revision is wrong: it must be possible to mend it', async () => {
    await grantOf(ENDED);
    expect(await found('wrong')).toEqual(['warning EDL-5051 -:0', `warning EDL-1320 ${GRANT}:4`]);
  });

  it('of a revision that is not there says so', async () => {
    await expect(found('nope')).rejects.toMatchObject({ code: 'EDL-5047' });
  });
});
