import { describe, expect, it } from 'vitest';
import { judgeAccessRules } from '../../src/access/rules/access-rules.ts';
import type { Principal, Rule } from '../../src/reconciler/model/catalog.ts';
import { apart, brokenBy, holding, withRules } from './rules-support.ts';
import { AS_OF, dataset, entry, grant, type Parts, team, tier } from './support.ts';

const TIERS = [tier('restricted'), tier('sensitive')];
const DATASETS = [dataset('payroll', 'sensitive'), dataset('sales', 'restricted')];
const WALL = apart([holding('payroll'), holding('sales', 'write')]);

describe('people', () => {
  const jane = 'jane.doe@acme.example';
  const base: Parts = { tiers: TIERS, datasets: DATASETS };
  const one = grant('team:payers', entry('payroll', 'read'));
  const two = grant('team:sellers', entry('sales', 'write'));
  const payers = team('payers', { members: [jane, 'olu@acme.example'] });
  const sellers = team('sellers', { members: ['JANE.DOE@acme.example'] });
  const user = (members: readonly string[]): Principal => ({
    ...team('jane-doe', { members }),
    kind: 'user',
    ref: 'user:jane-doe',
  });
  const alone = grant('user:jane-doe', entry('sales', 'write'));

  it.each<readonly [string, Parts, readonly string[]]>([
    ['in two teams hold both', { ...base, principals: [payers, sellers], grants: [one, two] }, [jane]],
    ['in one team hold one', { ...base, principals: [payers, team('sellers')], grants: [one, two] }, []],
    [
      'in a team, and as the user that lists them',
      { ...base, principals: [payers, user([jane])], grants: [one, alone] },
      [jane],
    ],
    [
      'in a team, and as the user of their name',
      { ...base, principals: [payers, user([])], grants: [one, alone] },
      [jane],
    ],
    [
      'with the name of a user that is somebody else',
      { ...base, principals: [payers, user(['jane@other.example'])], grants: [one, alone] },
      [],
    ],
    [
      'are not told when one of their teams holds both itself',
      {
        ...base,
        principals: [payers, sellers],
        grants: [grant('team:payers', entry('payroll', 'read'), entry('sales', 'write')), two],
      },
      ['team:payers'],
    ],
    [
      'of a service do not work under it',
      {
        ...base,
        principals: [payers, { ...team('robot', { members: [jane] }), kind: 'service', ref: 'service:robot' }],
        grants: [one, grant('service:robot', entry('sales', 'write'))],
      },
      [],
    ],
  ])('%s', (_, parts, expected) => {
    expect(brokenBy(parts, WALL)).toEqual(expected);
  });

  it('hold admin through two teams with its halves', () => {
    const grants = [
      grant('team:payers', entry('payroll', 'read-raw'), entry('sales', 'read')),
      grant('team:sellers', entry('payroll', 'write')),
    ];
    const rule = apart([holding('payroll', 'admin'), holding('sales')]);
    expect(brokenBy({ ...base, principals: [payers, sellers], grants }, rule)).toEqual([jane]);
  });

  it('are named with their teams and the lines of both grants', () => {
    const catalog = withRules({ ...base, principals: [payers, sellers], grants: [one, two] }, WALL);
    const [finding] = judgeAccessRules(catalog, 'dev01', AS_OF);
    expect(finding).toMatchObject({ code: 'EDL-3061', guard: 'access-rules', target: `chinese-wall/${jane}` });
    expect(finding?.detail).toContain(
      `${jane}, who works under team:payers and team:sellers, holds read on sensitive payroll (through team:payers, catalog/grants/g.yaml:4)`,
    );
    expect(finding?.detail).toContain('write on restricted sales (through team:sellers, catalog/grants/g.yaml:4)');
  });
});

describe('exceptions', () => {
  const jane = 'jane.doe@acme.example';
  const parts: Parts = {
    tiers: TIERS,
    datasets: DATASETS,
    principals: [team('oncology', { members: [jane] }), team('sellers', { members: [jane] })],
    grants: [
      grant('team:oncology', entry('payroll', 'read'), entry('sales', 'write')),
      grant('team:sellers', entry('sales', 'write')),
    ],
  };
  const sides = [holding('payroll'), holding('sales', 'write')];

  it.each<readonly [string, Rule, string, readonly string[]]>([
    ['nobody excepted', apart(sides), 'dev01', ['team:oncology']],
    [
      'the team excepted, and so what its people hold through it',
      apart(sides, { except: ['team:oncology'] }),
      'dev01',
      [],
    ],
    ['another one excepted', apart(sides, { except: ['team:sellers'] }), 'dev01', ['team:oncology']],
    ['for this instance', apart(sides, { instances: ['dev01'] }), 'dev01', ['team:oncology']],
    ['for another instance', apart(sides, { instances: ['prod'] }), 'dev01', []],
  ])('%s', (_, rule, instance, expected) => {
    expect(brokenBy(parts, rule, instance)).toEqual(expected);
  });
});
