import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMinimalLake } from '../../src/catalog/init.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { AS_OF, withFolder, writeFiles } from './support.ts';

describe('writeMinimalLake', () => {
  it('writes a lake without any problem, and tells the files', () =>
    withFolder(async (folder) => {
      const target = join(folder, 'new/lake');
      const files = await writeMinimalLake(target);
      const entries = await readdir(target, { recursive: true, withFileTypes: true });
      const found = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1));
      expect([...files].sort()).toEqual(found.sort());
      const result = await loadCatalog(target, { asOf: AS_OF });
      expect(result.diagnostics).toEqual([]);
      expect(result.catalog?.datasets).toHaveLength(1);
      expect(result.catalog?.grants).toHaveLength(1);
    }));

  it('names a schema that is there in each of its files', () =>
    withFolder(async (folder) => {
      for (const file of (await writeMinimalLake(folder)).filter((path) => path.endsWith('.yaml'))) {
        const [first = ''] = (await readFile(join(folder, file), 'utf8')).split('\n');
        const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? '';
        const content: unknown = JSON.parse(await readFile(resolve(folder, dirname(file), schema), 'utf8'));
        expect(content).toMatchObject({ additionalProperties: false });
      }
    }));

  it('overwrites nothing, and then writes nothing', () =>
    withFolder(async (folder) => {
      await writeFiles(folder, { 'catalog/datasets/office-locations.yaml': 'mine' });
      await expect(writeMinimalLake(folder)).rejects.toMatchObject({ code: 'EDL-1010', disposition: 'user' });
      expect(await readdir(folder)).toEqual(['catalog']);
      expect(await readFile(join(folder, 'catalog/datasets/office-locations.yaml'), 'utf8')).toBe('mine');
    }));
});
