import { describe, expect, it } from 'vitest';
import { joinLive } from '../../src/reconciler/live/join.ts';
import { templatesNeeded } from '../../src/reconciler/live/templates-needed.ts';
import { refTo } from '../../src/reconciler/model/logical-id.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { scheduleChanges } from '../../src/reconciler/plan/waves.ts';
import {
  ACCESS,
  deploy,
  desiredOf,
  FOUNDATION,
  joinInput,
  liveOf,
  object,
  PIPELINE,
  planOf,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

const role = (description: string): Resource => resource('iam-role/a', ACCESS, { Description: description });

const needed = (
  desired: readonly Resource[],
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): readonly string[] => {
  const input = joinInput(desiredOf(desired), deployed, objects);
  return templatesNeeded(input.desired, input.observedStacks, input.observed, input.kinds).map(({ stack }) => stack);
};

describe('the templates that are fetched', () => {
  const live = [object('iam-role/a', { Description: 'd' })];

  it('are none when everything is as desired', () => {
    expect(needed([role('d')], deploy([role('d')]), live)).toEqual([]);
  });

  it('are those whose digest differs', () => {
    expect(needed([role('new')], deploy([role('d')]), live)).toEqual([ACCESS]);
  });

  it('are those whose objects differ', () => {
    expect(needed([role('d')], deploy([role('d')]), [object('iam-role/a', { Description: 'x' })])).toEqual([ACCESS]);
    expect(needed([role('d')], deploy([role('d')]), [])).toEqual([ACCESS]);
  });

  it('are those of stacks that are no longer desired', () => {
    expect(needed([], deploy([role('d')]), live)).toEqual([ACCESS]);
  });

  it('are never those of others, nor of stacks that hold nothing', () => {
    expect(needed([], deploy([role('d')], { tags: {} }), live)).toEqual([]);
    expect(needed([], deploy([role('d')], { status: 'ROLLBACK_COMPLETE' }), live)).toEqual([]);
  });
});

describe('names that AWS chooses', () => {
  const alias = resource('kms-alias/eu-west-1/internal', FOUNDATION, {
    TargetKeyId: refTo('kms-key/eu-west-1/internal'),
  });
  const [stack] = deploy([alias]);
  const outputs = { ...stack?.observed.outputs, RefKmsKeyEuWest1Internal: '?' };
  const logicalId = Object.values(alias.properties['TargetKeyId'] ?? {}).join('');
  const deployed = stack
    ? [{ ...stack, observed: { ...stack.observed, outputs: { ...outputs, [`Ref${logicalId}`]: 'key-1' } } }]
    : [];
  const desired = desiredOf([alias]);

  it('are read from the outputs, so that a reference equals what is live', () => {
    const live = liveOf(desired, deployed, [object(alias.id, { TargetKeyId: 'key-1' })]);
    expect(live.resources).toMatchObject([{ applied: { TargetKeyId: 'key-1' }, properties: { TargetKeyId: 'key-1' } }]);
    expect(planOf(desired, live)).toMatchObject({ changes: [], drift: [] });
  });

  it('show as drift when somebody points the alias to another key', () => {
    const live = liveOf(desired, deployed, [object(alias.id, { TargetKeyId: 'key-2' })]);
    expect(planOf(desired, live).drift).toMatchObject([
      { properties: [{ path: '/TargetKeyId', before: 'key-2', after: 'key-1' }] },
    ]);
  });

  it('need no template either', () => {
    expect(needed([alias], deployed, [object(alias.id, { TargetKeyId: 'key-1' })])).toEqual([]);
  });
});

describe('ids of deployed resources', () => {
  const input = joinInput(desiredOf([]), deploy([role('d')]), [object('iam-role/a', { Description: 'd' })]);
  const stripped = new Map(
    [...input.templates].map(
      ([key, template]) =>
        [
          key,
          { ...template, Resources: { IamRoleA: { Type: 'AWS::IAM::Role', Properties: { Description: 'd' } } } },
        ] as const,
    ),
  );

  it('come from their logical id where the template does not say them', () => {
    expect(joinLive({ ...input, templates: stripped }).resources).toMatchObject([
      { id: 'iam-role/a', ownership: 'ours', stack: ACCESS },
    ]);
  });
});

describe('the order of pruning', () => {
  it('is the reverse of making: people and pipelines, then the foundation', () => {
    const deployed = deploy([
      role('d'),
      resource('iam-role/daily', PIPELINE, {}),
      resource('s3-bucket/internal', FOUNDATION, {}),
      resource('iam-role/boot', 'edl-dev01-bootstrap', {}),
    ]);
    const desired = desiredOf([]);
    const plan = planOf(desired, liveOf(desired, deployed, []));
    expect(scheduleChanges(plan.changes, desired).waves).toEqual([
      [ACCESS, PIPELINE],
      [FOUNDATION],
      ['edl-dev01-bootstrap'],
    ]);
  });
});
