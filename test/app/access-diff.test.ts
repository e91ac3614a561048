import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDiff, diffRevisions, type DiffRequest, hasChanges } from '../../src/app/access/diff.ts';
import { parseRange } from '../../src/app/access/revisions.ts';
import { inTemporaryFolder } from '../../src/app/access/temporary-folder.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { DiffAnswer } from '../../src/report/access-answers.ts';
import { AS_OF, catalogOf, dataset, entry, grant, INTERNAL, SENSITIVE, team } from '../access/support.ts';
import { writeSmallLake } from '../support/small-lake.ts';

const git = (folder: string, ...argv: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@acme.example', ...argv], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_AUTHOR_DATE: '2026-05-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2026-05-01T00:00:00Z',
    },
  });

const silent = { emit: (): void => undefined };
const request = (cwd: string, range: string, more: Partial<DiffRequest> = {}): DiffRequest => ({
  cwd,
  range,
  asOf: AS_OF,
  today: AS_OF,
  ...more,
});

const ask = (...question: Parameters<typeof request>) => diffRevisions(request(...question), silent);

const found = async (...question: Parameters<typeof request>): Promise<DiffAnswer> => {
  const answer = await ask(...question);
  if ('diagnostics' in answer) throw new Error(JSON.stringify(answer.diagnostics, null, 2));
  return answer;
};

const changesIn = ({ instances }: DiffAnswer, name: string): readonly string[] =>
  instances
    .filter(({ instance }) => instance === name)
    .flatMap(({ access }) => access)
    .map(({ principal, dataset: of, before, after }) => {
      const levels = (held: typeof before): string => held.map(({ level }) => level).join('+') || 'nothing';
      return `${principal} ${of}: ${levels(before)} to ${levels(after)}`;
    });

const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('edl-revision-'));

let top = '';
let lake = '';
let before: readonly string[] = [];

const commit = (message: string): void => {
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', message);
};

const GRANT = 'catalog/grants/analysts.yaml';
const write = (path: string, text: string): Promise<void> => writeFile(join(lake, path), text);
const grantFile = (...lines: readonly string[]): string =>
  ['principal: team:analysts', 'reason: Reports', 'access:', ...lines.map((line) => `  - { ${line} }`), ''].join('\n');

/** A repository whose lake is in a folder of its own: one commit a step, `side` parts from `first`. */
beforeAll(async () => {
  before = await leftovers();
  top = await mkdtemp(join(tmpdir(), 'edl-git-'));
  lake = join(top, 'lakes/research');
  git(top, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(top, 'README.md'), 'before the lake\n');
  commit('empty');
  git(top, 'tag', 'empty');
  const written = await writeSmallLake();
  await cp(written, lake, { recursive: true });
  await rm(written, { recursive: true });
  commit('first');
  git(top, 'tag', 'first');
  await write(GRANT, grantFile('dataset: sites, level: read', 'dataset: trials, level: read, expires: 2026-12-31'));
  commit('trials');
  await write(
    'catalog/principals/analysts.yaml',
    'team: analysts\nassumedBy: [{ arn: "arn:aws:iam::{account}:role/others" }]\n',
  );
  commit('callers');
  git(top, 'checkout', '--quiet', '-b', 'side', 'first');
  await write(GRANT, grantFile('dataset: sites, level: read-raw'));
  commit('side');
  git(top, 'checkout', '--quiet', 'main');
  await write('catalog/datasets/broken.yaml', 'name: broken\n');
  commit('broken');
  git(top, 'tag', 'broken');
  await rm(join(lake, 'catalog/datasets/broken.yaml'));
  commit('mended');
}, 60_000);

afterAll(async () => {
  await rm(top, { recursive: true, force: true });
});

