import { describe, expect, it } from 'vitest';
import { judgeAccessRules } from '../../src/access/rules/access-rules.ts';
import type {
  GrantEntry,
  HolderKind,
  Level,
  Principal,
  PrincipalKind,
  Rule,
} from '../../src/reconciler/model/catalog.ts';
import { brokenBy, forbid, holding, withRules } from './rules-support.ts';
import { AS_OF, dataset, entry, grant, INTERNAL, type Parts, pipeline, team, tier } from './support.ts';

const OPEN = tier('public', { defaultRole: { assumedBy: [] } });
const SENSITIVE = tier('sensitive');
const principal = (kind: PrincipalKind): Principal => ({ ...team('x'), kind, ref: `${kind}:x` });
const TRIALS = dataset('trials', 'sensitive', {
  domain: 'clinical',
  owner: 'team:data',
  expose: [{ level: 'read', assumedBy: [] }],
});
const ALL: Parts = {
  tiers: [OPEN, INTERNAL, SENSITIVE],
  datasets: [
    TRIALS,
    dataset('visits', 'sensitive', { domain: 'clinical' }),
    dataset('news', 'public'),
    dataset('sites', 'internal'),
  ],
  principals: [principal('team'), principal('user'), principal('service')],
  grants: [
    grant('team:x', entry('trials', 'read')),
    grant('user:x', entry('trials', 'read')),
    grant('service:x', entry('trials', 'read')),
  ],
  pipelines: [pipeline('x', ['trials'], ['visits'])],
};

describe('kinds', () => {
  it.each<readonly [HolderKind, string]>([
    ['team', 'team:x'],
    ['user', 'user:x'],
    ['service', 'service:x'],
    ['pipeline', 'pipeline:x'],
    ['exposed', 'exposed:trials/read'],
  ])('%s', (kind, who) => {
    expect(brokenBy(ALL, forbid([kind], holding('trials')))).toEqual([who]);
  });

  it('everyone, by the default role of a tier', () => {
    expect(brokenBy(ALL, forbid(['everyone'], holding('news')))).toEqual(['everyone']);
    expect(brokenBy(ALL, forbid(['everyone'], holding('trials')))).toEqual([]);
  });

  it('several at once', () => {
    const targets = ['exposed:trials/read', 'pipeline:x', 'service:x'];
    expect(brokenBy(ALL, forbid(['service', 'exposed', 'pipeline', 'everyone'], holding('trials')))).toEqual(targets);
  });

  it('a team does not hold what everyone holds', () => {
    expect(brokenBy(ALL, forbid(['team'], holding('news')))).toEqual([]);
  });
});

const teamWith = (...access: GrantEntry[]): Parts => ({ ...ALL, grants: [grant('team:x', ...access)], pipelines: [] });

