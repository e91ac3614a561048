import { expect, it } from 'vitest';
import { gatherDrift } from '../../src/reconciler/drift/gather.ts';
import { joinLive } from '../../src/reconciler/live/join.ts';
import { textOf } from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import {
  deploy,
  desiredOf,
  FOUNDATION,
  joinInput,
  object,
  OBJECTS,
  planOf,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

/** Registries that lie in a bucket; no list of any kind tells what was applied. */
const IN_BUCKETS: readonly ResourceKind[] = KINDS.map((kind) =>
  kind.name === 'registry' ? { ...kind, container: ({ Bucket }) => `s3-bucket/${textOf(Bucket)}` } : kind,
);

const BUCKET = resource('s3-bucket/artifacts', FOUNDATION, { Description: 'b' });
const BUCKET_OBJECT = object('s3-bucket/artifacts', { Description: 'b' });
const FILE = resource('registry/eu-west-1', OBJECTS, { Bucket: 'artifacts', Document: 'ours' });
const OVERWRITTEN = object('registry/eu-west-1', { Bucket: 'artifacts', Document: 'theirs' });

const find = (deployed: readonly Deployed[], objects: readonly ObservedObject[]) => {
  const desired = desiredOf([BUCKET, FILE]);
  const live = joinLive({ ...joinInput(desired, deployed, objects), kinds: IN_BUCKETS });
  const plan = planOf(desired, live, { kinds: IN_BUCKETS });
  const drift = gatherDrift({ plan, desired, live, kinds: IN_BUCKETS });
  return { actions: plan.changes.map(({ action, id }) => `${action} ${id}`), drift: drift.map(({ id }) => id) };
};

it('a file without a mark in a bucket of ours is drift: whoever wrote it went past EDL', () => {
  expect(find(deploy([BUCKET]), [BUCKET_OBJECT, OVERWRITTEN])).toEqual({
    actions: ['adopt registry/eu-west-1'],
    drift: ['registry/eu-west-1'],
  });
});

it('a file in a bucket that nobody owns, or that is gone, may be new', () => {
  expect(find([], [BUCKET_OBJECT, OVERWRITTEN]).drift).toEqual([]);
  expect(find([], [OVERWRITTEN]).drift).toEqual([]);
});
