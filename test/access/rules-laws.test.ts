import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRules } from '../../src/access/rules/judge-rules.ts';
import { counts } from '../../src/access/rules/matches.ts';
import { declaredRows } from '../../src/access/rows.ts';
import type { Catalog, HolderKind, Holding, Rule } from '../../src/reconciler/model/catalog.ts';
import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { LEVELS, TIERS } from '../arbitraries/catalog-parts.ts';
import { apart, forbid, holding } from './rules-support.ts';

const AS_OF = '2026-11-22T10:00:00Z';
const KINDS: readonly HolderKind[] = ['team', 'user', 'service', 'pipeline', 'exposed', 'everyone'];

const holdingArbitrary: fc.Arbitrary<Holding> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('sales', 'eu', 'a', 'site'),
      fc.constantFrom(...TIERS.map(({ name }) => ({ tier: name }))),
      fc.constantFrom('clinical', 'crm').map((domain) => ({ domain })),
      fc.constant({ owner: 'team:owners' as const }),
    ),
    fc.constantFrom(...LEVELS),
  )
  .map(([target, level]) => holding(target, level));

const rulesArbitrary: fc.Arbitrary<readonly Rule[]> = fc.tuple(
  fc.array(holdingArbitrary, { minLength: 2, maxLength: 3 }).map((sides) => apart(sides)),
  fc.tuple(fc.subarray([...KINDS], { minLength: 1 }), holdingArbitrary).map(([kinds, what]) => forbid(kinds, what)),
);

const lakeArbitrary = fc
  .tuple(catalogArbitrary(), rulesArbitrary)
  .map(([catalog, rules]): Catalog => ({ ...catalog, lake: { ...catalog.lake, rules } }));

/** Whatever has an order in the model, the other way round. */
const reversed = (catalog: Catalog): Catalog => ({
  ...catalog,
  lake: { ...catalog.lake, rules: [...(catalog.lake.rules ?? [])].reverse() },
  datasets: [...catalog.datasets].reverse(),
  principals: [...catalog.principals].reverse(),
  grants: catalog.grants.map((grant) => ({ ...grant, access: [...grant.access].reverse() })).reverse(),
  pipelines: [...catalog.pipelines].reverse(),
});

const sorted = (findings: readonly Diagnostic[]): readonly string[] =>
  findings.map((one) => JSON.stringify(one)).sort();

describe('the laws of rules', () => {
  it('finds the same, word by word, in whatever order things are declared', () => {
    fc.assert(
      fc.property(lakeArbitrary, (catalog) => {
        const [there, back] = [catalog, reversed(catalog)].map((one) => sorted(judgeRules(one, 'prod', AS_OF)));
        expect(back).toEqual(there);
      }),
      { numRuns: 60 },
    );
  });

  it('finds nothing else without the rules: judging them changes nothing about pipelines', () => {
    fc.assert(
      fc.property(lakeArbitrary, (catalog) => {
        const { rules: _, ...lake } = catalog.lake;
        expect(judgeRules({ ...catalog, lake }, 'prod', AS_OF)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('forbids exactly what rows hold: each holder of the tier at the level, and nobody else', () => {
    fc.assert(
      fc.property(
        catalogArbitrary(),
        fc.constantFrom(...LEVELS.slice(0, 4)),
        fc.constantFrom(...TIERS),
        (plain, level, tier) => {
          const rule = forbid(KINDS, holding({ tier: tier.name }, level));
          const catalog = { ...plain, lake: { ...plain.lake, rules: [rule] } };
          const holders = declaredRows(catalog, 'prod', AS_OF)
            .rows.filter((row) => row.tier === tier.name && counts(row.level, level))
            .map(({ principal }) => (principal.startsWith('everyone:') ? 'everyone' : principal));
          const found = judgeRules(catalog, 'prod', AS_OF).map(({ target }) => target);
          expect(found.sort()).toEqual([...new Set(holders)].map((holder) => `keep-out/${holder}`).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is silent about whoever is excepted', () => {
    fc.assert(
      fc.property(lakeArbitrary, (catalog) => {
        const except = [
          ...catalog.principals.map(({ ref }) => ref),
          ...catalog.pipelines.map(({ name }) => `pipeline:${name}` as const),
        ];
        const rules = (catalog.lake.rules ?? []).map((rule) => ({ ...rule, except }));
        const found = judgeRules({ ...catalog, lake: { ...catalog.lake, rules } }, 'prod', AS_OF);
        expect(found.filter(({ target }) => !/\/(everyone$|exposed:)/.test(target ?? ''))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
