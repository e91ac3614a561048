import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLake, loadCatalog } from '../../src/catalog/load.ts';
import { AS_OF, BASE, type Files, loadFiles, shortly, withFolder, writeFiles } from './support.ts';

const NOTE = 'catalog/datasets/bad.yaml';
const MAX = 256 * 1024;

/** Nine levels of nine copies each: 387 million values, if anybody counted. */
const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from('bcdefghi').map((name, index) => {
      const before = 'abcdefgh'[index] ?? 'a';
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    }),
  )
  .join('\n');

describe('files that are refused', () => {
  it.each<readonly [string, Files, readonly string[]]>([
    ['an alias bomb', { ...BASE, [NOTE]: BOMB }, [`EDL-1103 ${NOTE}:1:1`]],
    ['a file that is too large', { ...BASE, [NOTE]: `#${'x'.repeat(MAX)}` }, [`EDL-1002 ${NOTE}:1:-`]],
    ['a file that is not UTF-8', { ...BASE, [NOTE]: new Uint8Array([0x6e, 0xff, 0xfe]) }, [`EDL-1003 ${NOTE}:1:-`]],
    ['brackets without end', { ...BASE, [NOTE]: '['.repeat(20_000) }, [`EDL-1101 ${NOTE}:1:1`]],
    ['lists within lists', { ...BASE, [NOTE]: '- '.repeat(20_000) }, [`EDL-1101 ${NOTE}:1:1`]],
    ['keys within keys', { ...BASE, [NOTE]: '? '.repeat(20_000) }, [`EDL-1101 ${NOTE}:1:1`]],
    [
      'code that is too large',
      { ...BASE, 'catalog/pipelines/make-daily/big.py': `#${'x'.repeat(MAX)}` },
      ['EDL-1002 catalog/pipelines/make-daily/big.py:1:-'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });

  it('reads the largest file that is allowed', async () => {
    const grant = BASE['catalog/grants/security.yaml'] ?? '';
    const files = { ...BASE, 'catalog/grants/security.yaml': `${grant}#${'x'.repeat(MAX - grant.length - 1)}` };
    expect(shortly(await loadFiles(files))).toEqual([]);
  });

  it('reads files with a byte order mark and Windows lines', async () => {
    const grant = `\uFEFF${(BASE['catalog/grants/security.yaml'] ?? '').replaceAll('\n', '\r\n')}`;
    const result = await loadFiles({ ...BASE, 'catalog/grants/security.yaml': grant });
    expect(shortly(result)).toEqual([]);
    expect(result.catalog?.grants[0]?.access[0]?.declaredIn.line).toBe(4);
  });

  it('allows a few aliases', async () => {
    const files = {
      ...BASE,
      'catalog/grants/z.yaml':
        'principal: service:robot\naccess:\n  - &one { dataset: sites, level: read }\n  - *one\n',
    };
    expect(shortly(await loadFiles(files))).toEqual([]);
  });
});

describe('links', () => {
  const load = (link: (folder: string) => Promise<void>) =>
    withFolder(async (folder) => {
      await writeFiles(folder, {
        ...Object.fromEntries(Object.entries(BASE).map(([path, text]) => [`lake/${path}`, text])),
        'outside.yaml': 'a: 1\n',
      });
      await link(folder);
      return shortly(await loadCatalog(join(folder, 'lake'), { asOf: AS_OF }));
    });

  it('refuses a link out of the lake', async () => {
    expect(await load((folder) => symlink(join(folder, 'outside.yaml'), join(folder, 'lake', NOTE)))).toEqual([
      `EDL-1004 ${NOTE}:1:-`,
    ]);
  });

  it('refuses a link to a folder', async () => {
    expect(await load((folder) => symlink(folder, join(folder, 'lake/catalog/datasets/more')))).toEqual([
      'EDL-1004 catalog/datasets/more:1:-',
    ]);
  });

  it('refuses a link to nowhere', async () => {
    expect(await load((folder) => symlink('nowhere.yaml', join(folder, 'lake', NOTE)))).toEqual([
      `EDL-1001 ${NOTE}:1:-`,
    ]);
  });

  it('reads a link to a file of the lake', async () => {
    const messages = await load((folder) =>
      symlink('../grants/security.yaml', join(folder, 'lake/catalog/grants/same.yaml')),
    );
    expect(messages).toEqual([]);
  });
});

describe('places', () => {
  it.each<readonly [string, Files, readonly string[]]>([
    ['a mistyped folder', { ...BASE, 'catalog/dataset/a.yaml': 'a: 1' }, ['EDL-1005 catalog/dataset/a.yaml:1:-']],
    ['a file directly in the catalog', { ...BASE, 'catalog/a.yaml': 'a: 1' }, ['EDL-1005 catalog/a.yaml:1:-']],
    [
      'code without a config',
      { ...BASE, 'catalog/pipelines/x/pipeline.py': '' },
      ['EDL-1006 catalog/pipelines/x/pipeline.py:1:-'],
    ],
    [
      'a config with another ending',
      { ...BASE, 'catalog/pipelines/x/pipeline_config.yml': '' },
      ['EDL-1006 catalog/pipelines/x/pipeline_config.yml:1:-'],
    ],
    [
      'a config that belongs to no folder',
      { ...BASE, 'catalog/pipelines/pipeline_config.yaml': '' },
      ['EDL-1006 catalog/pipelines/pipeline_config.yaml:1:-'],
    ],
    [
      'no catalog',
      { 'lake.yaml': (BASE['lake.yaml'] ?? '').replace('security: team:security\n', '').replace(', security]', ']') },
      ['EDL-1007 -:-:-'],
    ],
    [
      'other files are nobody’s business',
      {
        ...BASE,
        'catalog/README.md': 'x',
        'catalog/datasets/notes.txt': 'x',
        'catalog/.hidden/a.yaml': 'x',
        'catalog/grants/.a.yaml': 'x',
      },
      [],
    ],
    ['folders within folders', { ...BASE, 'catalog/grants/deep/er/z.YML': BASE['catalog/grants/security.yaml'] }, []],
  ])('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });

  it('tells the folder that was meant', async () => {
    const { diagnostics } = await loadFiles({ ...BASE, 'catalog/dataset/a.yaml': 'a: 1' });
    expect(diagnostics[0]?.detail).toContain('did you mean "datasets"?');
  });

  it('tells a missing lake.yaml', async () => {
    expect(shortly(await loadFiles({ ...BASE, 'lake.yaml': undefined }))).toEqual(['EDL-1001 lake.yaml:1:-']);
  });

  it('finds lake.yaml from a folder below it', () =>
    withFolder(async (folder) => {
      expect(await findLake(folder)).toBeUndefined();
      await writeFiles(folder, BASE);
      expect(await findLake(join(folder, 'catalog/pipelines'))).toBe(join(folder, 'lake.yaml'));
    }));

  it('reads a lake and a catalog in other places', () =>
    withFolder(async (folder) => {
      const moved = Object.fromEntries(
        Object.entries(BASE).map(([path, text]) => [
          path.replace('lake.yaml', 'my-lake.yaml').replace(/^catalog/, 'declared'),
          text,
        ]),
      );
      await writeFiles(folder, moved);
      await mkdir(join(folder, 'elsewhere'));
      const options = { asOf: AS_OF, config: join(folder, 'my-lake.yaml'), catalogDir: join(folder, 'declared') };
      const result = await loadCatalog(folder, options);
      expect(shortly(result)).toEqual([]);
      expect(result.catalog?.datasets[0]?.declaredIn).toEqual({ file: 'declared/datasets/daily.yaml', line: 1 });
    }));
});
