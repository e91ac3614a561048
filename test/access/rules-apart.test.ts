import { describe, expect, it } from 'vitest';
import { judgeAccessRules } from '../../src/access/rules/access-rules.ts';
import type { GrantEntry, Level, Principal, Rule } from '../../src/reconciler/model/catalog.ts';
import { apart, brokenBy, holding, withRules } from './rules-support.ts';
import { AS_OF, dataset, entry, grant, INTERNAL, type Parts, pipeline, team, tier } from './support.ts';

const RESTRICTED = tier('restricted');
const SENSITIVE = tier('sensitive');
const TIERS = [INTERNAL, RESTRICTED, SENSITIVE];
const DATASETS = [
  dataset('payroll', 'sensitive', { domain: 'people', owner: 'team:hr' }),
  dataset('bonuses', 'sensitive', { domain: 'people', owner: 'team:hr' }),
  dataset('sales', 'restricted', { domain: 'crm', owner: 'team:crm' }),
  dataset('leads', 'restricted', { domain: 'crm', owner: 'team:crm' }),
  dataset('news', 'internal'),
  dataset('only-prod', 'restricted', { domain: 'crm', instances: ['prod'] }),
];
const WALL = apart([holding('payroll'), holding('sales', 'write')]);

const oncologyWith = (...access: GrantEntry[]): Parts => ({
  tiers: TIERS,
  datasets: DATASETS,
  grants: [grant('team:oncology', ...access)],
});

const select = (by: { tier?: string; domain?: string }, level: Level = 'read'): GrantEntry =>
  entry({ select: by }, level);

describe('what a side means', () => {
  it.each<readonly [string, GrantEntry[], Rule, boolean]>([
    ['both, by name', [entry('payroll', 'read'), entry('sales', 'write')], WALL, true],
    ['one only', [entry('payroll', 'read')], WALL, false],
    ['the other only', [entry('sales', 'write')], WALL, false],
    ['another dataset', [entry('payroll', 'read'), entry('leads', 'write')], WALL, false],
    [
      'a tier, by name',
      [entry('payroll', 'read'), entry('leads', 'read')],
      apart([holding('payroll'), holding({ tier: 'restricted' })]),
      true,
    ],
    [
      'a domain',
      [entry('payroll', 'read'), entry('leads', 'read')],
      apart([holding('payroll'), holding({ domain: 'crm' })]),
      true,
    ],
    [
      'another domain',
      [entry('payroll', 'read'), entry('news', 'read')],
      apart([holding('payroll'), holding({ domain: 'crm' })]),
      false,
    ],
    [
      'an owner',
      [entry('payroll', 'read'), entry('leads', 'read')],
      apart([holding({ owner: 'team:hr' }), holding({ owner: 'team:crm' })]),
      true,
    ],
    [
      'a dataset that the instance does not have',
      [entry('payroll', 'read'), entry('only-prod', 'read')],
      apart([holding('payroll'), holding('only-prod')]),
      false,
    ],
    ['a grant that has ended', [entry('payroll', 'read', '2026-05-31'), entry('sales', 'write')], WALL, false],
    ['a grant that ends today', [entry('payroll', 'read', '2026-06-01'), entry('sales', 'write')], WALL, true],
    [
      'a grant in another instance',
      [entry('payroll', 'read', undefined, { instances: ['prod'] }), entry('sales', 'write')],
      WALL,
      false,
    ],
  ])('%s', (_, access, rule, isBroken) => {
    expect(brokenBy(oncologyWith(...access), rule)).toEqual(isBroken ? ['team:oncology'] : []);
  });
});

describe('levels', () => {
  const held: readonly Level[] = ['discover', 'read', 'read-raw', 'write', 'admin'];
  it.each<readonly [Level, readonly Level[]]>([
    ['discover', ['discover', 'read', 'read-raw', 'write', 'admin']],
    ['read', ['read', 'read-raw', 'admin']],
    ['read-raw', ['read-raw', 'admin']],
    ['write', ['write', 'admin']],
    ['admin', ['admin']],
  ])('a side with %s is held by %j', (asked, holders) => {
    const rule = apart([holding('payroll', asked), holding('sales', 'read')]);
    const broken = held.filter(
      (level) => brokenBy(oncologyWith(entry('payroll', level), entry('sales', 'read')), rule).length > 0,
    );
    expect(broken).toEqual(holders);
  });

  it('admin is held by who was granted its two halves', () => {
    const rule = apart([holding('payroll', 'admin'), holding('sales', 'read')]);
    const halves = [entry('payroll', 'read-raw'), entry('payroll', 'write'), entry('sales', 'read')];
    expect(brokenBy(oncologyWith(...halves), rule)).toEqual(['team:oncology']);
    const apartHalves = [entry('payroll', 'read-raw'), entry('bonuses', 'write'), entry('sales', 'read')];
    expect(brokenBy(oncologyWith(...apartHalves), rule)).toEqual([]);
  });
});

