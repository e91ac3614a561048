import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { holdersOf } from '../../src/app/access/names.ts';
import { answerWhat } from '../../src/app/access/what.ts';
import { LEVELS } from '../../src/access/levels.ts';
import { instanceNamed } from '../../src/reconciler/model/instance.ts';
import type { AccessHolder } from '../../src/reconciler/model/resource.ts';
import { AS_OF } from '../access/support.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { SAMPLE_AS_OF } from '../arbitraries/catalog-parts.ts';
import { can, LAKE, who } from './access-support.ts';

const told = (name: string, level?: Parameters<typeof who>[2]): readonly string[] =>
  who(LAKE, name, level).access.map(
    ({ principal, level: held, until = 'no end', because }) =>
      `${principal} ${held} ${until} by ${because.map(({ by, line }) => `${by}:${line}`).join()}`,
  );

describe('who', () => {
  it('names the most powerful first, with what gives it', () => {
    expect(told('sales')).toEqual([
      'team:crm admin 2027-05-01 by grant:4',
      'pipeline:daily run-write no end by pipeline:1',
      'team:owners read 2027-01-01 by grant:4',
    ]);
  });

  it('keeps the lines of one holder together', () => {
    expect(told('visits')).toEqual([
      'team:crm admin 2027-05-01 by grant:4',
      'team:owners write 2026-12-31 by grant:4',
      'team:owners read 2027-01-01 by grant:4',
    ]);
  });

  it('counts third parties, pipelines and everybody', () => {
    expect(told('trials')).toEqual([
      'exposed:trials/read read no end by exposed:1',
      'pipeline:daily read no end by pipeline:1',
      'team:oncology read 2026-06-10 by grant:5',
    ]);
    expect(told('news')).toContain('everyone:internal read no end by default-role:1');
  });

  it('folds who sees no more than metadata, unless that is the question', () => {
    expect(who(LAKE, 'visits')).toMatchObject({ metadataOnly: ['pipeline:daily'], principals: 2, people: 2 });
    expect(told('visits', 'discover')).toContain('pipeline:daily discover no end by open-metadata:1');
    expect(who(LAKE, 'visits', 'discover').metadataOnly).toEqual([]);
  });

  it('asks for at least a level', () => {
    expect(told('sales', 'write')).toEqual([
      'team:crm admin 2027-05-01 by grant:4',
      'pipeline:daily run-write no end by pipeline:1',
    ]);
    expect(told('sales', 'admin')).toEqual(['team:crm admin 2027-05-01 by grant:4']);
  });

  it('counts each person once', () => {
    const catalog = {
      ...LAKE,
      grants: [
        ...LAKE.grants,
        { ...LAKE.grants[0]!, access: [{ ...LAKE.grants[0]!.access[1]!, expires: '2027-01-01' }] },
      ],
    };
    // Jane is in both teams, Samir and Maria in one each.
    expect(who(catalog, 'sales')).toMatchObject({ principals: 4, people: 3 });
  });

  it('says so when the instance does not have the dataset, or not any more', () => {
    expect(who(LAKE, 'far')).toMatchObject({ dataset: { state: 'absent', instances: ['prod'] }, access: [] });
    expect(who(LAKE, 'old')).toMatchObject({ dataset: { state: 'retired', retiredOn: '2026-05-01' } });
    expect(told('old')).toEqual(['everyone:internal read no end by default-role:1']);
  });

  it('is about a day', () => {
    expect(
      who(LAKE, 'trials', 'read', 'dev01', '2026-06-11T00:00:00Z').access.map(({ principal }) => principal),
    ).toEqual(['exposed:trials/read', 'pipeline:daily']);
  });
});

