import { describe, expect, it } from 'vitest';
import { judgeQuotas } from '../../src/app/quota-findings.ts';
import { listOf } from '../../src/reconciler/model/json.ts';
import type { AccountQuotas } from '../../src/reconciler/model/quotas.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import {
  NOTHING,
  ROLE,
  granted,
  lakeOf,
  desiredOf,
  planOf,
  applied,
  judge,
  account,
  codes,
  policyNames,
} from './quota-support.ts';

const SMALL = applied(lakeOf(granted(5)));

describe('the role in the end', () => {
  const full = lakeOf(granted(70, { dated: true }));

  it('is refused with the numbers of the account', () => {
    const [found, ...others] = judge(SMALL, full, {}, { attachedPoliciesPerRole: account(10) });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'EDL-3070',
      severity: 'error',
      guard: 'quota',
      target: ROLE,
      file: 'catalog/principals/oncology.yaml',
      line: 2,
    });
    expect(found?.detail).toMatch(
      /^The access of team:oncology needs 1\d managed policies .* this account attaches 10 to a role \(quota L-0DA4ABF3, read from the account\)\. It holds 70 rows/,
    );
  });

  it('says when the number is only the default', () => {
    expect(judge(SMALL, full)[0]?.detail).toContain(
      "(quota L-0DA4ABF3; its default, as the account's own number could not be read)",
    );
  });

  it('fits an account with more, and says how full it is', () => {
    const found = judge(SMALL, full, {}, { attachedPoliciesPerRole: account(20) });
    expect(codes(found)).toEqual(['EDL-3078 note']);
    expect(found[0]?.file).toBeUndefined();
    expect(found[0]?.detail).toMatch(
      /^The role of team:oncology uses 0 → 1\d of 20 managed policies \(\d\d %\)\. There is room for about \d+ more grants like those it holds\./,
    );
    expect(judge(SMALL, full, {}, { attachedPoliciesPerRole: account(25) })).toEqual([]);
  });

  it('is judged in a new stack too', () => {
    expect(codes(judge(undefined, full)).filter((code) => code.startsWith('EDL-3070'))).toHaveLength(1);
  });

  it('is not judged where the plan leaves it alone', () => {
    const raised = applied(full);
    expect(judge(raised, full, {}, { attachedPoliciesPerRole: account(10) })).toEqual([]);
  });

  it('has a trust that fits', () => {
    const many = lakeOf(granted(5), 50);
    expect(codes(judge(SMALL, many, {}, { trustCharacters: account(2048) }))).toEqual(['EDL-3071 error']);
    expect(judge(SMALL, many, {}, { trustCharacters: account(8192) })).toEqual([]);
    const [warned] = judge(SMALL, lakeOf(granted(5), 40), {}, { trustCharacters: account(2048) });
    expect(warned).toMatchObject({ code: 'EDL-3078', severity: 'warning', line: 2 });
    expect(warned?.detail).toMatch(/uses \d+ → \d+ of 2048 characters of trust/);
  });
});

describe('the account', () => {
  const one = lakeOf(granted(5));
  const total = (used: number, limit: number, source: 'account' | 'default' = 'account') => ({ used, limit, source });

  it.each<[string, Partial<AccountQuotas>, readonly string[]]>([
    ['roles that fit', { roles: total(10, 1000) }, []],
    // The lake makes two roles: of the team and of CloudFormation.
    ['roles, the last of them', { roles: total(998, 1000) }, ['EDL-3075 warning']],
    ['roles, one too many', { roles: total(999, 1000) }, ['EDL-3074 error']],
    ['roles, one more than the default', { roles: total(999, 1000, 'default') }, ['EDL-3074 warning']],
    ['roles that nobody counted', { roles: { limit: 1, source: 'account' } }, []],
    ['policies, 80 %', { managedPolicies: total(1199, 1500) }, []],
    ['policies, above 80 %', { managedPolicies: total(1200, 1500) }, ['EDL-3075 warning']],
    ['policies, too many', { managedPolicies: total(1500, 1500) }, ['EDL-3074 error']],
    ['stacks, few', { stacks: { 'eu-west-1': total(100, 2000) } }, []],
    ['stacks, above 80 %', { stacks: { 'eu-west-1': total(1598, 2000) } }, ['EDL-3075 warning']],
    ['stacks, too many', { stacks: { 'eu-west-1': total(1998, 2000) } }, ['EDL-3074 error']],
    ['stacks of another region', { stacks: { 'us-east-1': total(2000, 2000) } }, []],
  ])('%s', (_what, quotas, expected) => {
    expect(codes(judge(undefined, one, {}, quotas))).toEqual(expected);
  });

  it('tells numbers and the quota', () => {
    const [found] = judge(undefined, one, {}, { stacks: { 'eu-west-1': total(1999, 2000) } });
    expect(found?.target).toBe('stacks/eu-west-1');
    expect(found?.detail).toMatch(
      /^The account has 1999 CloudFormation stacks in eu-west-1, and this plan creates 3 before .* makes 2002 of 2000\. Ask AWS in Service Quotas to raise L-0485CB21/,
    );
  });

  it('counts only what is new', () => {
    const found = judge(
      SMALL,
      lakeOf(granted(6)),
      {},
      { roles: total(1000, 1000), stacks: { 'eu-west-1': total(2000, 2000) } },
    );
    expect(found).toEqual([]);
  });
});