describe('one dataset on both sides', () => {
  it.each<readonly [string, GrantEntry[], Rule, boolean]>([
    [
      'is no pair by itself',
      [entry('payroll', 'read')],
      apart([holding('payroll'), holding({ tier: 'sensitive' })]),
      false,
    ],
    [
      'is a pair with another one',
      [entry('payroll', 'read'), entry('bonuses', 'read')],
      apart([holding('payroll'), holding({ tier: 'sensitive' })]),
      true,
    ],
    [
      'is no pair at a level and a higher one',
      [entry('payroll', 'read-raw')],
      apart([holding('payroll'), holding({ tier: 'sensitive' }, 'read-raw')]),
      false,
    ],
    [
      'is a pair at levels that do not include each other',
      [entry('payroll', 'admin')],
      apart([holding('payroll'), holding('payroll', 'write')]),
      true,
    ],
    [
      'counts for two sides that mean the same tier only when there are two',
      [entry('payroll', 'read')],
      apart([holding({ tier: 'sensitive' }), holding({ domain: 'people' })]),
      false,
    ],
  ])('%s', (_, access, rule, isBroken) => {
    expect(brokenBy(oncologyWith(...access), rule)).toEqual(isBroken ? ['team:oncology'] : []);
  });
});

describe('whole tiers', () => {
  it.each<readonly [string, GrantEntry[], Rule, boolean]>([
    ['hold every dataset of the tier', [select({ tier: 'sensitive' }), entry('sales', 'write')], WALL, true],
    [
      'hold a tier, and a domain in it',
      [select({ tier: 'sensitive' }), select({ tier: 'restricted' })],
      apart([holding({ domain: 'people' }), holding({ tier: 'restricted' })]),
      true,
    ],
    [
      'do not hold a domain that has none there',
      [select({ tier: 'sensitive' }), entry('sales', 'read')],
      apart([holding({ domain: 'crm' }), holding({ domain: 'supply' })]),
      false,
    ],
    [
      'do not hold raw data',
      [select({ tier: 'sensitive' }), entry('sales', 'read')],
      apart([holding('payroll', 'read-raw'), holding('sales')]),
      false,
    ],
    [
      'hold more than a dataset of theirs',
      [select({ tier: 'sensitive' })],
      apart([holding('payroll'), holding({ tier: 'sensitive' })]),
      true,
    ],
  ])('%s', (_, access, rule, isBroken) => {
    expect(brokenBy(oncologyWith(...access), rule)).toEqual(isBroken ? ['team:oncology'] : []);
  });

  it('hold what they will hold, also while the tier is empty', () => {
    const parts = { ...oncologyWith(select({ tier: 'sensitive' }), select({ tier: 'restricted' })), datasets: [] };
    const rule = apart([holding({ tier: 'sensitive' }), holding({ tier: 'restricted' })]);
    expect(brokenBy(parts, rule)).toEqual(['team:oncology']);
  });
});

describe('of more than two', () => {
  const three = apart([holding('payroll'), holding('sales'), holding('news')]);
  it.each<readonly [string, readonly string[], boolean]>([
    ['one may be held', ['news'], false],
    ['the last two may not', ['sales', 'news'], true],
    ['the first and the last may not', ['payroll', 'news'], true],
  ])('%s', (_, names, isBroken) => {
    const access = names.map((name) => entry(name, 'read'));
    expect(brokenBy(oncologyWith(...access), three)).toEqual(isBroken ? ['team:oncology'] : []);
  });
});

describe('holders', () => {
  const both = [entry('payroll', 'read'), entry('sales', 'admin')];
  const service: Principal = { ...team('robot'), kind: 'service', ref: 'service:robot' };
  const user: Principal = { ...team('ann'), kind: 'user', ref: 'user:ann' };
  const base: Parts = { tiers: TIERS, datasets: DATASETS, principals: [team('oncology'), service, user] };

  it('are teams, users and services, each by itself', () => {
    const grants = [grant('team:oncology', ...both), grant('service:robot', ...both), grant('user:ann', ...both)];
    expect(brokenBy({ ...base, grants }, WALL)).toEqual(['service:robot', 'team:oncology', 'user:ann']);
  });

  it('are pipelines: writing an output is writing', () => {
    const parts = { ...base, pipelines: [pipeline('bonus', ['payroll'], ['sales'])] };
    expect(brokenBy(parts, WALL)).toEqual(['pipeline:bonus']);
    expect(brokenBy(parts, apart([holding('payroll'), holding('sales')]))).toEqual(['pipeline:bonus']);
  });

  it('are exposed roles, each for its dataset', () => {
    const exposed = [{ level: 'admin' as const, assumedBy: [] }];
    const datasets = [dataset('payroll', 'sensitive', { expose: exposed })];
    const rule = apart([holding('payroll'), holding('payroll', 'write')]);
    expect(brokenBy({ ...base, datasets }, rule)).toEqual(['exposed:payroll/admin']);
  });

  it('do not unite when they have different names', () => {
    const grants = [grant('team:oncology', entry('payroll', 'read')), grant('service:robot', entry('sales', 'admin'))];
    expect(brokenBy({ ...base, grants }, WALL)).toEqual([]);
  });
});

