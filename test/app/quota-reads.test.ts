import { describe, expect, it } from 'vitest';
import { completeQuotas } from '../../src/app/read-quotas.ts';
import { DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import type { LiveRole } from '../../src/reconciler/model/reads.ts';

const roleWith = (attached: number): LiveRole => ({
  name: `role-${attached}`,
  path: '/',
  arn: `arn:aws:iam::111111111111:role/role-${attached}`,
  trust: {},
  inlinePolicies: [],
  attachedPolicyArns: Array.from({ length: attached }, (_, index) => `arn:aws:iam::aws:policy/P${index}`),
  maxSessionSeconds: 3600,
  tags: {},
});

describe('quotas with what else is known', () => {
  it('count what the account did not', () => {
    const authorization = { roles: [roleWith(1), roleWith(2)], policies: [] };
    expect(completeQuotas(DEFAULT_QUOTAS, authorization, { 'eu-west-1': 7, 'us-east-1': undefined })).toEqual({
      ...DEFAULT_QUOTAS,
      managedPolicies: { limit: 1500, source: 'default', used: 0 },
      roles: { limit: 1000, source: 'default', used: 2 },
      stacks: {
        'eu-west-1': { limit: 2000, source: 'default', used: 7 },
        'us-east-1': { limit: 2000, source: 'default' },
      },
    });
  });

  it("keep the account's own count", () => {
    const quotas = { ...DEFAULT_QUOTAS, roles: { limit: 5000, source: 'account', used: 40 } } as const;
    const authorization = { roles: [roleWith(1)], policies: [] };
    expect(completeQuotas(quotas, authorization, {}).roles).toEqual({ limit: 5000, source: 'account', used: 40 });
  });

  it('are at least what some role of the account has already', () => {
    const authorization = { roles: [roleWith(3), roleWith(14)], policies: [] };
    expect(completeQuotas(DEFAULT_QUOTAS, authorization, {}).attachedPoliciesPerRole.limit).toBe(14);
    expect(completeQuotas(DEFAULT_QUOTAS, undefined, {}).attachedPoliciesPerRole.limit).toBe(10);
  });
});
