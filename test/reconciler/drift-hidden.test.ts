import { describe, expect, it } from 'vitest';
import type { FoundDrift } from '../../src/reconciler/drift/found.ts';
import { gatherDrift } from '../../src/reconciler/drift/gather.ts';
import { pendingChanges } from '../../src/reconciler/drift/pending.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { Mark, ObservedObject, ObservedStack } from '../../src/reconciler/model/live.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  FOUNDATION,
  liveOf,
  markOf,
  object,
  planOf,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

/** Ways to hide what was done: another's mark, other tags, a digest that fits, an object that git has let go. */

const ROLE = resource('iam-role/oncology', ACCESS, { Description: 'd' });
const ROLE_OBJECT = object('iam-role/oncology', { Description: 'd' });
const BUCKET = resource('s3-bucket/internal', FOUNDATION, { Description: 'b' });

interface Found {
  readonly plan: Plan;
  readonly drift: readonly FoundDrift[];
}

const find = (
  declared: readonly Resource[],
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): Found => {
  const desired = desiredOf(declared);
  const live = liveOf(desired, deployed, objects);
  const plan = planOf(desired, live);
  return { plan, drift: gatherDrift({ plan, desired, live, kinds: KINDS }) };
};

const TABLE_ID = 'glue-table/eu-west-1/db/trials';
const TABLE = resource(TABLE_ID, CATALOG, { Location: 's3://ours/' });
const BASE = resource('glue-table/eu-west-1/db', CATALOG, {});
const BASE_OBJECT = object(BASE.id, {}, { mark: markOf(BASE.id, {}) });
const taken = (mark: Partial<Mark>): ObservedObject =>
  object(TABLE_ID, { Location: 's3://evil/' }, { mark: { ...markOf(TABLE_ID, TABLE.properties), ...mark } });

describe("what carries another's mark", () => {
  it.each<[string, Partial<Mark>, string]>([
    ['of another owner', { owner: 'x' }, 'x'],
    ['of another object', { id: 'glue-table/eu-west-1/db/other' }, 'acme/dev01 glue-table/eu-west-1/db/other'],
  ])('%s, in a database of ours → drift, with the mark and what differs', (_whose, mark, before) => {
    const { plan, drift } = find([BASE, TABLE], [], [BASE_OBJECT, taken(mark)]);
    expect(plan.changes).toEqual([]);
    expect(drift).toMatchObject([
      {
        id: TABLE_ID,
        state: 'drifted',
        stack: CATALOG,
        parts: [
          { path: '/EdlMark', properties: [{ before, cause: 'drifted' }] },
          { path: '/Location', live: 's3://evil/', declared: 's3://ours/' },
        ],
      },
    ]);
  });

  it('but nothing tells that it was ours → no drift: it may have been there before', () => {
    expect(find([BASE, TABLE], [], [taken({ owner: 'x' })]).drift).toEqual([]);
  });

  const tags = { 'edl:owner': 'x' };
  const seize = (more: Partial<ObservedStack>, objects: readonly ObservedObject[]): Found =>
    find([ROLE], deploy([ROLE], { tags, ...more }), objects);

  it('a stack whose digest is that of git → its objects are compared all the same', () => {
    const { plan, drift } = seize({}, [object('iam-role/oncology', { Description: 'x' }, { tags })]);
    expect(plan.changes).toEqual([]);
    expect(drift).toMatchObject([
      { id: 'iam-role/oncology', state: 'drifted', parts: [{ path: '/Description', live: 'x', declared: 'd' }] },
      { id: `stack/${ACCESS}`, parts: [{ path: '/Tags' }] },
    ]);
  });

  it('such a stack without an object → that is missing; as declared → only the stack is drift', () => {
    expect(seize({}, []).drift).toMatchObject([{ id: 'iam-role/oncology', state: 'missing' }, { kind: 'stack' }]);
    expect(seize({}, [object('iam-role/oncology', { Description: 'd' }, { tags })]).drift).toMatchObject([
      { kind: 'stack' },
    ]);
  });

  it('a stack of our name with another digest → a conflict, no drift', () => {
    const drift = seize({ outputs: {} }, [object('iam-role/oncology', { Description: 'x' }, { tags })]).drift;
    expect(drift).toEqual([]);
  });
});

