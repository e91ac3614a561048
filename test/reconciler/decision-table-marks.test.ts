import { describe, expect, it } from 'vitest';
import { joinLive } from '../../src/reconciler/live/join.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import {
  ACCESS,
  actionsOf,
  CATALOG,
  deploy,
  desiredOf,
  joinInput,
  markOf,
  object,
  OBJECTS,
  planOf,
  planOfObjects,
  resource,
} from '../arbitraries/world.ts';

const ROLE_ID = 'iam-role/oncology';
const TABLE_ID = 'glue-table/eu-west-1/trials';
const role = (properties: JsonObject): Resource => resource(ROLE_ID, ACCESS, properties);
const table = (properties: JsonObject): Resource => resource(TABLE_ID, CATALOG, properties);
const other = resource('iam-role/other', ACCESS, { Description: 'o' });
const otherObject = object('iam-role/other', { Description: 'o' });

describe('objects outside CloudFormation, by their mark', () => {
  const marked = (live: JsonObject, applied: JsonObject): ObservedObject =>
    object(TABLE_ID, live, { mark: markOf(TABLE_ID, applied) });

  it('live is as the mark → edited', () => {
    const made = planOfObjects(
      [table({ Description: 'new' })],
      [],
      [marked({ Description: 'old' }, { Description: 'old' })],
    );
    expect(made.changes).toMatchObject([{ action: 'update', stack: CATALOG, properties: [{ cause: 'edited' }] }]);
  });

  it('the mark is as declared → drifted', () => {
    const made = planOfObjects([table({ Description: 'd' })], [], [marked({ Description: 'x' }, { Description: 'd' })]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id: TABLE_ID, status: 'drifted' }]);
  });

  it('neither → both', () => {
    const made = planOfObjects(
      [table({ Description: 'new' })],
      [],
      [marked({ Description: 'x' }, { Description: 'old' })],
    );
    expect(made.changes).toMatchObject([{ properties: [{ cause: 'both' }] }]);
  });

  it('live is as declared, the mark is stale → the mark is written again', () => {
    const made = planOfObjects(
      [table({ Description: 'd' })],
      [],
      [marked({ Description: 'd' }, { Description: 'old' })],
    );
    expect(made.changes).toMatchObject([{ action: 'update', properties: [{ path: '/EdlDigest', cause: 'edited' }] }]);
  });

  it('no mark → adopt; nobody else declares it', () => {
    expect(actionsOf(planOfObjects([table({})], [], [object(TABLE_ID, {})]))).toEqual([`adopt ${TABLE_ID}`]);
  });

  it("another owner's mark, or our mark with another id (a copy) → nothing", () => {
    const mark = markOf(TABLE_ID, {});
    const declared = [table({ Description: 'new' })];
    const withMark = (more: object): ObservedObject => object(TABLE_ID, {}, { mark: { ...mark, ...more } });
    expect(planOfObjects(declared, [], [withMark({ owner: 'acme/prod' })]).changes).toEqual([]);
    expect(planOfObjects(declared, [], [withMark({ id: 'glue-table/eu-west-1/original' })]).changes).toEqual([]);
    expect(planOfObjects(declared, [], [withMark({})]).changes).toHaveLength(1);
  });

  it('our mark and not declared → prune with the stack of our plans', () => {
    expect(planOfObjects([], [], [marked({}, {})]).changes).toMatchObject([
      { action: 'prune', id: TABLE_ID, stack: CATALOG },
    ]);
  });

  it('named by content: a difference is drift, and an old version is never pruned', () => {
    const id = 'artifact/eu-west-1/code';
    const artifact = resource(id, OBJECTS, { Description: 'd' });
    const made = planOfObjects(
      [artifact],
      [],
      [object(id, { Description: 'x' }), object('artifact/eu-west-1/old', {})],
    );
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id }]);
    expect(actionsOf(planOfObjects([artifact], [], []))).toEqual([`create ${id}`]);
  });
});

