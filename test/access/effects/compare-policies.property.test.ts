import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentSort } from '../../../src/access/effects/clauses.ts';
import { comparePolicies } from '../../../src/access/effects/compare-policies.ts';
import { includesGlob, overlapsGlob } from '../../../src/access/effects/globs.ts';
import { evaluate } from '../../../src/access/evaluate/evaluate.ts';
import { matchesGlob } from '../../../src/access/evaluate/glob.ts';
import type { EvaluationContext } from '../../../src/access/evaluate/types.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/reconciler/model/json.ts';
import { BUCKET_ARN, KEY_ARN, policyArbitrary, policyPairs, requestArbitrary } from '../../arbitraries/policies.ts';

const ALL: JsonObject = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const SOME: JsonObject = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' } };

/** Where a document stands when a request is judged, and what stands beside it. */
const STAGES: Readonly<
  Record<string, { readonly sort: 'identity' | 'resource'; readonly put: (document: JsonObject) => EvaluationContext }>
> = {
  "a role's own policy": { sort: 'identity', put: (document) => ({ identity: [{ name: 'own', document }] }) },
  'the boundary of a role that may do everything': {
    sort: 'identity',
    put: (document) => ({ identity: [{ name: 'all', document: ALL }], boundary: { name: 'boundary', document } }),
  },
  'the policy of a bucket and a key, for roles without policies': {
    sort: 'resource',
    put: (document) => ({ identity: [], resources: [BUCKET_ARN, KEY_ARN].map((arn) => ({ arn, document })) }),
  },
  'the same, for roles that may do everything': {
    sort: 'resource',
    put: (document) => ({
      identity: [{ name: 'all', document: ALL }],
      resources: [BUCKET_ARN, KEY_ARN].map((arn) => ({ arn, document })),
    }),
  },
  'the same, under a boundary': {
    sort: 'resource',
    put: (document) => ({
      identity: [{ name: 'all', document: ALL }],
      boundary: { name: 'boundary', document: SOME },
      resources: [BUCKET_ARN, KEY_ARN].map((arn) => ({ arn, document })),
    }),
  },
};

const RUNS = 300;

describe('no request slips through: whoever is allowed more shows as more, whoever is allowed less as less', () => {
  it.each(Object.entries(STAGES))('%s', (_name, { sort, put }) => {
    let found = 0;
    fc.assert(
      fc.property(
        policyPairs(sort),
        fc.array(requestArbitrary, { minLength: 8, maxLength: 8 }),
        ({ declared, live }, requests) => {
          const { more, less } = comparePolicies(declared, live, sort);
          const [wanted, now] = [put(declared), put(live)];
          for (const request of requests) {
            const before = evaluate(wanted, request).answer === 'allowed';
            const after = evaluate(now, request).answer === 'allowed';
            if (after && !before) expect(more.length, JSON.stringify(request)).toBeGreaterThan(0);
            if (before && !after) expect(less.length, JSON.stringify(request)).toBeGreaterThan(0);
            if (before !== after) found++;
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(found, 'requests that were judged otherwise').toBeGreaterThan(RUNS / 20);
  });
});

const SORTS: readonly DocumentSort[] = ['identity', 'resource'];
const SAME = { more: [], less: [] };

const asLists = (value: Json): Json =>
  isJsonArray(value) ? (value.length === 1 ? (value[0] ?? '') : [...value].reverse()) : [value];

/** The same statement written otherwise: another Sid, a list for a value, lists backwards. */
const rewritten = (statement: Json, index: number): Json =>
  isJsonObject(statement)
    ? {
        Sid: `Renamed${index}`,
        ...Object.fromEntries(
          Object.entries(statement).map(([key, value]): [string, Json] =>
            /^(Not)?(Action|Resource)$/.test(key) ? [key, asLists(value)] : [key, value],
          ),
        ),
      }
    : statement;

describe('documents that say the same', () => {
  it.each(SORTS.filter((sort) => sort !== 'trust'))('are equal to themselves: %s', (sort) => {
    fc.assert(
      fc.property(policyArbitrary(sort), (document) => {
        expect(comparePolicies(document, { ...document, Id: 'another' }, sort)).toEqual(SAME);
      }),
    );
  });

  it.each(SORTS.filter((sort) => sort !== 'trust'))('are equal in any order and spelling: %s', (sort) => {
    fc.assert(
      fc.property(policyArbitrary(sort), (document) => {
        const statements = isJsonArray(document['Statement']) ? document['Statement'] : [];
        const other = { ...document, Statement: statements.map(rewritten).reverse() };
        expect(comparePolicies(document, other, sort)).toEqual(SAME);
        expect(comparePolicies(other, document, sort)).toEqual(SAME);
      }),
    );
  });

  it('say the other way round what was more as less', () => {
    fc.assert(
      fc.property(policyPairs('resource'), ({ declared, live }) => {
        const there = comparePolicies(declared, live, 'resource');
        const back = comparePolicies(live, declared, 'resource');
        expect(there.more.map(({ statement }) => statement)).toEqual(back.less.map(({ statement }) => statement));
      }),
    );
  });
});

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });

describe('patterns', () => {
  it('a pattern that another includes matches nothing that the other does not', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (outer, inner, word) => {
        if (includesGlob(outer, inner) && matchesGlob(inner, word)) expect(matchesGlob(outer, word)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('texts are patterns: including one is matching it', () => {
    fc.assert(
      fc.property(pattern, text, (outer, word) => {
        expect(includesGlob(outer, word)).toBe(matchesGlob(outer, word));
        expect(overlapsGlob(outer, word)).toBe(matchesGlob(outer, word));
      }),
    );
  });

  it('patterns that share a text overlap', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (left, right, word) => {
        if (matchesGlob(left, word) && matchesGlob(right, word)) expect(overlapsGlob(left, right)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('finds what a list of all short texts finds, where no question mark has to share with a star', () => {
    const words = (length: number): readonly string[] =>
      length === 0 ? [''] : words(length - 1).flatMap((word) => ['a', 'b', 'z'].map((char) => `${char}${word}`));
    // What two patterns of four share need not be longer than six: *aaa and aab* share aabaaa.
    const all = [0, 1, 2, 3, 4, 5, 6].flatMap(words);
    fc.assert(
      fc.property(pattern, pattern, (outer, inner) => {
        fc.pre(outer.length <= 4 && inner.length <= 4);
        const shared = all.filter((word) => matchesGlob(inner, word));
        if (!outer.includes('?'))
          expect(includesGlob(outer, inner)).toBe(shared.every((word) => matchesGlob(outer, word)));
        expect(overlapsGlob(outer, inner)).toBe(shared.some((word) => matchesGlob(outer, word)));
      }),
      { numRuns: 300 },
    );
  });
});
