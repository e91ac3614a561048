import { describe, expect, it } from 'vitest';
import { describeAccess } from '../../src/access/changes/describe.ts';
import { diffAccess, peopleOf } from '../../src/access/changes/diff.ts';
import type { AccessHolder, AccessRow } from '../../src/reconciler/model/resource.ts';
import { catalogOf, team } from './support.ts';

/** `read trials 2026-12-31`, of team:oncology in tier sensitive unless said otherwise. */
const row = (text: string, principal: AccessHolder = 'team:oncology', tier = 'sensitive'): AccessRow => {
  const [level = '', dataset = '', until] = text.split(' ');
  return { principal, dataset, tier, level: level as AccessRow['level'], ...(until === undefined ? {} : { until }) };
};

const options = {
  people: () => undefined,
  tiers: ['internal', 'restricted', 'sensitive'],
  asOf: '2026-06-01T12:00:00Z',
};

const sentences = (before: readonly AccessRow[], after: readonly AccessRow[]): readonly string[] =>
  diffAccess(before, after, options).map(describeAccess);

describe('sentences', () => {
  it.each([
    ['a first grant', [], ['read trials 2026-12-31'], ['gains read on sensitive trials until 2026-12-31']],
    ['a grant without an end', [], ['read trials'], ['gains read on sensitive trials']],
    ['two levels at once', [], ['read trials', 'write trials'], ['gains read and write on sensitive trials']],
    [
      'two levels with two ends',
      [],
      ['read trials', 'write trials 2026-12-31'],
      ['gains read and write until 2026-12-31 on sensitive trials'],
    ],
    ['a revoked grant', ['read trials 2026-12-31'], [], ['loses read on sensitive trials']],
    [
      'an extended grant',
      ['read trials 2026-12-31'],
      ['read trials 2027-03-31'],
      ['keeps read on sensitive trials until 2027-03-31 instead of 2026-12-31'],
    ],
    [
      'a shortened grant',
      ['read trials'],
      ['read trials 2027-03-31'],
      ['keeps read on sensitive trials until 2027-03-31 instead of without end'],
    ],
    [
      'an end taken away',
      ['read trials 2027-03-31'],
      ['read trials'],
      ['keeps read on sensitive trials without end instead of 2027-03-31'],
    ],
    [
      'a raised level',
      ['read trials 2026-12-31'],
      ['read-raw trials 2026-12-31'],
      ['gains read-raw on sensitive trials until 2026-12-31 (had read until 2026-12-31)'],
    ],
    ['a lowered level', ['read-raw trials'], ['read trials'], ['loses read-raw on sensitive trials, keeps read']],
    ['a changed level', ['read trials'], ['write trials'], ['gains write on sensitive trials and loses read']],
    ['a pipeline', [], ['run-write trials'], ['gains run-write on sensitive trials']],
    ['a whole tier', [], ['read *'], ['gains read on all sensitive datasets']],
    ['nothing', ['read trials'], ['read trials'], []],
    [
      'a passed date that is still in the documents',
      ['read trials 2026-05-31'],
      [],
      ['loses read on sensitive trials: the grant ended with 2026-05-31'],
    ],
    [
      'a passed date that was extended in time',
      ['read trials 2026-05-31'],
      ['read trials'],
      ['gains read on sensitive trials'],
    ],
    [
      'a name instead of the tier',
      ['read *'],
      ['read trials'],
      ['loses read on all sensitive datasets', 'keeps read on sensitive trials'],
    ],
    ['the tier instead of a name', ['read trials'], ['read *'], ['gains read on all sensitive datasets']],
    [
      'the tier, for a shorter time than a name',
      ['read trials'],
      ['read * 2026-12-31'],
      [
        'gains read on all sensitive datasets until 2026-12-31',
        'keeps read on sensitive trials until 2026-12-31 instead of without end',
      ],
    ],
    [
      'one more grant where metadata is open',
      ['discover *', 'read sites'],
      ['discover *', 'read sites', 'read trials'],
      ['gains read on sensitive trials'],
    ],
    [
      'one grant less where metadata is open',
      ['discover * 2027-01-01', 'read sites 2026-12-01', 'read trials 2027-01-01'],
      ['discover * 2026-12-01', 'read sites 2026-12-01'],
      [
        'loses read on sensitive trials',
        'keeps discover on all sensitive datasets until 2026-12-01 instead of 2027-01-01',
      ],
    ],
    ['raw and write are admin', [], ['read-raw trials', 'write trials'], ['gains admin on sensitive trials']],
    [
      'another way to say the same',
      ['admin trials', 'read trials'],
      ['read-raw trials', 'write trials', 'discover trials'],
      [],
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(
      sentences(
        before.map((text) => row(text)),
        after.map((text) => row(text)),
      ),
    ).toEqual(expected.map((sentence) => `team:oncology ${sentence}`));
  });

  it('name everyone and third parties in plain words', () => {
    expect(sentences([], [row('read *', 'everyone:internal', 'internal')])).toEqual([
      'everyone gains read on all internal datasets',
    ]);
    expect(sentences([], [row('read trials', 'exposed:trials/read')])).toEqual([
      'the exposed role trials/read gains read on sensitive trials',
    ]);
  });
});

describe('changes', () => {
  it('come most confidential first, then by dataset and holder', () => {
    const after = [
      row('read b', 'team:a', 'internal'),
      row('read b', 'team:b'),
      row('read b', 'team:a'),
      row('read a', 'team:z'),
      row('read c', 'team:a', 'restricted'),
    ];
    expect(
      diffAccess([], after, options).map((change) => `${change.tier}/${change.dataset} ${change.principal}`),
    ).toEqual([
      'sensitive/a team:z',
      'sensitive/b team:a',
      'sensitive/b team:b',
      'restricted/c team:a',
      'internal/b team:a',
    ]);
  });

  it('count the people behind a team where its members are known', () => {
    const catalog = catalogOf({
      principals: [
        team('oncology', { members: ['a@acme.example', 'b@acme.example', 'c@acme.example'] }),
        team('solo', { members: ['a@acme.example'] }),
        team('unknown'),
      ],
    });
    const after = ['team:oncology', 'team:solo', 'team:unknown'].map((holder) =>
      row('read trials', holder as AccessHolder),
    );
    expect(diffAccess([], after, { ...options, people: peopleOf(catalog) }).map(describeAccess)).toEqual([
      'team:oncology (3 people) gains read on sensitive trials',
      'team:solo (1 person) gains read on sensitive trials',
      'team:unknown gains read on sensitive trials',
    ]);
  });

  it('carry both ends as data, and mark what only expired', () => {
    expect(diffAccess([row('admin trials 2026-12-31')], [row('read trials')], options)).toEqual([
      {
        principal: 'team:oncology',
        dataset: 'trials',
        tier: 'sensitive',
        before: [{ level: 'admin', until: '2026-12-31' }],
        after: [{ level: 'read' }],
      },
    ]);
    expect(diffAccess([row('read trials 2026-05-31')], [], options)).toMatchObject([{ expired: true, after: [] }]);
  });
});
