import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as compare from '../../src/reconciler/diff/compare.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { PropertyChange } from '../../src/reconciler/model/plan.ts';
import { ROLE } from '../arbitraries/fake-kinds.ts';
import { propertiesArbitrary } from '../arbitraries/live.ts';

const compareProperties = (sides: compare.PropertySides): readonly PropertyChange[] =>
  compare.compareProperties(sides, ROLE);

const policies = (...names: readonly string[]): JsonObject => ({
  Policies: names.map((name) => {
    const [PolicyName = '', Version = '1'] = name.split('@');
    return { PolicyName, Document: { Version } };
  }),
});

describe('the cause of a property change', () => {
  const cases: readonly [string, { applied?: JsonObject; live: JsonObject; desired: JsonObject }, readonly object[]][] =
    [
      ['all sides agree: nothing', { applied: { A: 1 }, live: { A: 1 }, desired: { A: 1 } }, []],
      ['live is as desired and nobody knows what was applied: nothing', { live: { A: 1 }, desired: { A: 1 } }, []],
      [
        'live is as desired, the template is not: edited, before is what the template says',
        { applied: { A: 1 }, live: { A: 2 }, desired: { A: 2 } },
        [{ path: '/A', before: 1, after: 2, cause: 'edited' }],
      ],
      [
        'the template is as desired, live is not: drifted',
        { applied: { A: 2 }, live: { A: 1 }, desired: { A: 2 } },
        [{ path: '/A', before: 1, after: 2, cause: 'drifted' }],
      ],
      [
        'live is as the template, desired is not: edited',
        { applied: { A: 1 }, live: { A: 1 }, desired: { A: 2 } },
        [{ path: '/A', before: 1, after: 2, cause: 'edited' }],
      ],
      [
        'all three differ: both',
        { applied: { A: 3 }, live: { A: 1 }, desired: { A: 2 } },
        [{ path: '/A', before: 1, after: 2, cause: 'both' }],
      ],
      [
        'live differs and nobody knows what was applied: both',
        { live: { A: 1 }, desired: { A: 2 } },
        [{ path: '/A', before: 1, after: 2, cause: 'both' }],
      ],
      [
        'somebody added a property by hand: drifted, and it has no after',
        { applied: {}, live: { A: 1 }, desired: {} },
        [{ path: '/A', before: 1, cause: 'drifted' }],
      ],
      [
        'one object shows each property with its own cause',
        {
          applied: { A: 1, B: 1, C: { D: 1 } },
          live: { A: 1, B: 2, C: { D: 1 } },
          desired: { A: 2, B: 1, C: { D: 1, E: 5 } },
        },
        [
          { path: '/A', before: 1, after: 2, cause: 'edited' },
          { path: '/B', before: 2, after: 1, cause: 'drifted' },
          { path: '/C/E', after: 5, cause: 'edited' },
        ],
      ],
      [
        'an applied value of another shape is not lost',
        { applied: { A: 'text' }, live: { A: {} }, desired: { A: {} } },
        [{ path: '/A', before: 'text', after: {}, cause: 'edited' }],
      ],
    ];
  it.each(cases)('%s', (_name, sides, expected) => {
    expect(compareProperties(sides)).toEqual(expected);
  });
});