describe('stacks', () => {
  it('a template that differs in something else than properties → an update of the stack', () => {
    const before = { ...other, dependsOn: [ROLE_ID] as const };
    const objects = [otherObject, object(ROLE_ID, {})];
    const made = planOfObjects([other, role({})], deploy([before, role({})]), objects);
    expect(made.changes).toMatchObject([
      { action: 'update', id: `stack/${ACCESS}`, kind: 'stack', properties: [{ path: '/EdlDigest' }] },
    ]);
    expect(made.summary).toMatchObject({ update: 1, unchanged: 2 });
  });

  it("a name that another's stack has → nothing", () => {
    const foreign = deploy([role({})], { tags: { 'edl:owner': 'other' } });
    expect(planOfObjects([role({})], foreign, []).changes).toEqual([]);
  });

  it('a stack whose creation was rolled back holds nothing → create', () => {
    const failed = deploy([role({})], { status: 'ROLLBACK_COMPLETE', outputs: {} });
    expect(actionsOf(planOfObjects([role({})], failed, []))).toEqual([`create ${ROLE_ID}`]);
  });

  it.each([{ A: 1 }, {}])('busy and stuck stacks are told, whether or not the plan changes them', (properties) => {
    const codes = (status: string): readonly string[] =>
      planOfObjects([role(properties)], deploy([role({})], { status }), [object(ROLE_ID, {})]).diagnostics.map(
        ({ code }) => code,
      );
    expect(codes('UPDATE_IN_PROGRESS')).toEqual(['EDL-3103']);
    expect(codes('UPDATE_ROLLBACK_FAILED')).toEqual(['EDL-3104']);
    expect(codes('UPDATE_COMPLETE')).toEqual([]);
  });
});

describe('a stack whose rollback stopped half-way', () => {
  it('is an update of the stack, also when git asks for nothing else of it', () => {
    const made = planOfObjects([role({})], deploy([role({})], { status: 'UPDATE_ROLLBACK_FAILED' }), [
      object(ROLE_ID, {}),
    ]);
    expect(made.changes).toMatchObject([
      { id: `stack/${ACCESS}`, properties: [{ path: '/StackStatus', before: 'UPDATE_ROLLBACK_FAILED' }] },
    ]);
    expect(made.diagnostics).toMatchObject([
      { code: 'EDL-3104', detail: expect.stringContaining('goes on') as string },
    ]);
  });
});

describe('unknown is not absent', () => {
  const desired = desiredOf([role({ Description: 'new' }), table({})]);
  const input = joinInput(desired, deploy([role({ Description: 'old' }), other]), [
    object(ROLE_ID, { Description: 'old' }),
    otherObject,
  ]);

  it('an unreadable kind yields no changes, also no prunes', () => {
    const observed = input.observed.map((entry) =>
      entry.kind === 'iam-role'
        ? { kind: entry.kind, region: entry.region, status: 'unreadable' as const, reason: 'denied' }
        : entry,
    );
    const made = planOf(desired, joinLive({ ...input, observed }));
    expect(actionsOf(made)).toEqual([`create ${TABLE_ID}`]);
    expect(made.live.unreadable).toEqual([{ kind: 'iam-role', region: 'global', reason: 'denied' }]);
  });

  it('a stack that is no longer desired is kept while what it holds is unreadable', () => {
    const observed = input.observed.map((entry) =>
      entry.kind === 'iam-role'
        ? { kind: entry.kind, region: entry.region, status: 'unreadable' as const, reason: 'denied' }
        : entry,
    );
    const none = desiredOf([]);
    expect(planOf(none, joinLive({ ...input, desired: none, observed })).changes).toEqual([]);
  });

  it('a kind that nobody read is unreadable', () => {
    const made = planOf(desired, joinLive({ ...input, observed: [] }));
    expect(made.changes).toEqual([]);
    expect(made.live.unreadable.map(({ kind }) => kind)).toEqual(['glue-table', 'iam-role']);
  });

  it('stacks that could not be read hold back everything that CloudFormation manages there', () => {
    const observedStacks = [{ region: 'eu-west-1', status: 'unreadable' as const, reason: 'throttled' }];
    expect(actionsOf(planOf(desired, joinLive({ ...input, observedStacks })))).toEqual([`create ${TABLE_ID}`]);
  });

  it('a needed template that is not there is the same', () => {
    const made = planOf(desired, joinLive({ ...input, templates: new Map() }));
    expect(actionsOf(made)).toEqual([`create ${TABLE_ID}`]);
    expect(made.live.unreadable).toMatchObject([{ kind: 'stack' }]);
  });
});
