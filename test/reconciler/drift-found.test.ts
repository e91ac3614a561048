import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundDrift } from '../../src/reconciler/drift/found.ts';
import { gatherDrift } from '../../src/reconciler/drift/gather.ts';
import { templatesNeeded } from '../../src/reconciler/live/templates-needed.ts';
import { joinLive } from '../../src/reconciler/live/join.ts';
import { objectOf, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { LiveState, ObservedObject, ObservedStack } from '../../src/reconciler/model/live.ts';
import { changeSetPrefix, DIGEST_OUTPUT, stackTags } from '../../src/reconciler/model/names.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { DesiredState, Resource } from '../../src/reconciler/model/resource.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import { worldArbitrary } from '../arbitraries/live.ts';
import {
  ACCESS,
  deploy,
  desiredOf,
  FOUNDATION,
  INSTANCE,
  joinInput,
  liveOf,
  markOf,
  object,
  ORGANIZATION,
  planOf,
  REGION,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

const ROLE = resource('iam-role/oncology', ACCESS, { Description: 'd' });
const ROLE_OBJECT = object('iam-role/oncology', { Description: 'd' });
const BUCKET = resource('s3-bucket/internal', FOUNDATION, { Description: 'b' });
const BUCKET_OBJECT = object('s3-bucket/internal', { Description: 'b' });

const OWN: JsonObject = { Path: `/edl/${INSTANCE}/` };

interface Found {
  readonly plan: Plan;
  readonly drift: readonly FoundDrift[];
}

const look = (desired: DesiredState, live: LiveState): Found => {
  const plan = planOf(desired, live);
  return { plan, drift: gatherDrift({ plan, desired, live, kinds: KINDS }) };
};

const find = (
  declared: readonly Resource[],
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): Found => {
  const desired = desiredOf(declared);
  return look(desired, liveOf(desired, deployed, objects));
};

const pathsOf = ({ parts }: FoundDrift): readonly string[] => parts.map(({ path }) => path);

describe('objects that nobody declared', () => {
  const beside = (...objects: readonly ObservedObject[]): Found =>
    find([ROLE], deploy([ROLE]), [ROLE_OBJECT, ...objects]);

  it('are drift, with what they are and in no stack', () => {
    expect(beside(object('iam-role/night', { ...OWN, Description: 'x' })).drift).toEqual([
      {
        id: 'iam-role/night',
        kind: 'iam-role',
        type: 'AWS::IAM::Role',
        stack: '',
        region: REGION,
        state: 'drifted',
        undeclared: true,
        parts: [],
        live: { ...OWN, Description: 'x' },
      },
    ]);
  });

  it("are drift with another owner's mark or tags too, and tables go with the catalog", () => {
    const tags = { 'edl:owner': 'other' };
    const mark = { ...markOf('glue-table/eu-west-1/t', {}), owner: 'other/dev01' };
    const { drift } = beside(object('iam-role/x', OWN, { tags }), object('glue-table/eu-west-1/t', {}, { mark }));
    expect(drift).toMatchObject([
      { id: 'glue-table/eu-west-1/t', undeclared: true, stack: `edl-${INSTANCE}-catalog-${REGION}` },
      { id: 'iam-role/x', undeclared: true },
    ]);
  });

  it('are no drift where a stack of ours retained them, but a role with copied tags is', () => {
    const tags = stackTags(ORGANIZATION, INSTANCE);
    const { drift } = beside(object('s3-bucket/kept', {}, { tags }), object('iam-role/copied', OWN, { tags }));
    expect(drift.map(({ id }) => id)).toEqual(['iam-role/copied']);
  });

  it('are no drift where git let them go: the plan prunes those', () => {
    const old = resource('iam-role/old', ACCESS, {});
    expect(find([ROLE], deploy([ROLE, old]), [ROLE_OBJECT, object('iam-role/old', {})]).drift).toEqual([]);
  });

  it('are no drift outside of our path, whatever their name says: EDL itself may work under such a role', () => {
    const paths = ['/', '/edl/', '/edl/dev011/', '/other/edl/dev01/'];
    const roles = paths.map((Path, index) => object(`iam-role/edl-${INSTANCE}-deploy-${index}`, { Path }));
    expect(beside(...roles).drift).toEqual([]);
  });

  const quarantine = (statement: JsonObject): JsonObject => ({
    ...OWN,
    Policies: [{ PolicyName: 'edl-quarantine', PolicyDocument: { Statement: [statement] } }],
  });

  it('are a note once they are in quarantine', () => {
    const denied = quarantine({ Effect: 'Deny', Action: ['*'], Resource: ['*'] });
    const { drift, plan } = beside(object('iam-role/night', denied));
    expect(drift).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ code: 'EDL-3116', severity: 'note', target: 'iam-role/night' }]);
  });

  it.each<[string, JsonObject]>([
    ['allows', { Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
    ['denies only some actions', { Effect: 'Deny', Action: ['s3:*'], Resource: ['*'] }],
    ['denies only somewhere', { Effect: 'Deny', Action: ['*'], Resource: ['arn:x'] }],
    ['denies on a condition', { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: {} } }],
  ])('are drift where the quarantine %s', (_how, statement) => {
    expect(beside(object('iam-role/night', quarantine(statement))).drift).toHaveLength(1);
  });
});

