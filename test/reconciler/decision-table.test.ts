import { describe, expect, it } from 'vitest';
import { joinLive } from '../../src/reconciler/live/join.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  joinInput,
  liveOf,
  markOf,
  object,
  OBJECTS,
  ORGANIZATION,
  PIPELINE,
  planOf,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

const ROLE_ID = 'iam-role/oncology';
const TABLE_ID = 'glue-table/eu-west-1/trials';
const role = (properties: JsonObject): Resource => resource(ROLE_ID, ACCESS, properties);
const table = (properties: JsonObject): Resource => resource(TABLE_ID, CATALOG, properties);
const other = resource('iam-role/other', ACCESS, { Description: 'o' });
const otherObject = object('iam-role/other', { Description: 'o' });

const plan = (
  desired: readonly Resource[],
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): Plan => {
  const state = desiredOf(desired);
  return planOf(state, liveOf(state, deployed, objects));
};

const actions = (made: Plan): readonly string[] => made.changes.map((change) => `${change.action} ${change.id}`);

describe('what one declared resource implies', () => {
  it('absent and in no template → create', () => {
    const made = plan([role({ Description: 'd' })], [], []);
    expect(made.changes).toMatchObject([{ action: 'create', id: ROLE_ID, stack: ACCESS, after: { Description: 'd' } }]);
    expect(made.summary).toEqual({ create: 1, update: 0, adopt: 0, prune: 0, unchanged: 0 });
  });

  it('as declared → nothing', () => {
    const made = plan([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), [
      object(ROLE_ID, { Description: 'd' }),
    ]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toEqual([]);
    expect(made.summary.unchanged).toBe(1);
  });

  it('unowned → adopt, visibly, with what will change', () => {
    const made = plan([role({ Description: 'd' })], [], [object(ROLE_ID, { Description: 'x' })]);
    expect(made.changes).toMatchObject([
      {
        action: 'adopt',
        ownership: 'unowned',
        properties: [{ path: '/Description', before: 'x', after: 'd', cause: 'both' }],
      },
    ]);
  });

  it('ours by its tags but in no stack (retained) → adopt', () => {
    const tags = stackTags(ORGANIZATION, 'dev01');
    const made = plan([role({ Description: 'd' })], [], [object(ROLE_ID, { Description: 'd' }, { tags })]);
    expect(made.changes).toMatchObject([{ action: 'adopt', ownership: 'ours', properties: [] }]);
  });

  it("another owner's → nothing", () => {
    const tags = { 'edl:owner': 'other', 'edl:instance': 'dev01' };
    expect(plan([role({})], [], [object(ROLE_ID, {}, { tags })]).changes).toEqual([]);
  });

  it("another instance's → nothing", () => {
    expect(plan([role({})], [], [object(ROLE_ID, {}, { tags: stackTags(ORGANIZATION, 'prod') })]).changes).toEqual([]);
  });

  it("in somebody's stack that is there → nothing, though it has no owner's tag", () => {
    const [foreign] = deploy([resource('iam-role/x', PIPELINE, {})], { tags: {}, stackId: 'arn:their-stack' });
    const tags = { 'aws:cloudformation:stack-id': 'arn:their-stack' };
    const state = desiredOf([role({})]);
    expect(planOf(state, liveOf(state, foreign ? [foreign] : [], [object(ROLE_ID, {}, { tags })])).changes).toEqual([]);
    expect(planOf(state, liveOf(state, [], [object(ROLE_ID, {}, { tags })])).changes).toMatchObject([
      { action: 'adopt' },
    ]);
  });

  it('in another stack of ours → nothing but an error', () => {
    const there = resource(ROLE_ID, PIPELINE, { Description: 'd' });
    const made = plan([role({ Description: 'd' })], deploy([there]), [object(ROLE_ID, { Description: 'd' })]);
    expect(made.changes).toEqual([]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3101', severity: 'error', target: ROLE_ID }]);
  });

  it('edited → update of that path', () => {
    const made = plan([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
      object(ROLE_ID, { Description: 'old' }),
    ]);
    expect(made.changes).toMatchObject([
      {
        action: 'update',
        impact: 'in-place',
        properties: [{ path: '/Description', before: 'old', after: 'new', cause: 'edited' }],
      },
    ]);
    expect(made.drift).toEqual([]);
  });

  it('drifted → drift and no change', () => {
    const made = plan([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), [
      object(ROLE_ID, { Description: 'x' }),
    ]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([
      { id: ROLE_ID, status: 'drifted', properties: [{ path: '/Description', before: 'x', after: 'd' }] },
    ]);
  });

  it('edited here and drifted there → each in its own section', () => {
    const made = plan([role({ Description: 'new', Path: '/p' })], deploy([role({ Description: 'old', Path: '/p' })]), [
      object(ROLE_ID, { Description: 'old', Path: '/by-hand' }),
    ]);
    expect(made.changes).toMatchObject([
      { action: 'update', impact: 'in-place', properties: [{ path: '/Description' }] },
    ]);
    expect(made.drift).toMatchObject([{ properties: [{ path: '/Path', cause: 'drifted' }] }]);
  });

  it('moved in git and in AWS → update with cause both', () => {
    const made = plan([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
      object(ROLE_ID, { Description: 'x' }),
    ]);
    expect(made.changes).toMatchObject([{ properties: [{ before: 'x', after: 'new', cause: 'both' }] }]);
  });

  it('live is as declared but the template is not → the template catches up', () => {
    const made = plan([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
      object(ROLE_ID, { Description: 'new' }),
    ]);
    expect(made.changes).toMatchObject([
      { action: 'update', properties: [{ before: 'old', after: 'new', cause: 'edited' }] },
    ]);
  });

  it('the worst of its properties is the impact', () => {
    const made = plan([role({ Description: 'b', Path: '/b' })], deploy([role({ Description: 'a', Path: '/a' })]), [
      object(ROLE_ID, { Description: 'a', Path: '/a' }),
    ]);
    expect(made.changes).toMatchObject([{ impact: 'replaces' }]);
  });

  it('deleted by hand → missing, no change: CloudFormation would not make it again', () => {
    const made = plan([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), []);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id: ROLE_ID, status: 'missing', properties: [] }]);
  });

  it('deleted by hand and edited → missing, an update, and a warning that it will fail', () => {
    const made = plan([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), []);
    expect(made.changes).toMatchObject([
      { action: 'update', properties: [{ path: '/Description', before: 'old', after: 'new' }] },
    ]);
    expect(made.drift).toMatchObject([{ status: 'missing' }]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3102', severity: 'warning' }]);
  });
});

describe('what an object implies that nobody declares', () => {
  it('ours in a stack that stays → prune', () => {
    const made = plan([other], deploy([other, role({})]), [otherObject, object(ROLE_ID, {})]);
    expect(made.changes).toMatchObject([{ action: 'prune', id: ROLE_ID, stack: ACCESS, holdsData: false }]);
  });

  it('ours in a stack that goes → prune of all in it', () => {
    const made = plan([], deploy([other, role({})]), [otherObject, object(ROLE_ID, {})]);
    expect(actions(made)).toEqual(['prune iam-role/oncology', 'prune iam-role/other']);
  });

  it('in a template but deleted by hand → prune, so that the template forgets it', () => {
    expect(actions(plan([other], deploy([other, role({})]), [otherObject]))).toEqual([`prune ${ROLE_ID}`]);
  });

  it('of a kind that this version does not know → prune, by its place in our template', () => {
    const [deployed] = deploy([other]);
    const template = {
      ...deployed?.template,
      Resources: { Old: { Type: 'AWS::SNS::Topic', Metadata: { EdlId: 'sns-topic/old' }, Properties: {} } },
    };
    const made = plan([], deployed ? [{ ...deployed, template }] : [], []);
    expect(made.changes).toMatchObject([{ action: 'prune', id: 'sns-topic/old', type: 'EDL::Unknown' }]);
  });

  it('unowned, foreign or retained → nothing', () => {
    const objects = [
      object(ROLE_ID, {}),
      object('iam-role/theirs', {}, { tags: { 'edl:owner': 'other' } }),
      object('s3-bucket/kept', {}, { tags: stackTags(ORGANIZATION, 'dev01') }),
    ];
    expect(plan([], [], objects).changes).toEqual([]);
  });

  it('a bucket of ours → a prune that says that it holds data', () => {
    const bucket = resource('s3-bucket/internal', ACCESS, {});
    expect(plan([], deploy([bucket]), [object('s3-bucket/internal', {})]).changes).toMatchObject([
      { action: 'prune', holdsData: true },
    ]);
  });

  it('a leftover stack that holds nothing → prune of the stack itself', () => {
    const leftover = deploy([role({})], { status: 'REVIEW_IN_PROGRESS', outputs: {} });
    expect(actions(plan([], leftover, []))).toEqual([`prune stack/${ACCESS}`]);
  });
});

describe('objects outside CloudFormation, by their mark', () => {
  const marked = (live: JsonObject, applied: JsonObject): ObservedObject =>
    object(TABLE_ID, live, { mark: markOf(TABLE_ID, applied) });

  it('live is as the mark → edited', () => {
    const made = plan([table({ Description: 'new' })], [], [marked({ Description: 'old' }, { Description: 'old' })]);
    expect(made.changes).toMatchObject([{ action: 'update', stack: CATALOG, properties: [{ cause: 'edited' }] }]);
  });

  it('the mark is as declared → drifted', () => {
    const made = plan([table({ Description: 'd' })], [], [marked({ Description: 'x' }, { Description: 'd' })]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id: TABLE_ID, status: 'drifted' }]);
  });

  it('neither → both', () => {
    const made = plan([table({ Description: 'new' })], [], [marked({ Description: 'x' }, { Description: 'old' })]);
    expect(made.changes).toMatchObject([{ properties: [{ cause: 'both' }] }]);
  });

  it('live is as declared, the mark is stale → the mark is written again', () => {
    const made = plan([table({ Description: 'd' })], [], [marked({ Description: 'd' }, { Description: 'old' })]);
    expect(made.changes).toMatchObject([{ action: 'update', properties: [{ path: '/EdlDigest', cause: 'edited' }] }]);
  });

  it('no mark → adopt; nobody else declares it', () => {
    expect(actions(plan([table({})], [], [object(TABLE_ID, {})]))).toEqual([`adopt ${TABLE_ID}`]);
  });

  it("another owner's mark, or our mark with another id (a copy) → nothing", () => {
    const mark = markOf(TABLE_ID, {});
    expect(plan([table({})], [], [object(TABLE_ID, {}, { mark: { ...mark, owner: 'acme/prod' } })]).changes).toEqual(
      [],
    );
    expect(
      plan([table({})], [], [object(TABLE_ID, {}, { mark: { ...mark, id: 'glue-table/eu-west-1/original' } })]).changes,
    ).toEqual([]);
  });

  it('our mark and not declared → prune with the stack of our plans', () => {
    expect(plan([], [], [marked({}, {})]).changes).toMatchObject([{ action: 'prune', id: TABLE_ID, stack: CATALOG }]);
  });

  it('named by content: a difference is drift, and an old version is never pruned', () => {
    const id = 'artifact/eu-west-1/code';
    const artifact = resource(id, OBJECTS, { Description: 'd' });
    const made = plan([artifact], [], [object(id, { Description: 'x' }), object('artifact/eu-west-1/old', {})]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id }]);
    expect(actions(plan([artifact], [], []))).toEqual([`create ${id}`]);
  });
});

