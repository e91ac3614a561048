import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlook } from '../../src/reconciler/drift/overlook.ts';
import { holdOn, isTargeted, isWithin, siftDrift } from '../../src/reconciler/drift/rules.ts';
import { siftFound } from '../../src/reconciler/drift/sift-found.ts';
import type { FoundDrift } from '../../src/reconciler/drift/found.ts';
import type { DriftRules, IgnoreRule } from '../../src/reconciler/model/drift-rules.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { Drift } from '../../src/reconciler/model/plan.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { desiredOf, resource } from '../arbitraries/world.ts';

const AS_OF = '2026-11-22T10:00:00Z';
const declaredIn = { file: 'lake.yaml', line: 1 };

const rule = (target: string, path?: string, until = '2026-12-31', reason = 'because'): IgnoreRule => ({
  target,
  ...(path === undefined ? {} : { path }),
  reason,
  until,
  declaredIn,
});

const rulesOf = (...ignore: readonly IgnoreRule[]): DriftRules => ({ heal: 'report', ignore, hold: [] });

const drifted = (id: Drift['id'], ...paths: readonly string[]): Drift => ({
  id,
  kind: 'iam-role',
  type: 'AWS::IAM::Role',
  stack: 's',
  region: 'eu-west-1',
  status: 'drifted',
  properties: paths.map((path) => ({ path, before: 1, after: 2, cause: 'drifted' })),
});

describe('targets', () => {
  it.each([
    ['iam-role/a', 'iam-role/a', true],
    ['iam-role/a', 'iam-role/ab', false],
    ['iam-role/*', 'iam-role/a', true],
    ['iam-role/*', 's3-bucket/a', false],
    ['*/a', 'iam-role/a', true],
    ['glue-table/*/sites__*', 'glue-table/eu-west-1/edl/sites__main', true],
    ['a/*b*b', 'a/b', false],
    ['a/*b*b', 'a/bb', true],
    ['a/ab*ba', 'a/aba', false],
    ['a/x.y', 'a/xzy', false],
  ] as const)('%s means %s: %s', (target, id, expected) => {
    expect(isTargeted(target, id)).toBe(expected);
  });
});

describe('paths', () => {
  it.each([
    ['/Tags', '/Tags', true],
    ['/Tags/0/Value', '/Tags', true],
    ['/TagsMore', '/Tags', false],
    ['/Tags', '/Tags/0', false],
    ['/Policies/3/PolicyDocument', '/Policies/*/PolicyDocument', true],
    ['/Policies/3', '/Policies/*/PolicyDocument', false],
    ['/a~1b/c', '/a~1b', true],
  ])('%s is within %s: %s', (path, pointer, expected) => {
    expect(isWithin(path, pointer)).toBe(expected);
  });
});

