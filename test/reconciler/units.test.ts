import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareProperties, mergeEdits } from '../../src/reconciler/diff/compare.ts';
import {
  canonicalJson,
  isJsonArray,
  isJsonObject,
  sameJson,
  type Json,
  type JsonObject,
} from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import type { PropertyChange } from '../../src/reconciler/model/plan.ts';
import { BUCKET, ROLE, TABLE } from '../arbitraries/fake-kinds.ts';
import { propertiesArbitrary } from '../arbitraries/live.ts';

const policies = (...names: readonly string[]): JsonObject => ({
  Policies: names.map((name) => {
    const [PolicyName = '', Version = '1'] = name.split('@');
    return { PolicyName, Document: { Version } };
  }),
});

describe('what is written as a whole', () => {
  const causesIn = (
    applied: JsonObject,
    live: JsonObject,
    desired: JsonObject,
    kind: ResourceKind = ROLE,
  ): readonly string[] =>
    compareProperties({ applied, live, desired }, kind).map(({ path, cause }) => `${cause} ${path}`);
  const merge = (applied: JsonObject, live: JsonObject, desired: JsonObject, kind: ResourceKind = ROLE): JsonObject =>
    mergeEdits({ applied, live, desired }, kind);
  const before = { Trust: { Read: 1, Write: 1 } };
  const byHand = { Trust: { Read: 1, Write: 2 } };

  it('and only drifted stays as it is', () => {
    expect(causesIn(before, byHand, before)).toEqual(['drifted /Trust/Write']);
    expect(merge(before, byHand, before)).toEqual(byHand);
  });

  it('and only edited becomes what is desired', () => {
    const desired = { Trust: { Read: 3, Write: 1 } };
    expect(causesIn(before, before, desired)).toEqual(['edited /Trust/Read']);
    expect(merge(before, before, desired)).toEqual(desired);
  });

  it('and edited loses the drift beside the edit: its cause is both', () => {
    const desired = { Trust: { Read: 3, Write: 1 } };
    expect(causesIn(before, byHand, desired)).toEqual(['edited /Trust/Read', 'both /Trust/Write']);
    expect(merge(before, byHand, desired)).toEqual(desired);
  });

  it('and moved on both sides loses the drift beside it', () => {
    const desired = { Trust: { Read: 3, Write: 1 } };
    const live = { Trust: { Read: 4, Write: 2 } };
    expect(causesIn(before, live, desired)).toEqual(['both /Trust/Read', 'both /Trust/Write']);
    expect(merge(before, live, desired)).toEqual(desired);
  });

  it('and only has to catch up loses the drift beside it: the template is written all the same', () => {
    const desired = { Trust: { Read: 3, Write: 1 } };
    const live = { Trust: { Read: 3, Write: 2 } };
    expect(causesIn(before, live, desired)).toEqual(['edited /Trust/Read', 'both /Trust/Write']);
    expect(merge(before, live, desired)).toEqual(desired);
  });

  it('is a top-level property of what CloudFormation manages', () => {
    const sides = [
      { A: { X: 1 }, B: { X: 1 } },
      { A: { X: 1 }, B: { X: 2 } },
      { A: { X: 3 }, B: { X: 1 } },
    ] as const;
    expect(causesIn(...sides)).toEqual(['edited /A/X', 'drifted /B/X']);
    expect(merge(...sides)).toEqual({ A: { X: 3 }, B: { X: 2 } });
  });

  it('is an item of a list that the kind names', () => {
    const sides = [policies('a', 'b'), policies('a', 'b@2'), policies('a@3', 'b')] as const;
    expect(causesIn(...sides)).toEqual(['edited /Policies/0/Document/Version', 'drifted /Policies/1/Document/Version']);
    expect(merge(...sides)).toEqual(policies('a@3', 'b@2'));
  });

  it('is the whole list of a kind that does not name it', () => {
    const sides = [policies('a', 'b'), policies('a', 'b@2'), policies('a@3', 'b')] as const;
    expect(causesIn(...sides, BUCKET)).toEqual([
      'edited /Policies/0/Document/Version',
      'both /Policies/1/Document/Version',
    ]);
    expect(merge(...sides, BUCKET)).toEqual(policies('a@3', 'b'));
  });

  it('is an attached policy: what somebody attached stays when git attaches another', () => {
    const sides = [{ Arns: ['a'] }, { Arns: ['a', 'x'] }, { Arns: ['a', 'b'] }] as const;
    expect(compareProperties({ applied: sides[0], live: sides[1], desired: sides[2] }, ROLE)).toEqual([
      { path: '/Arns/1', before: 'x', cause: 'drifted' },
      { path: '/Arns/1', after: 'b', cause: 'edited' },
    ]);
    expect(merge(...sides)).toEqual({ Arns: ['a', 'b', 'x'] });
  });

  it('is an item also where git takes away the last one, or adds the first', () => {
    const last = [policies('a'), policies('a', 'x'), {}] as const;
    expect(causesIn(...last)).toEqual(['edited /Policies/0', 'drifted /Policies/1']);
    expect(merge(...last)).toEqual(policies('x'));
    const first = [{}, { Arns: ['x'] }, { Arns: ['a'] }] as const;
    expect(causesIn(...first)).toEqual(['drifted /Arns/0', 'edited /Arns/0']);
    expect(merge(...first)).toEqual({ Arns: ['a', 'x'] });
    expect(merge(policies('a'), policies('a'), {})).toEqual({});
  });

  it('is the whole object that we write ourselves', () => {
    const sides = [
      { A: 1, B: 1 },
      { A: 1, B: 2 },
      { A: 3, B: 1 },
    ] as const;
    expect(causesIn(...sides, TABLE)).toEqual(['edited /A', 'both /B']);
    expect(merge(...sides, TABLE)).toEqual({ A: 3, B: 1 });
  });
});