const rewritten = (deployed: readonly Deployed[], change: (template: JsonObject) => JsonObject): readonly Deployed[] =>
  deployed.map((one) => ({ ...one, template: change(one.template) }));

const withResource =
  (name: string, declaration: JsonObject) =>
  (template: JsonObject): JsonObject => ({
    ...template,
    Resources: { ...objectOf(template['Resources']), [name]: declaration },
  });

const LOGICAL = 'IamRoleOncology';
const edited: JsonObject = {
  Type: 'AWS::IAM::Role',
  Metadata: { EdlId: 'iam-role/oncology' },
  Properties: { Description: 'x' },
};

describe('a stack that somebody updated by hand', () => {
  it('and left its digest → what git says was applied: everything is drift and nothing edited', () => {
    const byHand = rewritten(deploy([ROLE]), withResource(LOGICAL, edited));
    const { plan, drift } = find([ROLE], byHand, [object('iam-role/oncology', { Description: 'x' })]);
    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ code: 'EDL-3117', target: ACCESS }]);
    expect(drift.map((one) => [one.id, one.state, pathsOf(one)])).toEqual([
      ['iam-role/oncology', 'drifted', ['/Description']],
      [`stack/${ACCESS}`, 'drifted', [`/Resources/${LOGICAL}`]],
    ]);
    expect(drift[1]?.parts[0]?.properties).toMatchObject([
      { path: `/Resources/${LOGICAL}/Properties/Description`, before: 'x', after: 'd', cause: 'drifted' },
    ]);
  });

  it('with one resource more → that is undeclared, and is not pruned', () => {
    const extra = { Type: 'AWS::IAM::Role', Metadata: { EdlId: 'iam-role/extra' }, Properties: {} };
    const byHand = rewritten(deploy([ROLE]), withResource('Extra', extra));
    const { plan, drift } = find([ROLE], byHand, [ROLE_OBJECT, object('iam-role/extra', {})]);
    expect(plan.changes).toEqual([]);
    expect(drift).toMatchObject([
      { id: 'iam-role/extra', undeclared: true, stack: ACCESS },
      { id: `stack/${ACCESS}`, parts: [{ path: '/Resources/Extra', live: extra }] },
    ]);
  });

  it('and took the digest away → nobody knows what was applied', () => {
    const [one] = deploy([ROLE], { outputs: {} });
    if (one === undefined) throw new Error('no stack');
    const byHand = rewritten([one], withResource(LOGICAL, edited));
    const { plan, drift } = find([ROLE], byHand, [object('iam-role/oncology', { Description: 'x' })]);
    expect(plan.changes).toMatchObject([{ id: 'iam-role/oncology', properties: [{ cause: 'both' }] }]);
    expect(drift).toMatchObject([{ unsure: true }, { unsure: true, parts: [{ properties: [{ cause: 'both' }] }] }]);
    expect(plan.diagnostics.map(({ code }) => code)).toContain('EDL-3117');
    expect(drift.map(({ id }) => id)).toEqual(['iam-role/oncology', `stack/${ACCESS}`]);
  });

  it('is no such stack while an operation runs, or where git has moved since', () => {
    const running = deploy([ROLE], { status: 'CREATE_IN_PROGRESS', outputs: {} });
    expect(find([ROLE], running, [ROLE_OBJECT]).drift).toEqual([]);
    const moved = find([resource('iam-role/oncology', ACCESS, { Description: 'new' })], deploy([ROLE]), [ROLE_OBJECT]);
    expect(moved.drift).toEqual([]);
    expect(moved.plan.changes).toMatchObject([{ properties: [{ cause: 'edited' }] }]);
  });

  it('is no such stack when CloudFormation only lost characters beyond ASCII', () => {
    const role = resource('iam-role/oncology', ACCESS, { Description: 'größer' });
    const lossy = rewritten(deploy([role]), (template) =>
      objectOf(JSON.parse(JSON.stringify(template).replaceAll(/[^\x20-\x7e]/g, '?')) as JsonObject),
    );
    const { plan, drift } = find([role], lossy, [object('iam-role/oncology', { Description: 'größer' })]);
    expect([...drift, ...plan.diagnostics]).toEqual([]);
  });

  const needed = (observed: Partial<ObservedStack>): readonly string[] => {
    const input = joinInput(desiredOf([ROLE]), deploy([ROLE], observed), [ROLE_OBJECT]);
    return templatesNeeded(input.desired, input.observedStacks, input.observed, input.kinds).map(({ stack }) => stack);
  };

  it('is looked at closer when its last change set was not ours, and only then', () => {
    const digest = desiredOf([ROLE]).stacks[0]?.digest ?? '';
    expect(needed({ changeSet: `${changeSetPrefix(digest)}01234567` })).toEqual([]);
    expect(needed({ changeSet: 'awscli-cloudformation-package-deploy-1' })).toEqual([ACCESS]);
    expect(needed({ changeSet: '' })).toEqual([ACCESS]);
    expect(
      needed({ changeSet: `${changeSetPrefix(digest)}01234567`, outputs: { [DIGEST_OUTPUT]: digest, More: 'x' } }),
    ).toEqual([ACCESS]);
  });
});

