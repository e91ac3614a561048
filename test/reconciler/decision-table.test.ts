import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import {
  ACCESS,
  actionsOf,
  deploy,
  desiredOf,
  liveOf,
  object,
  ORGANIZATION,
  PIPELINE,
  planOf,
  planOfObjects,
  resource,
} from '../arbitraries/world.ts';

const ROLE_ID = 'iam-role/oncology';
const role = (properties: JsonObject): Resource => resource(ROLE_ID, ACCESS, properties);
const other = resource('iam-role/other', ACCESS, { Description: 'o' });
const otherObject = object('iam-role/other', { Description: 'o' });

describe('what one declared resource implies', () => {
  it('absent and in no template → create', () => {
    const made = planOfObjects([role({ Description: 'd' })], [], []);
    expect(made.changes).toMatchObject([{ action: 'create', id: ROLE_ID, stack: ACCESS, after: { Description: 'd' } }]);
    expect(made.summary).toEqual({ create: 1, update: 0, adopt: 0, prune: 0, unchanged: 0 });
  });

  it('as declared → nothing', () => {
    const made = planOfObjects([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), [
      object(ROLE_ID, { Description: 'd' }),
    ]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toEqual([]);
    expect(made.summary.unchanged).toBe(1);
  });

  it('unowned → adopt, visibly, with what will change', () => {
    const made = planOfObjects([role({ Description: 'd' })], [], [object(ROLE_ID, { Description: 'x' })]);
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
    const made = planOfObjects([role({ Description: 'd' })], [], [object(ROLE_ID, { Description: 'd' }, { tags })]);
    expect(made.changes).toMatchObject([{ action: 'adopt', ownership: 'ours', properties: [] }]);
  });

  it("another owner's → nothing", () => {
    const tags = { 'edl:owner': 'other', 'edl:instance': 'dev01' };
    expect(planOfObjects([role({})], [], [object(ROLE_ID, {}, { tags })]).changes).toEqual([]);
  });

  it("another instance's → nothing", () => {
    expect(
      planOfObjects([role({})], [], [object(ROLE_ID, {}, { tags: stackTags(ORGANIZATION, 'prod') })]).changes,
    ).toEqual([]);
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
    const made = planOfObjects([role({ Description: 'd' })], deploy([there]), [object(ROLE_ID, { Description: 'd' })]);
    expect(made.changes).toEqual([]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3101', severity: 'error', target: ROLE_ID }]);
  });

  it('edited → update of that path', () => {
    const made = planOfObjects([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
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
    const made = planOfObjects([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), [
      object(ROLE_ID, { Description: 'x' }),
    ]);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([
      { id: ROLE_ID, status: 'drifted', properties: [{ path: '/Description', before: 'x', after: 'd' }] },
    ]);
  });

  it('edited here and drifted there → each in its own section', () => {
    const made = planOfObjects(
      [role({ Description: 'new', Path: '/p' })],
      deploy([role({ Description: 'old', Path: '/p' })]),
      [object(ROLE_ID, { Description: 'old', Path: '/by-hand' })],
    );
    expect(made.changes).toMatchObject([
      { action: 'update', impact: 'in-place', properties: [{ path: '/Description' }] },
    ]);
    expect(made.drift).toMatchObject([{ properties: [{ path: '/Path', cause: 'drifted' }] }]);
  });

  it('edited and drifted in one property → all of it in the change, and a warning that says what is overwritten', () => {
    const made = planOfObjects(
      [role({ Settings: { Size: 2, Mode: 'a' } })],
      deploy([role({ Settings: { Size: 1, Mode: 'a' } })]),
      [object(ROLE_ID, { Settings: { Size: 1, Mode: 'by hand' } })],
    );
    expect(made.changes).toMatchObject([
      {
        action: 'update',
        properties: [
          { path: '/Settings/Mode', before: 'by hand', after: 'a', cause: 'both' },
          { path: '/Settings/Size', before: 1, after: 2, cause: 'edited' },
        ],
      },
    ]);
    expect(made.drift).toEqual([]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3105', severity: 'warning', target: ROLE_ID }]);
    expect(made.diagnostics[0]?.detail).toContain('/Settings/Mode');
    expect(made.diagnostics[0]?.detail).not.toContain('/Settings/Size');
  });

  it('edited in one policy and drifted in another of the same role → each in its own section', () => {
    const named = (a: string, b: string): JsonObject => ({
      Policies: [
        { PolicyName: 'a', Document: a },
        { PolicyName: 'b', Document: b },
      ],
    });
    const made = planOfObjects([role(named('2', '1'))], deploy([role(named('1', '1'))]), [
      object(ROLE_ID, named('1', 'x')),
    ]);
    expect(made.changes).toMatchObject([{ properties: [{ path: '/Policies/0/Document', cause: 'edited' }] }]);
    expect(made.drift).toMatchObject([{ properties: [{ path: '/Policies/1/Document', cause: 'drifted' }] }]);
    expect(made.diagnostics).toEqual([]);
  });

  it('moved in git and in AWS → update with cause both, and the warning', () => {
    const made = planOfObjects([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
      object(ROLE_ID, { Description: 'x' }),
    ]);
    expect(made.changes).toMatchObject([{ properties: [{ before: 'x', after: 'new', cause: 'both' }] }]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3105' }]);
  });

  it('live is as declared but the template is not → the template catches up', () => {
    const made = planOfObjects([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), [
      object(ROLE_ID, { Description: 'new' }),
    ]);
    expect(made.changes).toMatchObject([
      { action: 'update', properties: [{ before: 'old', after: 'new', cause: 'edited' }] },
    ]);
  });

  it('the worst of its properties is the impact', () => {
    const made = planOfObjects(
      [role({ Description: 'b', Path: '/b' })],
      deploy([role({ Description: 'a', Path: '/a' })]),
      [object(ROLE_ID, { Description: 'a', Path: '/a' })],
    );
    expect(made.changes).toMatchObject([{ impact: 'replaces' }]);
  });

  it('deleted by hand → missing, no change: CloudFormation would not make it again', () => {
    const made = planOfObjects([role({ Description: 'd' })], deploy([role({ Description: 'd' })]), []);
    expect(made.changes).toEqual([]);
    expect(made.drift).toMatchObject([{ id: ROLE_ID, status: 'missing', properties: [] }]);
  });

  it('deleted by hand and edited → missing, an update, and a warning that it will fail', () => {
    const made = planOfObjects([role({ Description: 'new' })], deploy([role({ Description: 'old' })]), []);
    expect(made.changes).toMatchObject([
      { action: 'update', properties: [{ path: '/Description', before: 'old', after: 'new' }] },
    ]);
    expect(made.drift).toMatchObject([{ status: 'missing' }]);
    expect(made.diagnostics).toMatchObject([{ code: 'EDL-3102', severity: 'warning' }]);
  });
});

describe('what an object implies that nobody declares', () => {
  it('ours in a stack that stays → prune', () => {
    const made = planOfObjects([other], deploy([other, role({})]), [otherObject, object(ROLE_ID, {})]);
    expect(made.changes).toMatchObject([{ action: 'prune', id: ROLE_ID, stack: ACCESS, holdsData: false }]);
  });

  it('ours in a stack that goes → prune of all in it', () => {
    const made = planOfObjects([], deploy([other, role({})]), [otherObject, object(ROLE_ID, {})]);
    expect(actionsOf(made)).toEqual(['prune iam-role/oncology', 'prune iam-role/other']);
  });

  it('in a template but deleted by hand → prune, so that the template forgets it', () => {
    expect(actionsOf(planOfObjects([other], deploy([other, role({})]), [otherObject]))).toEqual([`prune ${ROLE_ID}`]);
  });

  it('of a kind that this version does not know → prune, by its place in our template', () => {
    const [deployed] = deploy([other]);
    const template = {
      ...deployed?.template,
      Resources: { Old: { Type: 'AWS::SNS::Topic', Metadata: { EdlId: 'sns-topic/old' }, Properties: {} } },
    };
    const made = planOfObjects([], deployed ? [{ ...deployed, template }] : [], []);
    expect(made.changes).toMatchObject([{ action: 'prune', id: 'sns-topic/old', type: 'EDL::Unknown' }]);
  });

  it('unowned, foreign or retained → nothing', () => {
    const objects = [
      object(ROLE_ID, {}),
      object('iam-role/theirs', {}, { tags: { 'edl:owner': 'other' } }),
      object('s3-bucket/kept', {}, { tags: stackTags(ORGANIZATION, 'dev01') }),
    ];
    expect(planOfObjects([], [], objects).changes).toEqual([]);
  });

  it('a bucket of ours → a prune that says that it holds data', () => {
    const bucket = resource('s3-bucket/internal', ACCESS, {});
    expect(planOfObjects([], deploy([bucket]), [object('s3-bucket/internal', {})]).changes).toMatchObject([
      { action: 'prune', holdsData: true },
    ]);
  });

  it('a leftover stack that holds nothing → prune of the stack itself', () => {
    const leftover = deploy([role({})], { status: 'REVIEW_IN_PROGRESS', outputs: {} });
    expect(actionsOf(planOfObjects([], leftover, []))).toEqual([`prune stack/${ACCESS}`]);
  });
});
