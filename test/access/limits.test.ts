import { describe, expect, it } from 'vitest';
import { compileAccess, packedRoles } from '../../src/access/documents/compile.ts';
import { explainPolicies, type PackedRole } from '../../src/access/documents/fit.ts';
import { headroom, judgeByDefaults, percentOf, roleUsage } from '../../src/access/documents/limits.ts';
import { addDays } from '../../src/access/time.ts';
import type { Catalog, Grant, GrantEntry } from '../../src/reconciler/model/catalog.ts';
import { type AccountQuotas, DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import { AS_OF, catalogOf, dataset, entry, grant, INTERNAL, pipeline, team, tier } from './support.ts';

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `a-${1000 + index}-dataset-name0`);

interface Shape {
  readonly count: number;
  readonly level?: GrantEntry['level'];
  readonly tier?: string;
  readonly dates?: number;
  readonly regions?: readonly string[];
}

const lakeOf = ({ count, level = 'read', tier: tierName = 'sensitive', dates = 0, regions }: Shape): Catalog => {
  const access = names(count).map((name, index) =>
    entry(name, level, dates === 0 ? undefined : addDays('2027-01-01', index % dates)),
  );
  const granted: Grant = grant('team:oncology', ...access);
  return catalogOf({
    datasets: names(count).map((name) => dataset(name, tierName, regions === undefined ? {} : { regions })),
    grants: [granted],
    ...(regions === undefined ? {} : { regions }),
  });
};

const packedOf = (catalog: Catalog, holder = 'team:oncology'): PackedRole => {
  const packed = packedRoles(catalog, 'dev01', AS_OF).find(({ role }) => role.holder === holder);
  if (packed === undefined) throw new Error(`no role of ${holder}`);
  return packed;
};

const withPolicies = (limit: number): AccountQuotas => ({
  ...DEFAULT_QUOTAS,
  attachedPoliciesPerRole: { limit, source: 'account' },
});

const explain = (packed: PackedRole, limit = 10): string =>
  explainPolicies(packed, { limit, source: 'account' }, `this account attaches ${limit} to a role`);

/** How many managed policies a way out needs, as the text tells. */
const told = (text: string, way: RegExp): number => Number(new RegExp(`${way.source}: (\\d+) polic`).exec(text)?.[1]);

describe('offline', () => {
  it('a role that every account takes is not spoken of', () => {
    expect(judgeByDefaults(packedOf(lakeOf({ count: 100 })))).toEqual([]);
  });

  it('between what a new account has and the most of any account: a warning that says who knows better', () => {
    const packed = packedOf(lakeOf({ count: 80, dates: 80 }));
    expect(packed.role.managed.length).toBeGreaterThan(10);
    expect(packed.role.managed.length).toBeLessThanOrEqual(25);
    const [warning] = judgeByDefaults(packed);
    expect(warning).toMatchObject({ code: 'EDL-2064', severity: 'warning', file: 'catalog/principals/oncology.yaml' });
    expect(warning?.detail).toMatch(
      /An account may have more: "edl plan" judges by the number of the account itself\.$/,
    );
    expect(compileAccess(lakeOf({ count: 80, dates: 80 }), 'dev01', AS_OF).diagnostics).toEqual([]);
  });

  it('beyond the most of any account: an error of compile, and no warning beside it', () => {
    const catalog = lakeOf({ count: 400, dates: 28 });
    expect(compileAccess(catalog, 'dev01', AS_OF).diagnostics).toMatchObject([{ code: 'EDL-2060', severity: 'error' }]);
    expect(judgeByDefaults(packedOf(catalog))).toEqual([]);
  });

  it('the same for callers', () => {
    const callers = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ arn: `arn:aws:iam::{account}:role/caller-${1000 + index}` }));
    const judge = (count: number) => {
      const catalog = catalogOf({ principals: [team('oncology', { assumedBy: callers(count) })] });
      const fixed = compileAccess(catalog, 'dev01', AS_OF).diagnostics;
      return [...fixed, ...judgeByDefaults(packedOf(catalog))].map(({ code, severity }) => `${code} ${severity}`);
    };
    expect(judge(30)).toEqual([]);
    expect(judge(100)).toEqual(['EDL-2065 warning']);
    expect(judge(200)).toEqual(['EDL-2062 error']);
  });
});