describe('versions of policies', () => {
  const half = lakeOf(granted(60));
  const more = lakeOf(granted(61));
  const versions = (count: number) => new Map(policyNames(more).map((name) => [name, count]));

  it.each([
    [4, undefined, []],
    [5, undefined, ['EDL-3076 note']],
    [5, 'cfn', ['EDL-3076 warning']],
  ])('%i versions, role of CloudFormation %s', (count, role, expected) => {
    const now = lakeOf(granted(61), 1, role);
    const found = judge(applied(lakeOf(granted(60), 1, role)), now, { policyVersions: versions(count) });
    expect(codes(found)).toEqual(expected);
  });

  it('matter only for policies that the plan changes', () => {
    expect(judge(applied(half), half, { policyVersions: versions(5) })).toEqual([]);
  });
});

describe('stacks near their limits', () => {
  it('are told with what fills them', () => {
    const desired = desiredOf(lakeOf(granted(5)));
    const name = 'edl-dev01-access-team-oncology';
    const padded = (count: number): DesiredState => ({
      ...desired,
      stacks: desired.stacks.map((stack) => {
        const [first] = stack.resources;
        if (stack.name !== name || first === undefined) return stack;
        return { ...stack, resources: Array.from({ length: count }, () => first) };
      }),
    });
    const found = (count: number) => {
      const plan = planOf(desired, NOTHING);
      return judgeQuotas({ plan, catalog: lakeOf(granted(5)), desired: padded(count), live: NOTHING });
    };
    expect(codes(found(350))).toEqual([]);
    expect(found(351)).toMatchObject([{ code: 'EDL-3077', severity: 'warning', target: name, guard: 'quota' }]);
    expect(found(351)[0]?.detail).toContain(`Stack ${name} uses 351 of 500 resources.`);
  });
});

describe('quotas that could not be read', () => {
  it('are one note, with the permission that is missing', () => {
    const unread = [
      { what: "IAM's quotas and counts", permission: 'iam:GetAccountSummary', isDenied: true, reason: 'no' },
      { what: 'the quota "Stack count"', permission: 'servicequotas:GetServiceQuota', isDenied: true, reason: 'no' },
      { what: 'another', permission: 'servicequotas:GetServiceQuota', isDenied: false, reason: 'AWS kept throttling.' },
    ];
    const found = judge(SMALL, lakeOf(granted(5)), {}, { unread });
    expect(found).toMatchObject([{ code: 'EDL-4140', severity: 'note', guard: 'quota' }]);
    expect(found[0]?.detail).toBe(
      'IAM\'s quotas and counts, the quota "Stack count", another could not be read, so this plan is judged by what every account has. ' +
        'Allow iam:GetAccountSummary and servicequotas:GetServiceQuota to the role that plans, for exact numbers. AWS kept throttling.',
    );
  });
});

it('the layout is the same whatever the quotas are', () => {
  const catalog = lakeOf(granted(70, { dated: true }));
  const attached = listOf(desiredOf(catalog).resources.find(({ id }) => id === ROLE)?.properties['ManagedPolicyArns']);
  const stacks = JSON.stringify(desiredOf(catalog).stacks);
  judge(SMALL, catalog, {}, { attachedPoliciesPerRole: account(25) });
  expect(attached.length).toBeGreaterThan(10);
  expect(JSON.stringify(desiredOf(catalog).stacks)).toBe(stacks);
});
