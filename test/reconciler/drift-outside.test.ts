import { describe, expect, it } from 'vitest';
import { compareProperties } from '../../src/reconciler/diff/compare.ts';
import { mismatchedPaths } from '../../src/reconciler/diff/mismatch.ts';
import { unreadable } from '../../src/reconciler/guards/unreadable.ts';
import { isReadIn } from '../../src/reconciler/live/coverage.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { makePlan } from '../../src/reconciler/plan/make-plan.ts';
import { BUCKET, KINDS } from '../arbitraries/fake-kinds.ts';
import {
  AS_OF,
  deploy,
  desiredOf,
  FOUNDATION,
  liveOf,
  object,
  planOf,
  REGION,
  resource,
} from '../arbitraries/world.ts';

/** What AWS keeps with an object and no template can hold: a key's grants. */

const KEYED: ResourceKind = { ...BUCKET, separateItems: ['Grants'], outside: ['Grants'] };
const WITH_OUTSIDE = KINDS.map((kind) => (kind.name === KEYED.name ? KEYED : kind));

const declared: JsonObject = { Description: 'd' };
const granted: JsonObject = { ...declared, Grants: [{ GrantId: 'g', GranteePrincipal: 'night' }] };

describe('what no template can hold', () => {
  it('is drift whatever else is known or edited', () => {
    for (const applied of [declared, undefined, { Description: 'old' }]) {
      const changes = compareProperties({ applied, live: granted, desired: declared }, KEYED);
      expect(changes.filter(({ path }) => path.startsWith('/Grants'))).toMatchObject([
        { path: '/Grants/0', cause: 'drifted' },
      ]);
    }
  });

  it('is no mismatch after an apply that could not touch it', () => {
    expect(mismatchedPaths({ live: granted, expected: declared, declared }, KEYED)).toEqual([]);
    expect(mismatchedPaths({ live: declared, expected: granted, declared }, KEYED)).toEqual([]);
  });

  const desired = desiredOf([resource('s3-bucket/internal', FOUNDATION, declared)]);
  const planned = (live: ReturnType<typeof liveOf>) =>
    makePlan({ desired, live, access: [], kinds: WITH_OUTSIDE, meta: {}, diagnostics: [], asOf: AS_OF });

  it('is no part of an adoption, and still there after it', () => {
    const live = liveOf(desired, [], [object('s3-bucket/internal', granted)]);
    const plan = planned(live);
    expect(plan.changes).toMatchObject([{ action: 'adopt', before: declared, properties: [] }]);
    const after = simulate(live, plan, desired, WITH_OUTSIDE);
    expect(after.resources).toMatchObject([{ properties: granted }]);
    expect(planned(after)).toMatchObject({ changes: [], drift: [{ properties: [{ path: '/Grants/0' }] }] });
  });

  it('is unknown without making the object unknown', () => {
    const reason = 'AccessDenied';
    const seen = object('s3-bucket/internal', declared, { unread: [{ part: '/Grants', reason }] });
    const live = liveOf(desired, deploy(desired.resources), [seen]);
    expect(live.unreadable).toEqual([{ kind: 's3-bucket', region: REGION, part: '/Grants', reason }]);
    expect(isReadIn(live.unreadable, new Map())('s3-bucket', REGION)).toBe(true);
    const plan = planOf(desired, live);
    expect(plan.live.unreadable).toHaveLength(1);
    const facts = { prefixesWithObjects: [], findings: [] };
    expect(unreadable.check({ plan, desired, live, kinds: KINDS, facts })).toEqual([]);
  });
});