describe('the explanation', () => {
  it('has all numbers, and ways out that were packed', () => {
    const packed = packedOf(lakeOf({ count: 80, dates: 80 }));
    const text = explain(packed);
    const needed = packed.role.managed.length;
    expect(text).toBe(
      `The access of team:oncology needs ${needed} managed policies beside its inline ones, and this account attaches 10 to a role. ` +
        'It holds 80 rows of access, 80 of them dated, with 80 different dates (each date needs statements of its own in every document); 80 of them are in tiers with exact metadata (each names its tables). ' +
        'Ways out: (1) { select: { tier: sensitive } } in the place of 80 single grants (it covers every dataset of the tier, also those to come): no managed policy at all; ' +
        '(2) no dates: 3 policies; (3) one common date for all dated grants: 4 policies; ' +
        `(4) ask AWS to raise quota L-0DA4ABF3 ("Managed policies per role", in Service Quotas of us-east-1) from 10 to ${needed} or more; it goes up to 25; ` +
        '(5) split it into 2 principals.',
    );
    expect(told(text, /one common date for all dated grants/)).toBe(
      packedOf(lakeOf({ count: 80, dates: 1 })).role.managed.length,
    );
    expect(told(text, /no dates/)).toBe(packedOf(lakeOf({ count: 80 })).role.managed.length);
  });

  it('counts regions', () => {
    const text = explain(packedOf(lakeOf({ count: 60, dates: 60, regions: ['eu-west-1', 'us-east-1'] })));
    expect(text).toContain('; their data is in 2 regions (each region needs statements of its own)');
  });

  it('offers nothing that does not help or is not allowed', () => {
    const catalog = lakeOf({ count: 250 });
    const rules = tier('sensitive', { selectorsAllowed: false, maxGrantDays: 90 });
    const text = explain(packedOf({ ...catalog, lake: { ...catalog.lake, tiers: [INTERNAL, rules] } }));
    expect(text).toMatch(/Ways out: \(1\) ask AWS .* \(2\) split it into \d principals\.$/);
    expect(explain(packedOf(lakeOf({ count: 250 })), 25)).not.toContain('ask AWS');
  });

  it('keeps a date where the tier asks for one, and exact rows for who reads raw data', () => {
    const strict = tier('sensitive', { maxGrantDays: 90 });
    const dated = lakeOf({ count: 80, dates: 80 });
    const text = explain(packedOf({ ...dated, lake: { ...dated.lake, tiers: [INTERNAL, strict] } }));
    expect(text).toContain('one common date');
    expect(text).not.toContain('no dates');
    const raw = grant('team:oncology', entry('a-1000-dataset-name0', 'read-raw'));
    expect(explain(packedOf({ ...dated, grants: [...dated.grants, raw] }))).not.toContain('select');
  });

  it('says when a way out is not enough', () => {
    expect(explain(packedOf(lakeOf({ count: 300, dates: 3 })))).toMatch(
      /one common date for all dated grants: 1\d policies, which is still too many/,
    );
  });

  it('knows what a pipeline can do', () => {
    const catalog = catalogOf({
      datasets: names(260).map((name) => dataset(name)),
      pipelines: [pipeline('wide', [...names(259)], ['a-1259-dataset-name0'])],
    });
    const text = explain(packedOf(catalog, 'pipeline:wide'));
    expect(text).toMatch(/split it into \d pipelines with fewer datasets each\.$/);
    expect(text).not.toContain('select');
  });
});

describe('headroom', () => {
  it('tells what is used of what', () => {
    const { role } = packedOf(lakeOf({ count: 60, dates: 3 }));
    const usage = roleUsage(role, DEFAULT_QUOTAS);
    expect(usage).toMatchObject({
      policies: { used: role.managed.length, limit: 10 },
      inline: { limit: 10_240 },
      trust: { limit: 2048 },
      dates: 3,
    });
    expect(roleUsage(role, withPolicies(20)).policies.limit).toBe(20);
  });

  it.each([
    [7, 10, 70],
    [9, 10, 90],
    [10, 10, 100],
    [0, 10, 0],
    [299, 300, 99],
  ])('%i of %i is %i percent', (used, limit, percent) => {
    expect(percentOf({ used, limit })).toBe(percent);
  });

  it.each<Shape>([
    { count: 60 },
    { count: 100, tier: 'internal' },
    { count: 40, dates: 3 },
    { count: 20, level: 'admin' },
    { count: 20, dates: 20 },
  ])('of %j is near what really fits', (shape) => {
    const { role } = packedOf(lakeOf(shape));
    const estimated = shape.count + headroom(role, DEFAULT_QUOTAS).moreGrants;
    const dates = shape.dates === shape.count ? (count: number) => count : () => shape.dates ?? 0;
    const fits = (count: number): boolean =>
      packedOf(lakeOf({ ...shape, count, dates: dates(count) })).role.managed.length <= 10;
    expect(fits(Math.floor(estimated * 0.75))).toBe(true);
    expect(fits(Math.ceil(estimated * 1.6))).toBe(false);
  });

  it('of an almost empty role is near what fits, neither nothing nor a handful', () => {
    const more = (count: number): number => headroom(packedOf(lakeOf({ count })).role, DEFAULT_QUOTAS).moreGrants;
    for (const count of [0, 1, 3]) {
      expect(more(count)).toBeGreaterThan(70);
      expect(more(count)).toBeLessThan(200);
    }
    expect(Math.abs(more(1) + 1 - (more(61) + 61))).toBeLessThan(70);
  });

  it('is nothing in a full role, and more under a raised quota', () => {
    const { role } = packedOf(lakeOf({ count: 250 }));
    expect(headroom(role, DEFAULT_QUOTAS).moreGrants).toBe(0);
    expect(headroom(role, withPolicies(25)).moreGrants).toBeGreaterThan(30);
  });
});
