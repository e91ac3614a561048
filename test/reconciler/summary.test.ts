import { describe, expect, it } from 'vitest';
import { joinLive } from '../../src/reconciler/live/join.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { Observed, ObservedObject, ObservedStack } from '../../src/reconciler/model/live.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  joinInput,
  markOf,
  object,
  OBJECTS,
  ORGANIZATION,
  PIPELINE,
  planOf,
  planOfObjects,
  resource,
} from '../arbitraries/world.ts';

const ROLE_ID = 'iam-role/oncology';
const TABLE_ID = 'glue-table/eu-west-1/trials';
const FILE_ID = 'artifact/eu-west-1/code';
const ALIAS_ID = 'kms-alias/key';
const role = (properties: JsonObject, stack = ACCESS): Resource => resource(ROLE_ID, stack, properties);
const table = (properties: JsonObject): Resource => resource(TABLE_ID, CATALOG, properties);
const file = resource(FILE_ID, OBJECTS, { Key: 'k' });
const DECLARED = { Description: 'd' };

const unchangedOf = (
  declared: readonly Resource[],
  objects: readonly ObservedObject[],
  applied: readonly Resource[] = declared,
  more: Partial<ObservedStack> = {},
): number => planOfObjects(declared, deploy(applied, more), objects).summary.unchanged;

describe('unchanged are the declared resources that were read, are ours and are as declared', () => {
  it('of every driver', () => {
    const objects = [
      object(ROLE_ID, DECLARED),
      object(TABLE_ID, DECLARED, { mark: markOf(TABLE_ID, DECLARED) }),
      object(FILE_ID, { Key: 'k' }),
    ];
    expect(unchangedOf([role(DECLARED), table(DECLARED), file], objects)).toBe(3);
  });

  it('not what is created, edited or adopted', () => {
    expect(unchangedOf([role(DECLARED)], [], [])).toBe(0);
    expect(unchangedOf([role(DECLARED)], [object(ROLE_ID, {})], [role({})])).toBe(0);
    expect(unchangedOf([role(DECLARED)], [object(ROLE_ID, DECLARED)], [])).toBe(0);
  });

  it('not what drifted or is missing', () => {
    expect(unchangedOf([role(DECLARED)], [object(ROLE_ID, { Description: 'x' })])).toBe(0);
    expect(unchangedOf([role(DECLARED)], [])).toBe(0);
    expect(unchangedOf([file], [object(FILE_ID, { Key: 'x' })])).toBe(0);
  });

  it("not what is another's, or in a stack of another", () => {
    const theirs = { tags: { 'edl:owner': 'other' } };
    expect(unchangedOf([role(DECLARED)], [object(ROLE_ID, DECLARED, theirs)], [])).toBe(0);
    expect(unchangedOf([role(DECLARED)], [object(ROLE_ID, DECLARED)], [role(DECLARED)], theirs)).toBe(0);
    const mark = { ...markOf(TABLE_ID, DECLARED), owner: 'other/dev01' };
    expect(unchangedOf([table(DECLARED)], [object(TABLE_ID, DECLARED, { mark })])).toBe(0);
  });

  it('not what is in another stack of ours', () => {
    const objects = [object(ROLE_ID, DECLARED, { tags: stackTags(ORGANIZATION, 'dev01') })];
    expect(unchangedOf([role(DECLARED)], objects, [role(DECLARED, PIPELINE)])).toBe(0);
  });

  it('not what could not be read', () => {
    const declared = [role(DECLARED), resource(ALIAS_ID, ACCESS, DECLARED)];
    const objects = [object(ROLE_ID, DECLARED), object(ALIAS_ID, DECLARED)];
    const desired = desiredOf(declared);
    const input = joinInput(desired, deploy(declared), objects);
    const observed = input.observed.map((entry): Observed =>
      entry.kind === 'iam-role'
        ? { kind: entry.kind, region: entry.region, status: 'unreadable', reason: 'denied' }
        : entry,
    );
    const observedStacks = [{ region: 'eu-west-1', status: 'unreadable' as const, reason: 'throttled' }];
    expect(planOf(desired, joinLive(input)).summary.unchanged).toBe(2);
    expect(planOf(desired, joinLive({ ...input, observed })).summary.unchanged).toBe(1);
    expect(planOf(desired, joinLive({ ...input, observedStacks })).summary.unchanged).toBe(0);
  });

  it('also where only the template of their stack changes', () => {
    const objects = [object(ROLE_ID, DECLARED), object(ALIAS_ID, {})];
    const alias = resource(ALIAS_ID, ACCESS, {});
    const before = [role(DECLARED), { ...alias, dependsOn: [ROLE_ID] as const }];
    const made = planOfObjects([role(DECLARED), alias], deploy(before), objects);
    expect(made.summary).toEqual({ create: 0, update: 1, adopt: 0, prune: 0, unchanged: 2 });
  });
});
