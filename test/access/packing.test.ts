import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAccess } from '../../src/access/documents/compile.ts';
import { inlineSize, LIMITS } from '../../src/access/documents/limits.ts';
import { DOCUMENT_LIMIT } from '../../src/access/documents/pack.ts';
import { documentSize } from '../../src/access/documents/statement.ts';
import { canonicalRows } from '../../src/access/unite.ts';
import type { Catalog, Grant, GrantEntry } from '../../src/reconciler/model/catalog.ts';
import { canonicalJson, asJson } from '../../src/reconciler/model/json.ts';
import { KNOWN_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { AS_OF, catalogOf, dataset, entry, grant, heldBy, roleOf, team } from './support.ts';

const SAMPLE_TIME = '2026-11-22T10:00:00Z';
const instanceArbitrary = fc.constantFrom('dev01', 'prod');

const bytesOf = (catalog: Catalog, instance: string): string =>
  canonicalJson(asJson(compileAccess(catalog, instance, SAMPLE_TIME).roles));

describe('compiled documents', () => {
  it('give exactly the declared rows, as the evaluator reads them', () => {
    fc.assert(
      fc.property(
        catalogArbitrary({ datasets: { min: 2, max: 12 }, grants: { min: 1, max: 12 } }),
        instanceArbitrary,
        (catalog, instance) => {
          for (const role of compileAccess(catalog, instance, SAMPLE_TIME).roles) {
            const held = heldBy(catalog, role, SAMPLE_TIME, instance);
            expect(held.rows).toEqual(canonicalRows(role.rows));
            expect(held.expired).toEqual([]);
            expect(held.conditional).toEqual([]);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('do not depend on the order of grants and entries', () => {
    fc.assert(
      fc.property(catalogArbitrary({ grants: { min: 2, max: 8 } }), fc.nat(), (catalog, seed) => {
        const turn = <T>(items: readonly T[]): readonly T[] => {
          const at = items.length === 0 ? 0 : seed % items.length;
          return [...items.slice(at), ...items.slice(0, at)].reverse();
        };
        const turned: Catalog = {
          ...catalog,
          datasets: turn(catalog.datasets),
          principals: turn(catalog.principals),
          grants: turn(catalog.grants).map((one) => ({ ...one, access: turn(one.access) })),
          pipelines: turn(catalog.pipelines),
        };
        expect(bytesOf(turned, 'prod')).toBe(bytesOf(catalog, 'prod'));
      }),
      { numRuns: 60 },
    );
  });

  it('keep the rows in the answer equal to the declared rows', () => {
    fc.assert(
      fc.property(catalogArbitrary({ grants: { min: 1, max: 8 } }), instanceArbitrary, (catalog, instance) => {
        const compiled = compileAccess(catalog, instance, SAMPLE_TIME);
        expect(compiled.roles.flatMap((role) => role.rows).sort(byText)).toEqual([...compiled.rows].sort(byText));
      }),
      { numRuns: 40 },
    );
  });
});

const byText = (left: object, right: object): number =>
  JSON.stringify(left) < JSON.stringify(right) ? -1 : JSON.stringify(left) > JSON.stringify(right) ? 1 : 0;

/** One principal with many grants: enough to split leaves several times. */
const NAMES = Array.from({ length: 220 }, (_, index) => `dataset-${index}-of-the-trial`);

const entriesArbitrary = (max: number): fc.Arbitrary<readonly GrantEntry[]> =>
  fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom(...NAMES),
        level: fc.constantFrom(
          'discover' as const,
          'read' as const,
          'read-raw' as const,
          'write' as const,
          'admin' as const,
        ),
        expires: fc.option(fc.constantFrom('2026-12-31', '2027-01-31', '2027-02-28'), { nil: undefined }),
      }),
      { minLength: 1, maxLength: max, selector: ({ name }) => name, size: 'max' },
    )
    .map((draws) => draws.map(({ name, level, expires }) => entry(name, level, expires)));

const catalogWith = (access: readonly GrantEntry[]): Catalog => {
  const one: Grant = grant('team:oncology', ...access);
  return catalogOf({
    datasets: NAMES.map((name, index) => dataset(name, index % 3 === 0 ? 'internal' : 'sensitive')),
    principals: [team('oncology')],
    grants: [one],
  });
};

describe('packing', () => {
  it('keeps every document within its limit, and says so when a role does not fit', () => {
    fc.assert(
      fc.property(entriesArbitrary(200), (access) => {
        const catalog = catalogWith(access);
        const role = roleOf(catalog, 'team:oncology');
        for (const { document } of role.managed) expect(documentSize(document)).toBeLessThanOrEqual(DOCUMENT_LIMIT);
        expect(inlineSize(role)).toBeLessThanOrEqual(LIMITS.inlineCharacters);
        expect(documentSize(role.trust)).toBeLessThanOrEqual(KNOWN_QUOTAS.trustCharacters.usual);
        const errors = compileAccess(catalog, 'dev01', AS_OF).diagnostics.filter((one) => one.severity === 'error');
        expect(errors.map((one) => one.code)).toEqual(
          role.managed.length > KNOWN_QUOTAS.attachedPoliciesPerRole.most ? ['EDL-2060'] : [],
        );
      }),
      { numRuns: 40 },
    );
  });

  it('never broadens anything when a grant goes', () => {
    fc.assert(
      fc.property(entriesArbitrary(60), fc.nat(), (access, pick) => {
        const gone = access[pick % access.length];
        const fewer = catalogWith(access.filter((one) => one !== gone));
        const more = catalogWith(access);
        const left = heldBy(fewer, roleOf(fewer, 'team:oncology')).rows;
        const all = canonicalRows([...heldBy(more, roleOf(more, 'team:oncology')).rows, ...left]);
        const role = roleOf(more, 'team:oncology');
        expect(all).toEqual(heldBy(more, role).rows);
        expect(all).toEqual(canonicalRows(role.rows));
      }),
      { numRuns: 40 },
    );
  });
});
