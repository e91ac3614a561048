import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentText } from '../../src/catalog/catalog-digest.ts';
import { interpret } from '../../src/catalog/load.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { renderCatalog } from '../arbitraries/render-catalog.ts';
import { shuffle, sourcesOf } from './sources.ts';
import { AS_OF, loadFiles } from './support.ts';

describe('the laws of loading', () => {
  it('gives back every catalog that is written as files, with and without its defaults', () => {
    fc.assert(
      fc.property(catalogArbitrary(), fc.boolean(), (catalog, terse) => {
        const result = interpret(sourcesOf(renderCatalog(catalog, { terse })), AS_OF);
        expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(JSON.parse(contentText(result.catalog))).toEqual(JSON.parse(contentText(catalog)));
      }),
      { numRuns: 60 },
    );
  });

  it('accepts expired grants, with a warning for each', () => {
    fc.assert(
      fc.property(catalogArbitrary({ expired: true }), (catalog) => {
        const result = interpret(sourcesOf(renderCatalog(catalog)), AS_OF);
        const expired = catalog.grants
          .flatMap(({ access }) => access)
          .filter(({ expires = '9999' }) => expires < AS_OF.slice(0, 10));
        expect(result.diagnostics.filter(({ code }) => code === 'EDL-1320')).toHaveLength(expired.length);
        expect(result.catalog?.digest).toBe(catalog.digest);
      }),
      { numRuns: 30 },
    );
  });

  it('gives one digest whatever the order of files and keys', () => {
    fc.assert(
      fc.property(catalogArbitrary(), fc.integer(), (catalog, seed) => {
        const files = renderCatalog(catalog, { order: shuffle(seed) });
        const reordered = Object.fromEntries(
          shuffle(seed)(Object.keys(files)).map((path) => [path, files[path] ?? '']),
        );
        expect(interpret(sourcesOf(reordered), AS_OF).catalog?.digest).toBe(catalog.digest);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same from disk as from memory', async () => {
    const [catalog] = fc.sample(catalogArbitrary({ datasets: { min: 5 }, grants: { min: 5 } }), {
      numRuns: 1,
      seed: 7,
    });
    const files = renderCatalog(catalog!);
    const fromDisk = await loadFiles(files);
    expect(fromDisk.diagnostics).toEqual(interpret(sourcesOf(files), AS_OF).diagnostics);
    expect(fromDisk.catalog?.digest).toBe(catalog!.digest);
    expect(fromDisk.files).toBe(Object.keys(files).length);
  });

  it('gives another digest when anything that matters changes', () => {
    fc.assert(
      fc.property(catalogArbitrary(), (catalog) => {
        const files = renderCatalog(catalog);
        const changed = { ...files, 'lake.yaml': (files['lake.yaml'] ?? '').replace('333333333333', '444444444444') };
        expect(interpret(sourcesOf(changed), AS_OF).catalog?.digest).not.toBe(catalog.digest);
      }),
      { numRuns: 10 },
    );
  });
});