describe('what is forbidden', () => {
  it.each<readonly [string, GrantEntry[], Rule, boolean]>([
    ['a dataset', [entry('trials', 'read')], forbid(['team'], holding('trials')), true],
    ['another dataset', [entry('visits', 'read')], forbid(['team'], holding('trials')), false],
    ['a tier', [entry('visits', 'read')], forbid(['team'], holding({ tier: 'sensitive' })), true],
    ['another tier', [entry('sites', 'read')], forbid(['team'], holding({ tier: 'sensitive' })), false],
    ['a domain', [entry('visits', 'read')], forbid(['team'], holding({ domain: 'clinical' })), true],
    ['an owner', [entry('trials', 'read')], forbid(['team'], holding({ owner: 'team:data' })), true],
    ['another owner', [entry('visits', 'read')], forbid(['team'], holding({ owner: 'team:data' })), false],
    [
      'a dataset, by a whole tier',
      [entry({ select: { tier: 'sensitive' } }, 'read')],
      forbid(['team'], holding('trials')),
      true,
    ],
    [
      'a domain, by a whole tier',
      [entry({ select: { tier: 'sensitive' } }, 'read')],
      forbid(['team'], holding({ domain: 'clinical' })),
      true,
    ],
    [
      'seeing tables, by any grant in a tier with open metadata',
      [entry('sites', 'write')],
      forbid(['team'], holding({ tier: 'internal' }, 'discover')),
      true,
    ],
    ['a grant that has ended', [entry('trials', 'read', '2026-05-31')], forbid(['team'], holding('trials')), false],
    [
      'with an exception',
      [entry('trials', 'read')],
      forbid(['team'], holding('trials'), { except: ['team:x'] }),
      false,
    ],
    [
      'in another instance',
      [entry('trials', 'read')],
      forbid(['team'], holding('trials'), { instances: ['prod'] }),
      false,
    ],
  ])('%s', (_, access, rule, isBroken) => {
    expect(brokenBy(teamWith(...access), rule)).toEqual(isBroken ? ['team:x'] : []);
  });

  it.each<readonly [Level, readonly Level[]]>([
    ['discover', ['discover', 'read', 'read-raw', 'write', 'admin']],
    ['read', ['read', 'read-raw', 'admin']],
    ['read-raw', ['read-raw', 'admin']],
    ['write', ['write', 'admin']],
    ['admin', ['admin']],
  ])('at %s: %j', (asked, broken) => {
    const levels: readonly Level[] = ['discover', 'read', 'read-raw', 'write', 'admin'];
    const rule = forbid(['team'], holding('trials', asked));
    expect(levels.filter((level) => brokenBy(teamWith(entry('trials', level)), rule).length > 0)).toEqual(broken);
  });

  it.each<readonly [Level, boolean]>([
    ['read', true],
    ['read-raw', true],
    ['write', true],
    ['admin', true],
  ])('the output of a pipeline counts as %s: %s', (level, isBroken) => {
    const rule = forbid(['pipeline'], holding('visits', level));
    expect(brokenBy(ALL, rule)).toEqual(isBroken ? ['pipeline:x'] : []);
  });
});

describe('the message', () => {
  it('points at the grant, and says what, why and what to do', () => {
    const place = { declaredIn: { file: 'catalog/grants/a.yaml', line: 5 } };
    const parts = {
      ...ALL,
      grants: [grant('service:x', entry({ select: { domain: 'clinical' } }, 'read', undefined, place))],
    };
    const rule = forbid(['service', 'exposed'], holding({ tier: 'sensitive' }));
    const [finding] = judgeAccessRules(withRules(parts, rule), 'dev01', AS_OF).filter(
      ({ target }) => target === 'keep-out/service:x',
    );
    expect(finding).toMatchObject({ code: 'EDL-3062', file: 'catalog/grants/a.yaml', line: 5 });
    expect(finding?.detail).toBe(
      'service:x holds read on sensitive trials (catalog/grants/a.yaml:5), likewise on 1 more dataset. The rule keep-out (lake.yaml:9) says that read on any sensitive dataset is not for services or the roles of exposed datasets: Not for them. Take it back, or give the service a dataset that holds no more than it needs. If it must be so for a while, add { guard: access-rules, target: keep-out/service:x, reason: …, until: DATE } to "allow" in lake.yaml; if for good, add except: [service:x] to the rule. Both are reviewed.',
    );
  });

  it('points at the line of the input where a pipeline reads it', () => {
    const pipelines = [pipeline('x', ['trials'], ['visits'], { inputLines: { trials: 6 } })];
    const [finding] = judgeAccessRules(
      withRules({ ...ALL, pipelines }, forbid(['pipeline'], holding('trials'))),
      'dev01',
      AS_OF,
    );
    expect(finding).toMatchObject({ file: 'catalog/pipelines/x/pipeline_config.yaml', line: 6 });
  });

  it('points at the rule where a default role breaks it, which has no line of its own', () => {
    const [finding] = judgeAccessRules(withRules(ALL, forbid(['everyone'], holding('news'))), 'dev01', AS_OF);
    expect(finding).toMatchObject({ file: 'lake.yaml', line: 9 });
    expect(finding?.detail).toContain(
      'Everyone holds read on public news (by the default role of public, for everyone).',
    );
    expect(finding?.detail).not.toContain('except');
  });
});