describe('everyone', () => {
  const open = (name: string) => tier(name, { defaultRole: { assumedBy: [] } });
  const base: Parts = {
    tiers: [open('internal'), RESTRICTED, SENSITIVE],
    datasets: DATASETS,
    principals: [
      team('oncology', { members: ['jane@acme.example'] }),
      { ...team('robot'), kind: 'service', ref: 'service:robot' },
    ],
  };
  const rule = apart([holding('news'), holding('payroll')]);

  it('holds the default role, so a team needs only the other side', () => {
    expect(brokenBy({ ...base, grants: [grant('team:oncology', entry('payroll', 'read'))] }, rule)).toEqual([
      'team:oncology',
    ]);
  });

  it('does not work under the role of a service', () => {
    expect(brokenBy({ ...base, grants: [grant('service:robot', entry('payroll', 'read'))] }, rule)).toEqual([]);
  });

  it('is told alone when the default roles break the rule: each team would', () => {
    const tiers = [open('internal'), RESTRICTED, open('sensitive')];
    const grants = [grant('team:oncology', entry('payroll', 'read'))];
    expect(brokenBy({ ...base, tiers, grants }, rule)).toEqual(['everyone']);
  });
});

describe('the message', () => {
  const place = (file: string, line: number) => ({ declaredIn: { file, line } });
  const access = [
    entry('payroll', 'read-raw', '2026-12-31', place('catalog/grants/a.yaml', 4)),
    entry({ select: { domain: 'crm' } }, 'admin', undefined, place('catalog/grants/b.yaml', 7)),
  ];
  const [finding] = judgeAccessRules(
    withRules(oncologyWith(...access), apart([holding('payroll'), holding({ domain: 'crm' }, 'write')])),
    'dev01',
    AS_OF,
  );

  it('points at the narrower of the two grants', () => {
    expect(finding).toMatchObject({ code: 'EDL-3060', severity: 'error', file: 'catalog/grants/a.yaml', line: 4 });
  });

  it('says who holds what by which lines, which rule says why, and what to do', () => {
    expect(finding?.detail).toBe(
      'team:oncology holds read-raw on sensitive payroll until 2026-12-31 (catalog/grants/a.yaml:4) and admin on restricted leads (catalog/grants/b.yaml:7), likewise on 1 more dataset. The rule chinese-wall (lake.yaml:9) says that nobody may hold read on payroll together with write on any dataset of the domain crm: They compete. Take one of the two back, or grant it to another team. If it must be so for a while, add { guard: access-rules, target: chinese-wall/team:oncology, reason: …, until: DATE } to "allow" in lake.yaml; if for good, add except: [team:oncology] to the rule. Both are reviewed.',
    );
  });

  it('names no line that gives nothing any more, or gives it elsewhere', () => {
    const more = [
      entry('payroll', 'read', '2026-05-31', place('catalog/grants/ended.yaml', 4)),
      entry('payroll', 'read', undefined, { instances: ['prod'], ...place('catalog/grants/prod.yaml', 4) }),
      entry('payroll', 'write', undefined, place('catalog/grants/other-level.yaml', 4)),
    ];
    const rule = apart([holding('payroll'), holding({ domain: 'crm' }, 'write')]);
    const [found] = judgeAccessRules(withRules(oncologyWith(...access, ...more), rule), 'dev01', AS_OF);
    expect(found?.detail).not.toMatch(/ended|prod\.yaml|other-level/);
  });

  it('is one for each rule and holder, however many datasets', () => {
    const rules = [
      apart([holding({ tier: 'restricted' }), holding({ tier: 'sensitive' })]),
      { ...WALL, name: 'other' },
    ];
    const wide = oncologyWith(...DATASETS.map(({ name }) => entry(name, 'admin')));
    const targets = judgeAccessRules(withRules(wide, ...rules), 'dev01', AS_OF).map(({ target }) => target);
    expect(targets).toEqual(['chinese-wall/team:oncology', 'other/team:oncology']);
  });
});