describe('stacks', () => {
  it('a template that differs in something else than properties → an update of the stack', () => {
    const before = { ...other, dependsOn: [ROLE_ID] as const };
    const objects = [otherObject, object(ROLE_ID, {})];
    const made = plan([other, role({})], deploy([before, role({})]), objects);
    expect(made.changes).toMatchObject([
      { action: 'update', id: `stack/${ACCESS}`, kind: 'stack', properties: [{ path: '/EdlDigest' }] },
    ]);
    expect(made.summary).toMatchObject({ update: 1, unchanged: 2 });
  });

  it("a name that another's stack has → nothing", () => {
    const foreign = deploy([role({})], { tags: { 'edl:owner': 'other' } });
    expect(plan([role({})], foreign, []).changes).toEqual([]);
  });

  it('a stack whose creation was rolled back holds nothing → create', () => {
    const failed = deploy([role({})], { status: 'ROLLBACK_COMPLETE', outputs: {} });
    expect(actions(plan([role({})], failed, []))).toEqual([`create ${ROLE_ID}`]);
  });

  it('busy and stuck stacks are told when the plan changes them', () => {
    const codes = (status: string): readonly string[] =>
      plan([role({ A: 1 })], deploy([role({})], { status }), [object(ROLE_ID, {})]).diagnostics.map(({ code }) => code);
    expect(codes('UPDATE_IN_PROGRESS')).toEqual(['EDL-3103']);
    expect(codes('UPDATE_ROLLBACK_FAILED')).toEqual(['EDL-3104']);
    expect(codes('UPDATE_COMPLETE')).toEqual([]);
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
    expect(actions(made)).toEqual([`create ${TABLE_ID}`]);
    expect(made.live.unreadable).toEqual([{ kind: 'iam-role', region: 'global', reason: 'denied' }]);
  });

  it('a kind that nobody read is unreadable', () => {
    const made = planOf(desired, joinLive({ ...input, observed: [] }));
    expect(made.changes).toEqual([]);
    expect(made.live.unreadable.map(({ kind }) => kind)).toEqual(['glue-table', 'iam-role']);
  });

  it('stacks that could not be read hold back everything that CloudFormation manages there', () => {
    const observedStacks = [{ region: 'eu-west-1', status: 'unreadable' as const, reason: 'throttled' }];
    expect(actions(planOf(desired, joinLive({ ...input, observedStacks })))).toEqual([`create ${TABLE_ID}`]);
  });

  it('a needed template that is not there is the same', () => {
    const made = planOf(desired, joinLive({ ...input, templates: new Map() }));
    expect(actions(made)).toEqual([`create ${TABLE_ID}`]);
    expect(made.live.unreadable).toMatchObject([{ kind: 'stack' }]);
  });
});