describe('who may take a role', () => {
  it('is told of roles that nobody may take here', () => {
    const untaken = (name: string) =>
      who(LAKE, name)
        .access.filter((line) => line.untaken === true)
        .map(({ principal }) => principal);
    expect(untaken('trials')).toEqual(['exposed:trials/read']);
    // A default role without callers is open to the whole account.
    expect(untaken('news')).toEqual([]);
    const elsewhere = LAKE.principals.map((one) => ({
      ...one,
      assumedBy: one.assumedBy.map((caller) => ({ ...caller, instances: ['prod'] })),
    }));
    expect(can({ ...LAKE, principals: elsewhere }, 'team:oncology', 'read', 'trials')).toMatchObject({
      answer: 'yes',
      untaken: true,
    });
    expect(can(LAKE, 'team:oncology', 'read', 'trials').untaken).toBeUndefined();
  });

  const everyone = {
    principal: 'everyone:internal',
    tier: 'internal',
    arn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-default-internal',
    callers: ['anybody in account 111111111111'],
  };

  it('is told of the default role that reads the dataset', () => {
    expect(who(LAKE, 'news').defaultRole).toEqual(everyone);
    expect(who(LAKE, 'news', 'write').defaultRole).toBeUndefined();
    expect(who(LAKE, 'sales').defaultRole).toBeUndefined();
    expect(can(LAKE, 'team:oncology', 'read', 'news')).toMatchObject({ answer: 'no', defaultRole: everyone });
    expect(can(LAKE, 'team:oncology', 'read', 'old')).toMatchObject({ why: 'retired', defaultRole: everyone });
  });

  it.each([
    ['more than reading', 'team:oncology', 'write', 'news'],
    ['another tier', 'team:oncology', 'read', 'visits'],
    ['a pipeline', 'pipeline:daily', 'read', 'news'],
    ['another instance', 'team:oncology', 'read', 'far'],
  ] as const)('the default role is no answer: %s', (_, holder, level, name) => {
    expect(can(LAKE, holder, level, name).defaultRole).toBeUndefined();
  });
});

describe('what', () => {
  const what = (principal: AccessHolder) =>
    answerWhat({ catalog: LAKE, instance: 'dev01', principal, holders: [principal], asOf: AS_OF }).holders[0]!;

  it('adds the default roles for people, not for programs', () => {
    const others = (principal: AccessHolder) =>
      answerWhat({ catalog: LAKE, instance: 'dev01', principal, holders: [principal], asOf: AS_OF }).defaultRoles.map(
        (role) => role.principal,
      );
    expect(others('team:crm')).toEqual(['everyone:internal']);
    expect(others('everyone:internal')).toEqual([]);
    expect(others('pipeline:daily')).toEqual([]);
  });

  it('goes by tier, the most confidential first, and marks what ends soon', () => {
    expect(
      what('team:oncology').access.map(({ tier: of, dataset: name, level, endsInDays }) => [
        of,
        name,
        level,
        endsInDays,
      ]),
    ).toEqual([['sensitive', 'trials', 'read', 9]]);
  });

  it('lists what gives nothing, the expired first', () => {
    expect(what('team:oncology').idle).toMatchObject([
      { target: 'sales', why: 'expired', expires: '2026-05-31', line: 6 },
    ]);
    expect(what('team:owners').idle).toMatchObject([{ target: 'trials', why: 'other-instance', instances: ['prod'] }]);
  });

  it('tells the role behind it', () => {
    expect(what('team:crm')).toMatchObject({
      description: 'Field force',
      role: {
        arn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-crm',
        workGroup: 'edl-dev01-team-crm',
        callers: ['arn:aws:iam::111111111111:role/sso-crm'],
        usage: { policies: { used: 0, limit: 10 }, dates: 1 },
      },
    });
    expect(what('exposed:trials/read').role?.workGroup).toBeUndefined();
    expect(what('pipeline:nightly').role).toBeUndefined();
  });
});

