import { describe, expect, it } from 'vitest';
import type { AccessChange, Plan } from '../../src/reconciler/model/plan.ts';
import { selectTargets } from '../../src/reconciler/plan/targets.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  FOUNDATION,
  liveOf,
  object,
  OBJECTS,
  PIPELINE,
  planOf,
  resource,
} from '../arbitraries/world.ts';

const access: readonly AccessChange[] = [
  { principal: 'team:oncology', dataset: 'trials', tier: 'sensitive', before: [], after: [{ level: 'read' }] },
  { principal: 'pipeline:daily', dataset: 'trials', tier: 'sensitive', before: [], after: [{ level: 'read' }] },
  { principal: 'everyone:internal', dataset: '*', tier: 'internal', before: [], after: [{ level: 'read' }] },
];

const desired = desiredOf([
  resource('s3-bucket/internal', FOUNDATION, {}),
  resource('iam-role/oncology', ACCESS, {}),
  resource('iam-role/oncology-2', ACCESS, {}),
  resource('iam-role/daily', PIPELINE, {}),
  resource('glue-table/eu-west-1/trials', CATALOG, {}),
  resource('glue-table/eu-west-1/visits', CATALOG, {}),
  resource('artifact/eu-west-1/code', OBJECTS, {}),
]);

const whole = planOf(desired, liveOf(desired, [], [object('artifact/eu-west-1/code', {})]), { access });

const select = (targets: readonly string[], excludes: readonly string[] = []): Plan =>
  selectTargets(whole, desired, { targets, excludes });
const ids = (plan: Plan): readonly string[] => plan.changes.map((change) => change.id);
const codes = (plan: Plan): readonly string[] => plan.diagnostics.map(({ code, target }) => `${code} ${target ?? ''}`);
const who = (plan: Plan): readonly string[] => plan.access.map(({ principal }) => principal);

describe('--target', () => {
  it('without any selects everything', () => {
    expect(select([])).toBe(whole);
  });

  it('selects a stack, pulls in what must be created first, and says both', () => {
    const plan = select([ACCESS]);
    expect(ids(plan)).toEqual(['iam-role/oncology', 'iam-role/oncology-2', 's3-bucket/internal']);
    expect(codes(plan)).toEqual([`EDL-3113 ${FOUNDATION}`, 'EDL-3115 selection']);
    expect(plan.waves).toEqual([[FOUNDATION], [ACCESS]]);
  });

  it('does not pull in a dependency that is there and only changes', () => {
    const before = resource('s3-bucket/internal', FOUNDATION, { Description: 'old' });
    const live = liveOf(desired, deploy([before]), [object(before.id, before.properties)]);
    const plan = selectTargets(planOf(desired, live), desired, { targets: [ACCESS], excludes: [] });
    expect(plan.waves).toEqual([[ACCESS]]);
  });

  it('selects the whole CloudFormation stack of an object', () => {
    const plan = select(['iam-role/oncology']);
    expect(ids(plan)).toContain('iam-role/oncology-2');
    expect(codes(plan)).toContain(`EDL-3112 ${ACCESS}`);
  });

  it('selects single objects of the other drivers', () => {
    expect(ids(select(['glue-table/eu-west-1/trials']))).toEqual(['glue-table/eu-west-1/trials', 's3-bucket/internal']);
  });

  it('keeps the access of what is selected, and only that', () => {
    expect(who(select([PIPELINE]))).toEqual(['pipeline:daily', 'everyone:internal']);
    expect(who(select([FOUNDATION]))).toEqual(['everyone:internal']);
  });

  it('makes another plan, with another digest, that counts what it has', () => {
    const plan = select([FOUNDATION]);
    expect(plan.digest).not.toBe(whole.digest);
    expect(plan.summary).toEqual({ ...whole.summary, create: 1 });
  });

  it('refuses what nothing is called, and notes what has no changes', () => {
    expect(codes(select(['iam-role/onkology']))).toContain('EDL-3110 iam-role/onkology');
    expect(codes(select(['artifact/eu-west-1/code']))).toContain('EDL-3111 artifact/eu-west-1/code');
    expect(ids(select(['iam-role/onkology']))).toEqual([]);
  });
});

describe('--exclude', () => {
  it('leaves out a stack', () => {
    const plan = select([], [CATALOG]);
    expect(ids(plan)).not.toContain('glue-table/eu-west-1/trials');
    expect(ids(plan)).toHaveLength(4);
  });

  it('leaves out what needs something that would have been created, and says so', () => {
    const plan = select([], [FOUNDATION]);
    expect(ids(plan)).toEqual([]);
    expect(codes(plan)).toContain(`EDL-3114 ${ACCESS}`);
  });

  it('wins over --target', () => {
    expect(ids(select([CATALOG], ['glue-table/eu-west-1/trials']))).toEqual([
      'glue-table/eu-west-1/visits',
      's3-bucket/internal',
    ]);
  });
});
