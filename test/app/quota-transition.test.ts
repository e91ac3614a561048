import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { entry, grant } from '../access/support.ts';
import { changeByHand, type Aws } from '../support/golden-live.ts';
import { ROLE, NAMES, granted, lakeOf, applied, judge, account, codes, policyNames } from './quota-support.ts';

const attach = (aws: Aws, count: number): Aws =>
  changeByHand(aws, {
    set: Array.from({ length: count }, (_, index) => ({
      id: ROLE,
      path: '/ManagedPolicyArns/-',
      value: `arn:aws:iam::aws:policy/ByHand${index}`,
    })),
  });

describe('the role on the way', () => {
  /** Datasets of one half of the tree that documents are cut by: two halves have no document's name in common. */
  const halfTree = (bit: 0 | 1): Catalog => {
    const isIn = (name: string): boolean => Number.parseInt(sha256Hex(name).slice(0, 1), 16) >> 3 === bit;
    return lakeOf(grant('team:oncology', ...NAMES.filter(isIn).map((name) => entry(name, 'read'))));
  };
  const half = halfTree(0);
  const other = halfTree(1);
  const [before, after] = [policyNames(half), policyNames(other)];
  const union = new Set([...before, ...after]).size;

  it('may hold old and new policies at once: refused with two steps', () => {
    expect(union).toBeGreaterThan(Math.max(before.length, after.length));
    const read = { level: 'read' } as const;
    const on = { principal: 'team:oncology', tier: 'sensitive' } as const;
    const access = [
      { ...on, dataset: 'a-1001-dataset-name0', before: [read], after: [] },
      { ...on, dataset: 'a-1000-dataset-name0', before: [], after: [read] },
      { ...on, principal: 'team:other', dataset: 'a-1002-dataset-name0', before: [], after: [read] },
    ] as const;
    const quotas = { attachedPoliciesPerRole: account(union - 1) };
    const [found] = judge(applied(half), other, {}, quotas, access).filter(({ code }) => code !== 'EDL-3078');
    expect(found).toMatchObject({ code: 'EDL-3072', severity: 'error', guard: 'quota', target: ROLE, line: 2 });
    expect(found?.detail).toContain(
      `has ${before.length} managed policies and is to have ${after.length}, which fits, but on the way it may hold ${union}`,
    );
    expect(found?.detail).toContain(
      'first only the grants that end or change (a-1001-dataset-name0), apply, then add the new ones (a-1000-dataset-name0).',
    );
  });

  it('passes where the account takes both', () => {
    const found = judge(applied(half), other, {}, { attachedPoliciesPerRole: account(union) });
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('is told once where it does not fit in the end either', () => {
    const found = judge(applied(half), other, {}, { attachedPoliciesPerRole: account(after.length - 1) });
    expect(codes(found).filter((code) => code.endsWith('error'))).toEqual(['EDL-3070 error']);
  });

  it('counts what somebody attached by hand, where it attaches more itself', () => {
    const [small, grown] = [lakeOf(granted(60)), lakeOf(granted(100))];
    const room = policyNames(grown).length + 2;
    const quotas = { attachedPoliciesPerRole: account(room) };
    const errors = (aws: Aws, now: Catalog) =>
      codes(judge(aws, now, {}, quotas)).filter((code) => code.endsWith('error'));
    expect(errors(attach(applied(small), 2), grown)).toEqual([]);
    expect(errors(attach(applied(small), 3), grown)).toEqual(['EDL-3072 error']);
    // Nothing is attached here, so nothing can fail for it.
    expect(errors(attach(applied(grown), 9), lakeOf(granted(100), 2))).toEqual([]);
  });

  it('adds up inline policies, those of others too', () => {
    const document: JsonObject = { Version: '2012-10-17', Statement: [{ Sid: 'x'.repeat(6000) }] };
    const meddled = (aws: Aws): Aws =>
      changeByHand(aws, {
        set: [{ id: ROLE, path: '/Policies/-', value: { PolicyName: 'by-hand', PolicyDocument: document } }],
      });
    const found = judge(applied(lakeOf(granted(5)), meddled), lakeOf(granted(12)));
    expect(codes(found)).toEqual(['EDL-3073 error']);
    expect(found[0]?.detail).toContain('Remove what EDL did not put there first (by-hand)');
    expect(judge(applied(lakeOf(granted(5)), meddled), lakeOf(granted(5), 2))).toEqual([]);
  });
});