describe('two revisions', () => {
  it('of a lake in a subfolder', async () => {
    const answer = await found(lake, 'first..main', { instance: 'dev01' });
    expect(changesIn(answer, 'dev01')).toEqual([
      'team:analysts trials: nothing to read',
      'team:analysts *: nothing to discover',
    ]);
    expect(answer).toMatchObject({ gain: 1, lose: 0, before: { revision: 'first' }, after: { revision: 'main' } });
  });

  it('for every instance, when none is named', async () => {
    const { instances } = await found(lake, 'first..main');
    expect(instances.map(({ instance }) => instance)).toEqual(['dev01', 'prod', 'qa', 'uat']);
  });

  it('tells who may take a role from now on', async () => {
    const { instances } = await found(lake, 'first..main', { instance: 'dev01' });
    expect(instances[0]?.callers).toEqual([
      {
        principal: 'team:analysts',
        roleName: 'edl-dev01-team-analysts',
        isNew: false,
        gained: ['arn:aws:iam::111111111111:role/others'],
        lost: ['arn:aws:iam::111111111111:role/analysts'],
        accounts: [],
      },
    ]);
  });

  it('from where they parted', async () => {
    expect(changesIn(await found(lake, 'main..side', { instance: 'dev01' }), 'dev01')).toContain(
      'team:analysts trials: read to nothing',
    );
    const answer = await found(lake, 'main...side', { instance: 'dev01' });
    expect(changesIn(answer, 'dev01')).toEqual(['team:analysts sites: read to read-raw']);
  });

  it('are judged at the same time', async () => {
    expect(hasChanges(await found(lake, 'first..main~3', { instance: 'dev01', asOf: '2027-01-01T00:00:00Z' }))).toBe(
      false,
    );
  });

  it('of which one is the working tree', async () => {
    await write(GRANT, grantFile('dataset: sites, level: admin'));
    try {
      const answer = await found(lake, 'HEAD', { instance: 'dev01' });
      expect(answer.after).toEqual({});
      expect(changesIn(answer, 'dev01')).toContain('team:analysts sites: read to admin');
    } finally {
      git(top, 'checkout', '--quiet', '--', '.');
    }
  });

  it('with --config and --catalog from elsewhere', async () => {
    const config = join('lakes', 'research', 'lake.yaml');
    const answer = await found(top, 'first..side', { config, catalogDir: 'lakes/research/catalog', instance: 'dev01' });
    expect(changesIn(answer, 'dev01')).toEqual(['team:analysts sites: read to read-raw']);
  });

  it('leave the work tree, the index and the temporary folder as they were', async () => {
    await writeFile(join(top, 'README.md'), 'changed, staged\n');
    git(top, 'add', 'README.md');
    const index = await readFile(join(top, '.git/index'));
    await found(lake, 'first..main', { instance: 'dev01' });
    await ask(lake, 'broken', { instance: 'dev01' });
    expect((await readFile(join(top, '.git/index'))).equals(index)).toBe(true);
    expect(git(top, 'status', '--porcelain')).toBe('M  README.md\n');
    git(top, 'reset', '--quiet', '--hard');
    expect(await leftovers()).toEqual(before);
  });
});

describe('what cannot be compared', () => {
  it('an invalid catalog, with the places of its problems', async () => {
    expect(await ask(lake, 'broken..main')).toMatchObject({
      diagnostics: [{ code: 'EDL-5051' }, { file: 'broken:lakes/research/catalog/datasets/broken.yaml' }, {}, {}, {}],
    });
  });

  it('an instance that neither side has', async () => {
    expect(await ask(lake, 'first..main', { instance: 'dev10' })).toMatchObject({
      diagnostics: [{ code: 'EDL-5001' }],
    });
  });

  it.each([
    ['a revision that is not there', 'nope', 'EDL-5047'],
    ['a revision that looks like a flag', '--all', 'EDL-5047'],
    ['a revision before the lake', 'empty..main', 'EDL-5050'],
  ])('%s', async (_, range, code) => {
    await expect(ask(lake, range)).rejects.toMatchObject({ code, disposition: 'user' });
  });

  it('a folder that is no repository', async () => {
    const folder = await writeSmallLake();
    await expect(ask(folder, 'HEAD')).rejects.toMatchObject({ code: 'EDL-5046' });
    await rm(folder, { recursive: true });
  });

  it('a catalog outside of the repository', async () => {
    await expect(ask(lake, 'HEAD', { catalogDir: tmpdir() })).rejects.toMatchObject({ code: 'EDL-5049' });
  });

  it('no lake at all', async () => {
    expect(await ask(tmpdir(), 'HEAD')).toMatchObject({ diagnostics: [{ code: 'EDL-1000' }] });
  });
});

