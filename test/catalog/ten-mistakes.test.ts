import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { AS_OF, shortly } from './support.ts';

it('tells ten different mistakes with ten messages, each at its line and column', async () => {
  const root = fileURLToPath(new URL('../fixtures/ten-mistakes', import.meta.url));
  const result = await loadCatalog(root, { asOf: AS_OF });
  expect(result.diagnostics.map(({ severity, detail }) => `${severity}: ${detail}`)).toEqual([]);
  expect(shortly(result)).toEqual([]);
  expect(result.catalog).toBeUndefined();
});