describe('lists', () => {
  it('match by name: one policy more is one change', () => {
    const before = policies('b', 'c');
    expect(compareProperties({ applied: before, live: before, desired: policies('a', 'b', 'c') })).toEqual([
      { path: '/Policies/0', after: { PolicyName: 'a', Document: { Version: '1' } }, cause: 'edited' },
    ]);
  });

  it('show a change inside a named item at its index in the desired list', () => {
    const before = policies('b', 'c');
    expect(compareProperties({ applied: before, live: before, desired: policies('a', 'b', 'c@2') })).toContainEqual({
      path: '/Policies/2/Document/Version',
      before: '1',
      after: '2',
      cause: 'edited',
    });
  });

  it('show an item that goes at its index in the live list', () => {
    const before = policies('a', 'b');
    expect(compareProperties({ applied: before, live: before, desired: policies('a') })).toEqual([
      { path: '/Policies/1', before: { PolicyName: 'b', Document: { Version: '1' } }, cause: 'edited' },
    ]);
  });

  it('tell a policy that somebody attached from one that git adds', () => {
    const causes = compareProperties({
      applied: policies('b'),
      live: policies('b', 'x'),
      desired: policies('a', 'b'),
    }).map(({ path, cause }) => [path, cause]);
    expect(causes).toEqual([
      ['/Policies/0', 'edited'],
      ['/Policies/1', 'drifted'],
    ]);
  });

  it('of named items in another order differ as a whole: the order of columns counts', () => {
    const before = { Columns: [{ Name: 'a' }, { Name: 'b' }] };
    const after = { Columns: [{ Name: 'b' }, { Name: 'a' }] };
    expect(compareProperties({ applied: before, live: before, desired: after })).toEqual([
      { path: '/Columns', before: before.Columns, after: after.Columns, cause: 'edited' },
    ]);
  });

  it('in another order differ as a whole even where an item changes too', () => {
    const before = { Columns: [{ Name: 'a' }, { Name: 'b' }] };
    const after = { Columns: [{ Name: 'b' }, { Name: 'a', Type: 'int' }] };
    expect(compareProperties({ applied: before, live: before, desired: after }).map(({ path }) => path)).toEqual([
      '/Columns',
    ]);
  });

  it('of scalars differ as a whole', () => {
    expect(compareProperties({ applied: { A: ['x'] }, live: { A: ['x'] }, desired: { A: ['x', 'y'] } })).toEqual([
      { path: '/A', before: ['x'], after: ['x', 'y'], cause: 'edited' },
    ]);
  });

  it('of nameless objects match by index', () => {
    const before = { Rules: [{ Allow: 'a' }, { Allow: 'b' }] };
    expect(
      compareProperties({ applied: before, live: before, desired: { Rules: [{ Allow: 'a' }, { Allow: 'c' }] } }),
    ).toEqual([{ path: '/Rules/1/Allow', before: 'b', after: 'c', cause: 'edited' }]);
  });

  it('of nameless objects leave alone what did not change: a changed item may come to another place', () => {
    const before = { Rules: [{ Allow: 'a' }, { Allow: 'b' }, { Allow: 'c' }] };
    const live = { Rules: [{ Allow: 'b' }, { Allow: 'c' }, { Allow: 'z' }] };
    expect(compareProperties({ applied: before, live, desired: before })).toEqual([
      { path: '/Rules/0/Allow', before: 'z', after: 'a', cause: 'drifted' },
    ]);
  });

  it('of nameless objects in another order differ as a whole', () => {
    const before = { Rules: [{ Allow: 'a' }, { Allow: 'b' }] };
    const after = { Rules: [{ Allow: 'b' }, { Allow: 'a' }] };
    expect(compareProperties({ applied: before, live: before, desired: after }).map(({ path }) => path)).toEqual([
      '/Rules',
    ]);
  });

  it('show a nameless item that somebody put before named ones as one item more', () => {
    const named = [{ Sid: 'Read' }, { Sid: 'Write' }];
    const before = { Statement: named };
    const live = { Statement: [{ Effect: 'Allow' }, ...named] };
    expect(compareProperties({ applied: before, live, desired: before })).toEqual([
      { path: '/Statement/0', before: { Effect: 'Allow' }, cause: 'drifted' },
    ]);
  });

  it('whose items share a name match by index', () => {
    const before = {
      Rules: [
        { Id: 'x', V: 1 },
        { Id: 'x', V: 2 },
      ],
    };
    const after = {
      Rules: [
        { Id: 'x', V: 1 },
        { Id: 'x', V: 3 },
      ],
    };
    expect(compareProperties({ applied: before, live: before, desired: after }).map(({ path }) => path)).toEqual([
      '/Rules/1/V',
    ]);
  });

  it('escape pointers', () => {
    expect(compareProperties({ live: { 'a/b~c': 1 }, desired: {} }).map(({ path }) => path)).toEqual(['/a~1b~0c']);
  });
});

describe('laws of comparison', () => {
  const normalArbitrary = propertiesArbitrary.map(ROLE.normalize);
  const sides = fc.record({
    applied: fc.option(normalArbitrary, { nil: undefined }),
    live: normalArbitrary,
    desired: normalArbitrary,
  });

  it('equal sides never differ', () => {
    fc.assert(
      fc.property(normalArbitrary, (properties) => {
        expect(compareProperties({ applied: properties, live: properties, desired: properties })).toEqual([]);
      }),
    );
  });

  it('what differs from live, or from the template, always shows', () => {
    fc.assert(
      fc.property(sides, ({ applied, live, desired }) => {
        const differs = JSON.stringify(live) !== JSON.stringify(desired);
        const shown = compareProperties({ applied, live, desired });
        if (differs && applied === undefined) expect(shown.length).toBeGreaterThan(0);
        if (shown.length === 0 && applied !== undefined)
          expect(compareProperties({ applied, live: applied, desired })).toEqual([]);
      }),
    );
  });

  it('after the edits are merged only drift is left, and only where there was some', () => {
    fc.assert(
      fc.property(sides, ({ applied, live, desired }) => {
        const merged = compare.mergeEdits({ applied, live, desired }, ROLE);
        const left = compareProperties({ applied: desired, live: merged, desired });
        expect(left.filter(({ cause }) => cause !== 'drifted')).toEqual([]);
        const drifted = compareProperties({ applied, live, desired }).filter(({ cause }) => cause === 'drifted');
        expect(left.length > 0).toBe(drifted.length > 0);
      }),
    );
  });
});
