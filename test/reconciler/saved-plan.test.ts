import { describe, expect, it } from 'vitest';
import type { AccessChange, Change, Plan, PropertyChange } from '../../src/reconciler/model/plan.ts';
import { planDigest } from '../../src/reconciler/plan/plan-digest.ts';
import { parsePlan, planToJson, serialisePlan } from '../../src/reconciler/plan/serialise.ts';
import { isSubset } from '../../src/reconciler/plan/subset.ts';
import { ACCESS, desiredOf, liveOf, planOf } from '../arbitraries/world.ts';

const nothing = desiredOf([]);
const empty = planOf(nothing, liveOf(nothing, [], []));

const withParts = (changes: readonly Change[], access: readonly AccessChange[] = []): Plan => ({
  ...empty,
  changes,
  access,
  digest: planDigest(empty.instance, changes, access),
});

const base = {
  id: 'iam-role/a',
  kind: 'iam-role',
  type: 'AWS::IAM::Role',
  stack: ACCESS,
  region: 'eu-west-1',
} as const;
const edit: PropertyChange = { path: '/Description', before: 'a', after: 'b', cause: 'edited' };
const update = (
  properties: readonly PropertyChange[] = [edit],
  impact: 'in-place' | 'replaces' = 'in-place',
): Change => ({
  action: 'update',
  ...base,
  properties,
  impact,
});
const create = (after = {}): Change => ({ action: 'create', ...base, after });
const adopt = (properties: readonly PropertyChange[] = [edit]): Change => ({
  action: 'adopt',
  before: {},
  ...base,
  after: {},
  properties,
  ownership: 'unowned',
});
const prune: Change = { action: 'prune', ...base, holdsData: false };
const row = (more: Partial<AccessChange> = {}): AccessChange => ({
  principal: 'team:a',
  dataset: 'd',
  tier: 't',
  before: [],
  after: [{ level: 'read' }],
  ...more,
});

const extra = (now: readonly Change[], saved: readonly Change[]): readonly string[] =>
  isSubset(withParts(now), withParts(saved)).extra;

describe('a new plan is a subset of the saved one', () => {
  const yes: readonly [string, readonly Change[], readonly Change[]][] = [
    ['when a change has vanished', [], [update()]],
    ['when an update has fewer properties', [update([edit])], [update([edit, { ...edit, path: '/Path' }])]],
    ['when it is the same', [create({ A: 1 })], [create({ A: 1 })]],
    [
      'when only the file of a declaration moved',
      [{ ...prune, declaredIn: { file: 'b.yaml', line: 2 } }],
      [{ ...prune, declaredIn: { file: 'a.yaml', line: 1 } }],
    ],
    ['when an adoption is half done', [update([{ ...edit, cause: 'edited' }])], [adopt([{ ...edit, cause: 'both' }])]],
    ['when an adoption has less to change', [adopt([])], [adopt([edit])]],
    ['when an impact got smaller', [update([edit], 'in-place')], [update([edit], 'replaces')]],
  ];
  it.each(yes)('%s', (_name, now, saved) => {
    expect(extra(now, saved)).toEqual([]);
  });
});

describe('what is told beside an access change', () => {
  const told = row({
    people: 3,
    approvals: ['team:owner'],
    reason: 'REQ-1',
    declaredIn: { file: 'catalog/grants/a.yaml', line: 4 },
  });
  const retold = row({ approvals: ['team:other'], reason: 'REQ-2', declaredIn: { file: 'b.yaml', line: 9 } });

  it('does not make another plan', () => {
    const digests = [row(), told, retold].map((one) => planDigest('dev01', [], [one]));
    expect(new Set(digests).size).toBe(1);
    expect(isSubset(withParts([], [retold]), withParts([], [told])).extra).toEqual([]);
  });

  it('is saved with the plan, and so is what others did', () => {
    const plan: Plan = {
      ...withParts([], [told]),
      people: [{ tier: 't', effect: 'gain', level: 'read', people: 3, others: [] }],
      outside: [{ sort: 'unread-policy', role: 'r', principal: 'team:a', policy: 'arn:aws:iam::1:policy/p' }],
    };
    expect(parsePlan(serialisePlan(plan)).plan).toEqual(plan);
    expect(isSubset(plan, withParts([], [row()])).extra).toEqual([]);
  });
});