describe('can', () => {
  it.each([
    [
      'team:oncology',
      'read',
      'trials',
      { answer: 'yes', until: '2026-06-10', because: [{ line: 5, reason: 'REQ-1' }] },
    ],
    ['team:oncology', 'discover', 'trials', { answer: 'yes', until: '2026-06-10' }],
    ['everyone:internal', 'read', 'news', { answer: 'yes' }],
    ['everyone:internal', 'read', 'old', { answer: 'yes' }],
    ['pipeline:daily', 'run-write', 'sales', { answer: 'yes' }],
    ['team:oncology', 'read-raw', 'trials', { answer: 'no', why: 'lower-level', held: [{ level: 'read' }] }],
    ['team:oncology', 'read', 'sales', { answer: 'no', why: 'expired', idle: { line: 6, expires: '2026-05-31' } }],
    ['team:oncology', 'read', 'visits', { answer: 'no', why: 'never-granted', held: [] }],
    ['team:owners', 'read', 'trials', { answer: 'no', why: 'other-instance', idle: { instances: ['prod'] } }],
    ['team:oncology', 'read', 'old', { answer: 'no', why: 'retired' }],
    ['team:oncology', 'read', 'far', { answer: 'no', why: 'not-in-instance' }],
    ['everyone:internal', 'read', 'far', { answer: 'no', why: 'not-in-instance' }],
    ['pipeline:nightly', 'read', 'news', { answer: 'no', why: 'no-role' }],
  ] as const)('%s %s %s', (holder, level, name, expected) => {
    expect(can(LAKE, holder, level, name)).toMatchObject(expected);
  });

  it('holds admin by its two halves, as long as both last', () => {
    const halves = { ...LAKE.grants[0]!, principal: 'team:owners' as const };
    const [first] = halves.access;
    const catalog = {
      ...LAKE,
      grants: [
        {
          ...halves,
          access: [
            { ...first!, level: 'read-raw' as const, expires: '2026-08-01' },
            { ...first!, level: 'write' as const, expires: '2026-07-01' },
          ],
        },
      ],
    };
    expect(can(catalog, 'team:owners', 'admin', 'trials')).toMatchObject({
      answer: 'yes',
      until: '2026-07-01',
      because: [{ level: 'read-raw' }, { level: 'write' }],
    });
  });

  it('names the grant that lasts longest, not the others', () => {
    const [first] = LAKE.grants;
    const [line] = first!.access;
    const longer = { ...line!, expires: '2026-07-01', declaredIn: { file: 'catalog/grants/longer.yaml', line: 7 } };
    const catalog = { ...LAKE, grants: [first!, { ...first!, access: [longer] }] };
    expect(can(catalog, 'team:oncology', 'read', 'trials')).toMatchObject({ until: '2026-07-01' });
    expect(can(catalog, 'team:oncology', 'read', 'trials').because.map(({ line: at }) => at)).toEqual([7]);
  });

  it('proposes what to ask for, with an end that the tier allows', () => {
    const { proposal } = can(LAKE, 'team:crm', 'read', 'trials');
    expect(proposal?.yaml).toContain('expires: 2026-08-30');
    expect(proposal?.approvals).toMatchObject([{ by: 'team:owners' }]);
  });

  it.each([
    ['what no grant can give', 'team:crm', 'run-write', 'sales'],
    ['for everybody', 'everyone:internal', 'write', 'news'],
    ['a retired dataset', 'team:crm', 'read', 'old'],
    ['a dataset of other instances', 'team:crm', 'read', 'far'],
  ] as const)('proposes nothing: %s', (_, holder, level, name) => {
    expect(can(LAKE, holder, level, name)).toMatchObject({ answer: 'no' });
    expect(can(LAKE, holder, level, name).proposal).toBeUndefined();
  });

  it('judges every action of the level in every region', () => {
    const actions = (level: Parameters<typeof can>[2]) =>
      new Set(can(LAKE, 'team:oncology', level, 'trials').judged.map(({ action }) => action));
    expect([...actions('read')].sort()).toEqual(
      [
        'glue:BatchGetPartition',
        'glue:GetDatabase',
        'glue:GetDatabases',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:GetTable',
        'glue:GetTables',
        'kms:Decrypt',
        's3:GetBucketLocation',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:ListBucket',
      ].sort(),
    );
  });
});

test('rows, documents and every question agree about everybody, every level and every dataset', () => {
  fc.assert(
    fc.property(
      catalogArbitrary({
        expired: true,
        datasets: { min: 1, max: 4 },
        principals: { min: 1, max: 2 },
        grants: { min: 1, max: 6 },
      }),
      fc.constantFrom('dev01', 'prod'),
      (catalog, instance) => {
        const holders = holdersOf(catalog, instanceNamed(catalog, instance));
        for (const { name } of catalog.datasets)
          for (const level of LEVELS) {
            const { access } = who(catalog, name, level, instance, SAMPLE_AS_OF);
            const listed = new Set(access.map(({ principal }) => principal));
            // Asking `can` throws when rows and documents do not agree.
            // A pipeline that writes published data is told among those who write.
            const asked = level === 'write' ? (['write', 'run-write'] as const) : [level];
            const able = holders.filter((holder) =>
              asked.some((one) => can(catalog, holder, one, name, instance, SAMPLE_AS_OF).answer === 'yes'),
            );
            // Of `admin` by its two halves, `who` names the halves.
            if (level !== 'admin') expect(new Set(able)).toEqual(listed);
          }
      },
    ),
    { numRuns: 12 },
  );
});