describe('ignoring', () => {
  const drift = [
    drifted('iam-role/a', '/Tags/0', '/Policies/1'),
    { ...drifted('iam-role/b'), status: 'missing' as const },
  ];

  it('takes the places of a path, and leaves the others', () => {
    const { drift: left, ignored } = siftDrift(drift, rulesOf(rule('iam-role/*', '/Tags')), AS_OF);
    expect(left).toEqual([drifted('iam-role/a', '/Policies/1'), drift[1]]);
    expect(ignored.map((one) => one.drift)).toEqual([drifted('iam-role/a', '/Tags/0')]);
  });

  it('takes whole objects, also missing ones, without a path only', () => {
    const { drift: left, ignored } = siftDrift(drift, rulesOf(rule('iam-role/*')), AS_OF);
    expect(left).toEqual([]);
    expect(ignored.map((one) => one.drift)).toEqual(drift);
  });

  it('ends with its last day', () => {
    const rules = rulesOf(rule('iam-role/*', undefined, '2026-11-22'));
    expect(siftDrift(drift, rules, '2026-11-22T23:59:59Z').drift).toEqual([]);
    expect(siftDrift(drift, rules, '2026-11-23T00:00:00Z').drift).toEqual(drift);
  });

  const step = fc.constantFrom('Tags', 'Policies', '0', '1', '*');
  const pointer = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => `/${steps.join('/')}`);
  const path = pointer.map((text) => text.replaceAll('*', '2'));
  const name = fc.constantFrom('a', 'ab', 'b');
  const anyRule = fc
    .tuple(
      fc.constantFrom('iam-role/a', 'iam-role/*', '*/ab', 'x/*'),
      fc.option(pointer),
      fc.constantFrom('2026-11-01', '2026-12-01', '2026-12-31'),
      name,
    )
    .map(([target, at, until, reason]) => rule(target, at ?? undefined, until, reason));
  const anyDrift = fc
    .uniqueArray(fc.tuple(name, fc.uniqueArray(path, { minLength: 1, maxLength: 4 })), { selector: ([id]) => id })
    .map((list) => list.map(([id, paths]) => drifted(`iam-role/${id}`, ...paths)));
  const placesIn = (list: readonly Drift[]): readonly string[] =>
    list.flatMap(({ id, properties }) => properties.map((property) => `${id} ${property.path}`)).sort();

  it('never hides what no rule matches, and loses nothing', () => {
    fc.assert(
      fc.property(anyDrift, fc.array(anyRule, { maxLength: 5 }), (list, ignore) => {
        const { drift: left, ignored } = siftDrift(list, rulesOf(...ignore), AS_OF);
        const taken = ignored.map((one) => one.drift);
        expect([...placesIn(left), ...placesIn(taken)].sort()).toEqual(placesIn(list));
        for (const one of ignored) {
          expect(one.rule.until >= '2026-11-22' && isTargeted(one.rule.target, one.drift.id)).toBe(true);
          for (const property of one.drift.properties)
            expect(one.rule.path === undefined || isWithin(property.path, one.rule.path)).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order of the rules', () => {
    fc.assert(
      fc.property(anyDrift, fc.array(anyRule, { maxLength: 5 }), (list, ignore) => {
        const [one, two] = [ignore, [...ignore].reverse()].map((rules) => siftDrift(list, rulesOf(...rules), AS_OF));
        expect(two).toEqual(one);
      }),
    );
  });
});

describe('holding', () => {
  it('is by target, until its day; of several the one that lasts longest tells', () => {
    const hold = [rule('iam-role/a', undefined, '2026-11-30'), rule('iam-role/*', undefined, '2026-12-31')];
    const rules: DriftRules = { heal: 'all', ignore: [], hold };
    expect(holdOn('iam-role/a', rules, AS_OF)).toEqual(hold[1]);
    expect(holdOn('s3-bucket/a', rules, AS_OF)).toBeUndefined();
    expect(holdOn('iam-role/a', rules, '2027-01-01T00:00:00Z')).toBeUndefined();
    expect(holdOn('iam-role/a', undefined, AS_OF)).toBeUndefined();
  });
});

describe('what is ignored beside other drift', () => {
  const found: FoundDrift = {
    id: 'iam-role/a',
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: 's',
    region: 'eu-west-1',
    state: 'drifted',
    live: { Other: { A: 'live', B: 'live' }, Path: '/live/' },
    declared: { Other: { A: 'git', B: 'git' }, Path: '/git/' },
    parts: [
      {
        path: '/Other',
        live: { A: 'live', B: 'live' },
        declared: { A: 'git', B: 'git' },
        properties: [
          { path: '/Other/A', before: 'live', after: 'git', cause: 'drifted' },
          { path: '/Other/B', before: 'live', after: 'git', cause: 'drifted' },
        ],
      },
      {
        path: '/Path',
        live: '/live/',
        declared: '/git/',
        properties: [{ path: '/Path', before: '/live/', after: '/git/', cause: 'drifted' }],
      },
    ],
  };

  it('stays as it is when the rest of its part is healed', () => {
    const { found: left, ignored } = siftFound([found], rulesOf(rule('iam-role/a', '/Other/A')), AS_OF, resourceKinds);
    expect(left[0]?.declared).toEqual({ Other: { A: 'live', B: 'git' }, Path: '/git/' });
    expect(left[0]?.parts.map(({ path, declared, properties }) => [path, declared, properties.length])).toEqual([
      ['/Other', { A: 'live', B: 'git' }, 1],
      ['/Path', '/git/', 1],
    ]);
    expect(ignored.map((one) => one.found.parts.map(({ path }) => path))).toEqual([['/Other']]);
  });

  it('takes an object that nobody declared by a rule without a path only', () => {
    const { declared: _, ...rest } = found;
    const stranger: FoundDrift = { ...rest, undeclared: true, parts: [] };
    const sift = (one: IgnoreRule) => siftFound([stranger], rulesOf(one), AS_OF, resourceKinds).found;
    expect(sift(rule('iam-role/a', '/Path'))).toEqual([stranger]);
    expect(sift(rule('iam-role/a'))).toEqual([]);
  });

  it('is not seen in what is told of access, and everything else is', () => {
    const policy = (name: string) => ({ PolicyName: name, PolicyDocument: {} });
    const declared = { RoleName: 'a', Policies: [policy('base')] };
    const live: LiveState = {
      stacks: [],
      unreadable: [],
      resources: [
        {
          id: 'iam-role/a',
          kind: 'iam-role',
          region: 'global',
          ownership: 'ours',
          properties: { RoleName: 'a', Policies: [policy('base'), policy('ignored'), policy('seen')] },
        },
      ],
    };
    const desired = desiredOf([resource('iam-role/a', 's', declared)]);
    const seen = overlook(live, [drifted('iam-role/a', '/Policies/1')], desired, resourceKinds);
    expect(seen.resources[0]?.properties?.['Policies']).toEqual([policy('base'), policy('seen')]);
    expect(overlook(live, [], desired, resourceKinds)).toBe(live);
  });
});
