import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { accessSources, type SourceOrigin } from '../../src/access/sources.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { AS_OF } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the sample lake', async () => {
  const { catalog, diagnostics } = await loadCatalog(root, { asOf: AS_OF });

  it('has no errors and no warnings', () => {
    expect(diagnostics).toEqual([]);
  });

  it('shows every feature that a newcomer should meet', () => {
    const datasets = catalog?.datasets ?? [];
    expect(datasets.length).toBeGreaterThanOrEqual(14);
    expect(new Set(datasets.map(({ tier }) => tier)).size).toBe(3);
    expect(datasets.some(({ regions }) => regions.length === 2)).toBe(true);
    expect(datasets.some(({ instances }) => instances.join() === 'prod')).toBe(true);
    expect(datasets.some(({ retired }) => retired !== undefined)).toBe(true);
    expect(datasets.some(({ expose }) => expose.length > 0)).toBe(true);
    const principals = catalog?.principals ?? [];
    expect(principals.length).toBeGreaterThanOrEqual(10);
    expect(new Set(principals.map(({ kind }) => kind)).size).toBe(3);
    const callers = principals.flatMap(({ assumedBy }) => assumedBy.flatMap((caller) => Object.keys(caller)));
    for (const form of ['arn', 'identityCenter', 'saml', 'oidc', 'instances']) expect(callers).toContain(form);
    const entries = (catalog?.grants ?? []).flatMap(({ access }) => access);
    expect(catalog?.grants.length).toBeGreaterThanOrEqual(24);
    expect(entries.some(({ target }) => 'select' in target)).toBe(true);
    expect(entries.some(({ expires }) => expires?.startsWith('2027-'))).toBe(true);
    expect(entries.some(({ instances }) => instances !== undefined)).toBe(true);
    expect(new Set(entries.map(({ level }) => level)).size).toBe(5);
    const languages = (catalog?.pipelines ?? []).map(({ language }) => language).sort();
    expect(languages).toEqual(['pyspark', 'pyspark', 'sql', 'sql']);
  });

  it('knows the line of whatever gives access', async () => {
    expect(catalog).toBeDefined();
    if (catalog === undefined) return;
    const { sources } = accessSources(catalog, 'prod', AS_OF);
    const textAt = async ({ file, line }: { readonly file: string; readonly line: number }): Promise<string> =>
      ((await readFile(join(root, file), 'utf8')).split('\n')[line - 1] ?? '').trim();
    const lines = async (by: SourceOrigin): Promise<readonly string[]> =>
      Promise.all(sources.filter((source) => source.by === by).map(({ declaredIn }) => textAt(declaredIn)));
    expect(await lines('default-role')).toEqual(['internal:']);
    for (const line of await lines('exposed')) expect(line).toMatch(/^(discover|read|read-raw|write|admin):/);
    const used = await lines('pipeline');
    expect(used.length).toBeGreaterThan(4);
    for (const line of used) expect(line).toMatch(/^(inputs|outputs|- )/);
  });

  it('grants something to every principal, in a file that names its schema', async () => {
    const granted = new Set(catalog?.grants.map(({ principal }) => principal));
    expect(catalog?.principals.filter(({ ref }) => !granted.has(ref)).map(({ ref }) => ref)).toEqual([]);
    const files = await readdir(join(root, 'catalog'), { recursive: true });
    for (const file of ['../lake.yaml', ...files.filter((path) => path.endsWith('.yaml'))]) {
      const path = join(root, 'catalog', file);
      const [first = ''] = (await readFile(path, 'utf8')).split('\n');
      const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? '';
      await expect(readFile(resolve(dirname(path), schema), 'utf8')).resolves.toContain('draft-07');
    }
  });
});