it('reads links to files beside the catalog at a revision, too', async () => {
  await cp(join(lake, GRANT), join(lake, 'shared-grant.yaml'));
  await rm(join(lake, GRANT));
  await symlink('../../shared-grant.yaml', join(lake, GRANT));
  commit('link');
  expect(hasChanges(await found(lake, 'HEAD~1..HEAD'))).toBe(false);
});

describe('ranges', () => {
  it.each([
    ['a..b', { before: 'a', after: 'b', isFromMergeBase: false }],
    ['a...b', { before: 'a', after: 'b', isFromMergeBase: true }],
    ['a..', { before: 'a', after: 'HEAD', isFromMergeBase: false }],
    ['..b', { before: 'HEAD', after: 'b', isFromMergeBase: false }],
    ['v1.2..v1.3', { before: 'v1.2', after: 'v1.3', isFromMergeBase: false }],
    ['main', { before: 'main', isFromMergeBase: false }],
  ])('%s', (text, expected) => {
    expect(parseRange(text)).toEqual(expected);
  });

  it.each(['a..b..c', 'a...b..c', 'a..b...c', '..b..'])('of more than two revisions are none: %s', (text) => {
    expect(() => parseRange(text)).toThrow(expect.objectContaining({ code: 'EDL-5052' }));
    expect(() => parseRange(text)).toThrow(/more than two revisions/);
  });
});

describe('two catalogs', () => {
  const tiers = [{ ...INTERNAL, defaultRole: { assumedBy: [] } }, SENSITIVE];
  const compare = (left: Catalog, right: Catalog): DiffAnswer =>
    answerDiff({ before: { side: {}, catalog: left }, after: { side: {}, catalog: right }, asOf: AS_OF });

  it('tell of a new dataset who may read it with its whole tier', () => {
    const left = catalogOf({ tiers, datasets: [dataset('news', 'internal')] });
    const right = catalogOf({ tiers, datasets: [dataset('ads', 'internal'), dataset('news', 'internal')] });
    expect(changesIn(compare(left, right), 'dev01')).toEqual(['everyone:internal ads: nothing to read']);
  });

  it('may have principals, datasets and tiers on one side only', () => {
    const left = catalogOf({
      datasets: [dataset('old')],
      principals: [team('gone', { members: ['a@acme.example', 'b@acme.example'] })],
      grants: [grant('team:gone', entry('old', 'read'))],
    });
    const right = catalogOf({
      tiers: [INTERNAL],
      datasets: [],
      principals: [team('new', { assumedBy: [{ arn: 'arn:aws:iam::999999999999:role/partner' }] })],
    });
    const answer = compare(left, right);
    expect(answer.instances[0]).toMatchObject({
      access: [{ principal: 'team:gone', dataset: 'old', after: [], people: 2 }],
      callers: [{ principal: 'team:new', isNew: true, accounts: ['999999999999'] }],
    });
    expect(answer).toMatchObject({ gain: 0, lose: 1 });
  });

  it('may have an instance on one side only', () => {
    const right = catalogOf({ datasets: [dataset('news')], grants: [grant('team:oncology', entry('news', 'read'))] });
    const left = { ...right, lake: { ...right.lake, instances: right.lake.instances.slice(1) } };
    expect(compare(left, right).instances[0]).toMatchObject({ instance: 'dev01', missing: 'before', access: [{}] });
    expect(compare(right, left).instances.find(({ instance }) => instance === 'dev01')).toMatchObject({
      missing: 'after',
      access: [{ after: [] }],
    });
  });

  it('that are the same differ in nothing', () => {
    const catalog = catalogOf({ datasets: [dataset('news')], grants: [grant('team:oncology', entry('news', 'read'))] });
    expect(hasChanges(compare(catalog, catalog))).toBe(false);
  });
});

describe('a temporary folder', () => {
  it('goes when the work fails', async () => {
    let seen = '';
    const work = inTemporaryFolder((folder) => {
      seen = folder;
      return Promise.reject(new Error('broken'));
    });
    await expect(work).rejects.toThrow('broken');
    await expect(readdir(seen)).rejects.toThrow('ENOENT');
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});