describe('a new plan is more than the saved one', () => {
  const no: readonly [string, readonly Change[], readonly Change[], string][] = [
    ['when a change is new', [prune], [], 'not in the saved plan'],
    [
      'when a property is new',
      [update([edit, { ...edit, path: '/Path' }])],
      [update()],
      '/Path is not in the saved plan',
    ],
    [
      'when a property becomes something else',
      [update([{ ...edit, after: 'c' }])],
      [update()],
      'otherwise than approved',
    ],
    ['when a property was something else', [update([{ ...edit, before: 'x' }])], [update()], 'otherwise than approved'],
    ['when AWS has moved as well', [update([{ ...edit, cause: 'both' }])], [update()], 'otherwise than approved'],
    ['when a creation makes something else', [create({ A: 2 })], [create({ A: 1 })], 'differs'],
    ['when an update became a prune', [prune], [update()], 'the saved plan has a update'],
    ['when an update became a creation', [create()], [update()], 'the saved plan has a update'],
    ['when a creation became an update', [update()], [create()], 'the saved plan has a create'],
    ['when an adoption changes more', [adopt([edit, { ...edit, path: '/Path' }])], [adopt()], '/Path'],
    ['when an update after an adoption sets more', [update([{ ...edit, path: '/Path' }])], [adopt()], '/Path'],
    ['when an impact got worse', [update([edit], 'replaces')], [update()], 'its impact is replaces'],
    ['when it happens in another stack', [{ ...prune, stack: 'other' }], [prune], 'another stack'],
  ];
  it.each(no)('%s', (_name, now, saved, why) => {
    const result = extra(now, saved);
    expect(result).toHaveLength(1);
    expect(result[0]).toContain(why);
  });

  it('when it is for another instance', () => {
    expect(isSubset({ ...empty, instance: 'prod' }, empty).subset).toBe(false);
  });
});

describe('access is approved row by row', () => {
  const subset = (now: readonly AccessChange[], saved: readonly AccessChange[]): boolean =>
    isSubset(withParts([], now), withParts([], saved)).subset;

  it.each([
    ['a row may vanish', subset([], [row()]), true],
    ['the number of people may change', subset([row({ people: 5 })], [row({ people: 4 })]), true],
    ['a row must not be new', subset([row()], []), false],
    ['a row must not gain more', subset([row({ after: [{ level: 'admin' }] })], [row()]), false],
    ['a row must not last longer', subset([row()], [row({ after: [{ level: 'read', until: '2026-12-31' }] })]), false],
    ['a row must not come from another state', subset([row({ before: [{ level: 'discover' }] })], [row()]), false],
  ])('%s', (_name, is, expected) => {
    expect(is).toBe(expected);
  });
});

describe('a saved plan is refused', () => {
  const text = serialisePlan(withParts([create()]));
  const code = (content: string): string | undefined => parsePlan(content).diagnostics[0]?.code;

  it('when it is not JSON, not an object, or not a plan', () => {
    expect([code('no'), code('[]'), code('{}'), code('{"formatVersion":"1"}')]).toEqual(
      Array.from({ length: 4 }, () => 'EDL-3120'),
    );
  });

  it('when it is of another version', () => {
    expect(code(text.replace('"formatVersion": "1"', '"formatVersion": "2"'))).toBe('EDL-3121');
  });

  it('when somebody wrote in it', () => {
    expect(code(text.replace('"action": "create"', '"action": "prune"'))).toBe('EDL-3122');
    expect(code(text.replace('"instance": "dev01"', '"instance": "prod"'))).toBe('EDL-3122');
  });

  it('never when it is whole', () => {
    expect(parsePlan(text).diagnostics).toEqual([]);
  });
});

it('the digest of a plan is of its meaning: no files, no numbers of people, no order', () => {
  const other = { ...prune, id: 'iam-role/b' } as const;
  const digest = (changes: readonly Change[], access: readonly AccessChange[]): string =>
    planDigest('dev01', changes, access);
  const reference = digest([prune, other], [row(), row({ dataset: 'e' })]);
  expect(digest([{ ...prune, declaredIn: { file: 'a.yaml', line: 1 } }, other], [row(), row({ dataset: 'e' })])).toBe(
    reference,
  );
  expect(digest([other, prune], [row({ dataset: 'e' }), row({ people: 3 })])).toBe(reference);
  expect(digest([prune], [row(), row({ dataset: 'e' })])).not.toBe(reference);
  expect(digest([prune, other], [row()])).not.toBe(reference);
  expect(digest([prune, other], [row(), row({ dataset: 'f' })])).not.toBe(reference);
});

it('the parts of a plan come in the order of the contract', () => {
  expect(
    Object.keys(planToJson({ ...empty, stats: { apiCalls: { total: 0, byOperation: {} }, seconds: {} } })),
  ).toEqual([
    'formatVersion',
    'instance',
    'digest',
    'catalog',
    'live',
    'summary',
    'changes',
    'drift',
    'waves',
    'asOf',
    'access',
    'diagnostics',
    'stats',
  ]);
});
