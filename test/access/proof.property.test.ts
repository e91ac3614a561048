import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { EvaluationContext } from '../../src/access/evaluate/types.ts';
import type { HeldRole } from '../../src/access/held/access-of.ts';
import { datasetPlaces, neighbourPlaces } from '../../src/access/proof/dataset-places.ts';
import { lakeNames } from '../../src/access/proof/lake.ts';
import { namedPlaces } from '../../src/access/proof/named-places.ts';
import type { Place } from '../../src/access/proof/place.ts';
import { prove } from '../../src/access/proof/prove.ts';
import { declaredIn, type Rights } from '../../src/access/proof/rights.ts';
import type { Rule } from '../../src/access/proof/rule.ts';
import { rulesOf } from '../../src/access/proof/rules.ts';
import { sharedPlaces } from '../../src/access/proof/shared-places.ts';
import type { ProofInput } from '../../src/access/proof/types.ts';
import { compileDocuments } from '../../src/access/evaluate/policy-set.ts';
import { NEVER, startAfter } from '../../src/access/time.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { mutateRole, mutationsOf, statementsOf } from './proof-mutations.ts';
import { inputOf, mismatchesOf, NOW, told } from './proof-support.ts';

const instances = fc.constantFrom('dev01', 'prod');

describe('compiled policies', () => {
  it('give what the catalog grants and nothing else, in small lakes of every sort', () => {
    const sizes = { datasets: { min: 1, max: 8 }, grants: { max: 10 }, expired: true };
    fc.assert(
      fc.property(catalogArbitrary(sizes), instances, (catalog, instance) => {
        expect(told(mismatchesOf(inputOf(catalog, instance)))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('do so in lakes of up to 300 datasets', () => {
    const sizes = { datasets: { min: 100, max: 300 }, grants: { min: 20, max: 60 }, principals: { max: 12 } };
    fc.assert(
      fc.property(catalogArbitrary(sizes), (catalog) => {
        const proof = prove(inputOf(catalog));
        expect(told(proof.mismatches)).toEqual([]);
        expect(proof.checks).toBeGreaterThan(catalog.datasets.length * proof.roles * 100);
      }),
      { numRuns: 2 },
    );
  });

  it('do so at any later day too, before anything is compiled anew', () => {
    const sizes = { datasets: { min: 2, max: 6 }, grants: { min: 2, max: 8 } };
    fc.assert(
      fc.property(catalogArbitrary(sizes), fc.integer({ min: 0, max: 100 }), (drawn, days) => {
        // A selector for a whole tier becomes another row once the holder reads no raw data there any more; that takes an apply.
        const named = drawn.grants.map((one) => ({
          ...one,
          access: one.access.filter(({ target }) => 'dataset' in target),
        }));
        const catalog = { ...drawn, grants: named };
        const later = new Date(Date.parse(NOW) + days * 86_400_000).toISOString();
        expect(told(mismatchesOf({ ...inputOf(catalog), asOf: later }))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

const isGranted = ({ anyOf, unless }: Rule, rights: Rights, at: string): boolean =>
  (unless === undefined || !rights.has(unless)) &&
  anyOf.some((right) => {
    const end = rights.get(right);
    return end === NEVER || (end !== undefined && Date.parse(at) < Date.parse(startAfter(end)));
  });

const contextOf = (role: HeldRole, resources: ProofInput['resources']): EvaluationContext => ({
  identity: role.documents,
  ...(role.boundary === undefined ? {} : { boundary: { name: 'boundary', document: role.boundary } }),
  resources,
});

/** Every question asked one by one at one time: slow, and with nothing in it that could be left out by mistake. */
const slowly = (input: ProofInput, role: HeldRole, at: string): readonly string[] => {
  const lake = lakeNames(input.catalog, input.instance);
  const rights = declaredIn(input.catalog, input.instance, input.asOf).rightsOf(role.holder);
  const { statements } = compileDocuments(role.documents, 'identity');
  const places: readonly Place[] = [
    ...sharedPlaces(lake, input.catalog),
    ...datasetPlaces(lake),
    ...neighbourPlaces(lake, lake.datasets.keys()),
    ...namedPlaces(lake, statements),
  ];
  const policies = contextOf(role, input.resources);
  return places.flatMap(({ resource, context, classes, circumstances = '' }) => {
    const ruleOf = rulesOf(lake, resource, context);
    return classes
      .flatMap(({ actions }) => actions)
      .flatMap((action) => {
        const { answer } = evaluate(policies, { principalArn: role.arn, action, resource, context, at });
        const expected = isGranted(ruleOf(action), rights, at) ? 'allowed' : 'denied';
        return answer === expected ? [] : [`${action} ${resource} ${circumstances} ${answer}`];
      });
  });
};

describe('the proof', () => {
  it('finds exactly what asking every single question finds', () => {
    const sizes = {
      datasets: { min: 1, max: 3 },
      grants: { min: 1, max: 4 },
      principals: { max: 2 },
      twoRegions: false,
    };
    fc.assert(
      fc.property(catalogArbitrary(sizes), fc.nat(), fc.boolean(), (catalog, pick, isSound) => {
        const input = inputOf(catalog);
        const role = input.roles[pick % input.roles.length];
        const statements = role?.documents.flatMap(({ document }) => statementsOf(document)) ?? [];
        const mutations = statements.flatMap(mutationsOf);
        const mutation = mutations[pick % Math.max(mutations.length, 1)];
        if (role === undefined || mutation === undefined) return;
        const classes = isSound ? role : mutateRole(role, mutation);
        const found = mismatchesOf({ ...input, roles: [classes] })
          .filter(({ at }) => at === NOW)
          .map(({ action, resource, circumstances = '', found: answer }) =>
            [action, resource, circumstances, answer].join(' '),
          );
        expect([...new Set(found)].sort()).toEqual([...new Set(slowly(input, classes, NOW))].sort());
      }),
      { numRuns: 12 },
    );
  });
});