describe('what git let go and nobody has pruned', () => {
  const OLD = resource('iam-role/old', ACCESS, { Description: 'o' });
  const old = (properties: JsonObject): Found =>
    find([ROLE], deploy([ROLE, OLD]), [ROLE_OBJECT, object('iam-role/old', properties)]);

  it('changed by hand → drift against what was applied', () => {
    const { plan, drift } = old({ Description: 'x', Arns: ['everything'] });
    expect(plan.changes).toMatchObject([{ action: 'prune', id: 'iam-role/old' }]);
    expect(drift).toMatchObject([
      {
        id: 'iam-role/old',
        stack: ACCESS,
        state: 'drifted',
        parts: [
          { path: '/Arns/0', live: 'everything' },
          { path: '/Description', live: 'x', declared: 'o', properties: [{ cause: 'drifted' }] },
        ],
      },
    ]);
  });

  it('as it was applied, or gone → no drift', () => {
    expect(old({ Description: 'o' }).drift).toEqual([]);
    expect(find([ROLE], deploy([ROLE, OLD]), [ROLE_OBJECT]).drift).toEqual([]);
  });

  it('with characters that CloudFormation lost → no drift', () => {
    const lossy = resource('iam-role/old', ACCESS, { Description: 'gr??er' });
    const objects = [ROLE_OBJECT, object('iam-role/old', { Description: 'größer' })];
    expect(find([ROLE], deploy([ROLE, lossy]), objects).drift).toEqual([]);
  });

  it('without a template, changed by hand → drift, though nobody knows what it was', () => {
    const changed = object(TABLE_ID, { Location: 's3://evil/' }, { mark: markOf(TABLE_ID, TABLE.properties) });
    const { drift } = find([BASE], [], [BASE_OBJECT, changed]);
    expect(drift).toMatchObject([{ id: TABLE_ID, parts: [{ path: '/EdlDigest', properties: [{ cause: 'both' }] }] }]);
    const as = object(TABLE_ID, TABLE.properties, { mark: markOf(TABLE_ID, TABLE.properties) });
    expect(find([BASE], [], [BASE_OBJECT, as]).drift).toEqual([]);
  });
});

describe('what differs because git moved', () => {
  const pending = (
    declared: readonly Resource[],
    deployed: readonly Deployed[],
    objects: readonly ObservedObject[],
  ): readonly string[] => {
    const desired = desiredOf(declared);
    const live = liveOf(desired, deployed, objects);
    return pendingChanges(planOf(desired, live), desired, live, KINDS).map(({ id }) => id);
  };

  it('is counted: edits, objects to make and to prune', () => {
    const edit = resource('iam-role/oncology', ACCESS, { Description: 'new' });
    const old = resource('iam-role/old', ACCESS, {});
    const objects = [ROLE_OBJECT, object('iam-role/old', {})];
    expect(pending([edit, BUCKET], deploy([ROLE, old]), objects)).toEqual([
      'iam-role/old',
      'iam-role/oncology',
      BUCKET.id,
    ]);
  });

  it('looks the same as a change with a mark that fits: it is counted, too', () => {
    const properties = { Location: 's3://evil/' };
    const forged = object(TABLE_ID, properties, { mark: markOf(TABLE_ID, properties) });
    expect(pending([BASE, TABLE], [], [BASE_OBJECT, forged])).toEqual([TABLE_ID]);
  });

  it('is not what drift tells: a change by hand, a digest that somebody spoiled', () => {
    expect(pending([ROLE], deploy([ROLE]), [object('iam-role/oncology', { Description: 'x' })])).toEqual([]);
    const spoiled = object(TABLE_ID, { Location: 's3://evil/' }, { mark: markOf(TABLE_ID, { Location: 'x' }) });
    expect(pending([BASE, TABLE], [], [BASE_OBJECT, spoiled])).toEqual([]);
  });
});
