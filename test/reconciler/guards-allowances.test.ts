import { describe, expect, it } from 'vitest';
import type { AllowanceSources } from '../../src/reconciler/guards/allowances.ts';
import { GUARDS, guardPlan, isRefused } from '../../src/reconciler/guards/guard-plan.ts';
import { joinLive } from '../../src/reconciler/live/join.ts';
import type { Allowance } from '../../src/reconciler/model/catalog.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  joinInput,
  markOf,
  object,
  planOf,
  resource,
} from '../arbitraries/world.ts';
import { found, guarded, NO_ALLOWANCES, NO_FACTS, type Story } from './guarded.ts';

const role = (name: string, properties: JsonObject = {}): Resource => resource(`iam-role/${name}`, ACCESS, properties);

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `r${index}`);

/** `total` roles, of which the first `pruned` are no longer declared. */
const shrinking = (total: number, pruned: number, more: Partial<Story> = {}): Story => ({
  desired: names(total)
    .slice(pruned)
    .map((name) => role(name)),
  deployed: deploy(names(total).map((name) => role(name))),
  objects: names(total).map((name) => object(`iam-role/${name}`, {})),
  ...more,
});

describe('blast-radius', () => {
  it('stops more than 30 % of at least 10 objects, with the numbers', () => {
    const plan = guarded(shrinking(10, 4));
    expect(found(plan)).toEqual(['EDL-3030 error blast-radius access']);
    expect(plan.diagnostics[0]?.detail).toContain('4 of 10 objects');
    expect(plan.diagnostics[0]?.detail).toContain('40 %');
  });

  it('lets exactly 30 % pass', () => {
    expect(found(guarded(shrinking(10, 3)))).toEqual([]);
  });

  it('counts nothing below 10 objects', () => {
    expect(found(guarded(shrinking(9, 9)))).toEqual([]);
  });

  it('counts groups by themselves: a large foundation does not excuse a hole in access', () => {
    const tables = names(90).map((name) => `glue-table/eu-west-1/${name}` as const);
    const story = shrinking(10, 4);
    const plan = guarded({
      ...story,
      desired: [...story.desired, ...tables.map((id) => resource(id, CATALOG, {}))],
      objects: [...(story.objects ?? []), ...tables.map((id) => object(id, {}, { mark: markOf(id, {}) }))],
    });
    expect(found(plan)).toEqual(['EDL-3030 error blast-radius access']);
  });

  it('does not count creations', () => {
    const story = shrinking(10, 0);
    const desired = [...story.desired, ...names(30).map((name) => role(`new-${name}`))];
    expect(found(guarded({ ...story, desired }))).toEqual([]);
  });
});

describe('unreadable', () => {
  it('blocks, and no allowance passes it', () => {
    const desired = desiredOf([role('a')]);
    const input = joinInput(desired, [], []);
    const live = joinLive({
      ...input,
      observed: [{ kind: 'iam-role', region: 'global', status: 'unreadable', reason: 'AccessDenied.' }],
    });
    const context = { plan: planOf(desired, live), desired, live, kinds: KINDS, facts: NO_FACTS };
    expect(found(guardPlan(context, NO_ALLOWANCES))).toEqual(['EDL-3040 error unreadable iam-role']);
    expect(isRefused(guardPlan(context, { lake: [], flags: ['unreadable'] }))).toBe(true);
  });
});

describe('allowances', () => {
  const allowance = (more: Partial<Allowance> = {}): Allowance => ({
    guard: 'blast-radius',
    reason: 'REQ-77 offboarding',
    until: '2026-11-22',
    declaredIn: { file: 'lake.yaml', line: 20 },
    ...more,
  });
  const withLake = (...lake: readonly Allowance[]): Plan =>
    guarded(shrinking(10, 4, { allowances: { lake, flags: [] } }));

  it('turn a refusal into a warning that names the reason, through the end of their day', () => {
    const plan = withLake(allowance());
    expect(found(plan)).toEqual(['EDL-3030 warning blast-radius access']);
    expect(plan.diagnostics[0]?.detail).toContain('REQ-77 offboarding');
  });

  it('may be for one target', () => {
    expect(found(withLake(allowance({ target: 'access' })))).toEqual(['EDL-3030 warning blast-radius access']);
    expect(found(withLake(allowance({ target: 'catalog' })))).toContain('EDL-3030 error blast-radius access');
  });

  it('may be given by hand, also for one target', () => {
    const plan = (flag: string): Plan => guarded(shrinking(10, 4, { allowances: { lake: [], flags: [flag] } }));
    expect(found(plan('blast-radius'))).toEqual(['EDL-3030 warning blast-radius access']);
    expect(found(plan('blast-radius:access'))).toEqual(['EDL-3030 warning blast-radius access']);
    expect(found(plan('blast-radius:catalog'))).toContain('EDL-3030 error blast-radius access');
  });

  it('pass their own guard and no other one', () => {
    const taken = object('iam-role/r9', {}, { tags: { 'edl:owner': 'other' } });
    const story = shrinking(10, 4);
    const objects = [...(story.objects ?? []).filter(({ id }) => id !== taken.id), taken];
    const deployed = deploy(names(9).map((name) => role(name)));
    const foreign = { ...story, desired: [...story.desired], deployed, objects };
    const lake = [allowance({ guard: 'ownership' })];
    expect(found(guarded(foreign))).toEqual(['EDL-3010 error ownership iam-role/r9']);
    expect(found(guarded({ ...foreign, allowances: { lake, flags: [] } }))).toEqual([
      'EDL-3010 warning ownership iam-role/r9',
    ]);
    expect(found(withLake(...lake))).toContain('EDL-3030 error blast-radius access');
  });

  it('past their day are an error and pass nothing', () => {
    expect(found(withLake(allowance({ until: '2026-11-21' })))).toEqual([
      'EDL-3030 error blast-radius access',
      'EDL-3050 error  blast-radius',
    ]);
  });

  it('that pass nothing are told: an error by hand, a warning in lake.yaml, where another instance may need it', () => {
    const idle = (allowances: AllowanceSources): readonly string[] => found(guarded({ desired: [], allowances }));
    expect(idle({ lake: [allowance()], flags: [] })).toEqual(['EDL-3051 warning  blast-radius']);
    expect(idle({ lake: [], flags: ['blast-radius'] })).toEqual(['EDL-3051 error  blast-radius']);
  });

  it('for a guard that does not exist are an error', () => {
    expect(found(guarded({ desired: [], allowances: { lake: [], flags: ['blast-radios'] } }))).toEqual([
      'EDL-3052 error  blast-radios',
    ]);
  });
});

it('guards have names of their own', () => {
  const guards = GUARDS.map((guard) => guard.name);
  expect(guards).toEqual([...new Set(guards)].sort());
});
