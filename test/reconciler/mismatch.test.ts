import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeEdits } from '../../src/reconciler/diff/compare.ts';
import { mismatchedPaths } from '../../src/reconciler/diff/mismatch.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { ROLE } from '../arbitraries/fake-kinds.ts';
import { propertiesArbitrary } from '../arbitraries/live.ts';

/** The description was edited in git while somebody had shortened the session. */
const expected = { Description: 'new', MaxSessionDuration: 3600 };
const declared = { Description: 'new', MaxSessionDuration: 28_800 };
const judge = (live: JsonObject): readonly string[] => mismatchedPaths({ live, expected, declared }, ROLE);

describe('what reads back after an update', () => {
  it('may be as expected', () => {
    expect(judge(expected)).toEqual([]);
  });

  it('may be as declared: the service wrote the drift away too', () => {
    expect(judge(declared)).toEqual([]);
  });

  it('must not be a third thing where there was drift', () => {
    expect(judge({ ...expected, MaxSessionDuration: 7200 })).toEqual(['/MaxSessionDuration']);
  });

  it('must be as declared where there was none', () => {
    expect(judge({ ...expected, Description: 'old' })).toEqual(['/Description']);
    expect(judge({ ...declared, Description: 'old' })).toEqual(['/Description']);
  });

  it('must not have more than expected', () => {
    expect(judge({ ...expected, Arns: ['x'] })).toEqual(['/Arns/0']);
  });

  it('is fine for what simulate expects and for what is declared, and for no other value', () => {
    const sides = propertiesArbitrary.map(ROLE.normalize);
    fc.assert(
      fc.property(sides, sides, sides, (applied, live, desired) => {
        const merged = ROLE.normalize(mergeEdits({ applied, live, desired }, ROLE));
        const of = (now: JsonObject): readonly string[] =>
          mismatchedPaths({ live: now, expected: merged, declared: desired }, ROLE);
        expect(of(merged)).toEqual([]);
        expect(of(desired)).toEqual([]);
        expect(of({ ...merged, Description: 'elsewhere' })).toEqual(['/Description']);
      }),
    );
  });
});