describe('what a stack tells by itself', () => {
  it('no protection from deletion, where it must have it', () => {
    const bare = deploy([ROLE, BUCKET], { terminationProtection: false });
    const { drift } = find([ROLE, BUCKET], bare, [ROLE_OBJECT, BUCKET_OBJECT]);
    expect(drift).toMatchObject([
      { id: `stack/${FOUNDATION}`, parts: [{ path: '/EnableTerminationProtection', live: false, declared: true }] },
    ]);
  });

  it('tags of ours that somebody changed, which makes it nobody’s', () => {
    const tags = { ...stackTags(ORGANIZATION, INSTANCE), 'edl:owner': 'me', team: 'x' };
    const { drift } = find([ROLE], deploy([ROLE], { tags }), [ROLE_OBJECT]);
    expect(drift).toMatchObject([{ id: `stack/${ACCESS}`, parts: [{ path: '/Tags' }] }]);
    expect(drift[0]?.parts[0]?.properties).toMatchObject([{ path: '/Tags/edl:owner', before: 'me', after: 'acme' }]);
  });

  it('that somebody deleted it', () => {
    const desired = desiredOf([ROLE]);
    const gone = { name: ACCESS, region: REGION, stackId: 'arn:x', at: '2026-11-20T03:12:00.000Z' };
    const input = joinInput(desired, [], []);
    const live = joinLive({
      ...input,
      observedStacks: [{ region: REGION, status: 'read', stacks: [], deleted: [gone] }],
    });
    const { plan, drift } = look(desired, live);
    expect(drift).toMatchObject([{ id: `stack/${ACCESS}`, kind: 'stack', state: 'missing', parts: [] }]);
    expect(plan.diagnostics).toMatchObject([{ code: 'EDL-3118', severity: 'warning', target: ACCESS }]);
  });

  it('or that nobody may ask whether it was deleted: unknown, and no reason to wait', () => {
    const desired = desiredOf([ROLE]);
    const live = joinLive({
      ...joinInput(desired, [], []),
      observedStacks: [{ region: REGION, status: 'read', stacks: [], deleted: { unread: 'AccessDenied' } }],
    });
    expect(live.unreadable).toEqual([{ kind: 'stack', region: REGION, part: '/StackStatus', reason: 'AccessDenied' }]);
    expect(look(desired, live).plan.changes).toMatchObject([{ action: 'create' }]);
  });
});

describe('a lake that nobody touched', () => {
  it('shows no drift after its plan was applied: only what was there before, or nobody declared', () => {
    fc.assert(
      fc.property(worldArbitrary, ({ desired, live }) => {
        const before = new Set(look(desired, live).drift.map(({ id }) => id));
        const after = simulate(live, planOf(desired, live), desired, KINDS);
        for (const { id } of look(desired, after).drift) expect(before).toContain(id);
      }),
      { numRuns: 60 },
    );
  });

  it('shows none after half of its plan was applied to an empty account', () => {
    const nothing: LiveState = { stacks: [], resources: [], unreadable: [] };
    fc.assert(
      fc.property(worldArbitrary, fc.nat(4), ({ desired }, count) => {
        const whole = planOf(desired, nothing);
        const stacks = whole.waves.flat().slice(0, count);
        const part: Plan = { ...whole, changes: whole.changes.filter(({ stack }) => stacks.includes(stack)) };
        expect(look(desired, simulate(nothing, part, desired, KINDS)).drift).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