/**
 * What CloudFormation does with an update, told another way than in the source: it compares templates, never looks at what is
 * live, and hands whole properties to the service; of a role, policies by name.
 */
const updateByTemplate = (applied: JsonObject, live: JsonObject, desired: JsonObject): JsonObject => {
  const after: Record<string, Json> = { ...live };
  const isWritten = (left: Json | undefined, right: Json | undefined): boolean => !sameJson(left, right);
  for (const key of new Set([...Object.keys(applied), ...Object.keys(desired)])) {
    if (['Arns', 'Policies'].includes(key) || !isWritten(applied[key], desired[key])) continue;
    const value = desired[key];
    if (value === undefined) Reflect.deleteProperty(after, key);
    else after[key] = value;
  }
  const named = (value: Json | undefined): Map<string, Json> =>
    new Map(
      (isJsonArray(value) ? value : []).map((item) => [
        isJsonObject(item) ? canonicalJson(item['PolicyName'] ?? null) : canonicalJson(item),
        item,
      ]),
    );
  for (const key of ['Arns', 'Policies']) {
    const [old, wanted, there] = [named(applied[key]), named(desired[key]), named(live[key])];
    for (const name of old.keys()) if (!wanted.has(name)) there.delete(name);
    for (const [name, item] of wanted) if (isWritten(old.get(name), item)) there.set(name, item);
    after[key] = [...there.values()];
  }
  return ROLE.normalize(after);
};

const valuesOf = (changes: readonly PropertyChange[]): readonly string[] =>
  changes.map(({ before, after }) => JSON.stringify([before, after])).sort();

describe('laws of what is written as a whole', () => {
  const normalArbitrary = propertiesArbitrary.map(ROLE.normalize);

  it('the model of an update is what CloudFormation does with the templates', () => {
    fc.assert(
      fc.property(normalArbitrary, normalArbitrary, normalArbitrary, (applied, live, desired) => {
        const merged = ROLE.normalize(mergeEdits({ applied, live, desired }, ROLE));
        expect(merged).toEqual(updateByTemplate(applied, live, desired));
      }),
      { numRuns: 500 },
    );
  });

  it('after an update nothing is left to do, and the drift is what the plan had shown as drift', () => {
    fc.assert(
      fc.property(normalArbitrary, normalArbitrary, normalArbitrary, (applied, live, desired) => {
        const shown = compareProperties({ applied, live, desired }, ROLE).filter(({ cause }) => cause === 'drifted');
        const after = updateByTemplate(applied, live, desired);
        const left = compareProperties({ applied: desired, live: after, desired }, ROLE);
        expect(left.filter(({ cause }) => cause !== 'drifted')).toEqual([]);
        expect(valuesOf(left)).toEqual(valuesOf(shown));
      }),
      { numRuns: 500 },
    );
  });
});
