import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../src/access/changes/headline.ts';
import { countPeople } from '../../src/access/changes/people.ts';
import type { Principal } from '../../src/reconciler/model/catalog.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';
import type { AccessHolder } from '../../src/reconciler/model/resource.ts';
import { team } from './support.ts';

const TIERS = ['internal', 'restricted', 'sensitive'];
const PRINCIPALS: readonly Principal[] = [
  team('oncology', { members: ['jane@acme.example', 'samir@acme.example'] }),
  team('statistics', { members: ['Jane@acme.example', 'ivo@acme.example'] }),
  team('partners'),
  team('guests'),
  { ...team('jane'), kind: 'user', ref: 'user:jane' },
  { ...team('bot', { members: ['owner@acme.example'] }), kind: 'service', ref: 'service:bot' },
];

type Levels = AccessChange['before'];

const change = (principal: AccessHolder, before: Levels, after: Levels, tier = 'sensitive'): AccessChange => ({
  principal,
  dataset: 'd',
  tier,
  before,
  after,
});

const read: Levels = [{ level: 'read' }];
const admin: Levels = [{ level: 'admin' }];
const dated: Levels = [{ level: 'read', until: '2027-01-31' }];

const headline = (...access: readonly AccessChange[]): string =>
  headlineOf(countPeople(access, PRINCIPALS, TIERS)).join(' ');

describe('the headline', () => {
  it.each<readonly [string, readonly AccessChange[], string]>([
    ['nobody', [], 'Nobody gains or loses access.'],
    [
      'a team whose people are known',
      [change('team:oncology', [], read)],
      '2 people gain read on sensitive data; nobody loses access.',
    ],
    [
      'somebody in two teams, once',
      [change('team:oncology', [], read), change('team:statistics', [], read)],
      '3 people gain read on sensitive data; nobody loses access.',
    ],
    [
      'somebody in two teams, with the larger risk',
      [change('team:oncology', [], read), change('team:statistics', [], admin)],
      '2 people gain admin and 1 person gains read on sensitive data; nobody loses access.',
    ],
    ['a user', [change('user:jane', [], read)], '1 person gains read on sensitive data; nobody loses access.'],
    [
      'a team of unknown people',
      [change('team:oncology', [], read), change('team:partners', [], read)],
      '2 people and team:partners (members unknown) gain read on sensitive data; nobody loses access.',
    ],
    [
      'services and pipelines by name, not by the people behind them',
      [change('service:bot', [], read), change('pipeline:p', [], [{ level: 'run-write' }])],
      'pipeline:p gains run-write and service:bot gains read on sensitive data; nobody loses access.',
    ],
    [
      'many pipelines by number',
      (['pipeline:a', 'pipeline:b', 'pipeline:c'] as const).map((one) => change(one, [], read)),
      '3 pipelines gain read on sensitive data; nobody loses access.',
    ],
    [
      'everyone',
      [change('everyone:internal', [], read, 'internal'), change('team:oncology', [], read, 'internal')],
      'Everyone gains read on internal data; nobody loses access.',
    ],
    ['losses', [change('team:oncology', read, [])], '2 people lose read on sensitive data; nobody gains access.'],
    [
      'an expiry is a loss',
      [{ ...change('user:jane', dated, []), expired: true }],
      '1 person loses read on sensitive data; nobody gains access.',
    ],
    [
      'only dates',
      [change('team:oncology', dated, read)],
      'Nobody gains or loses access; 2 people keep read on sensitive data until another day.',
    ],
    [
      'each tier, the most confidential first, gains before losses before dates',
      [
        change('team:oncology', [], read, 'internal'),
        change('user:jane', [], read),
        change('team:statistics', admin, read, 'restricted'),
        change('team:partners', dated, read, 'restricted'),
      ],
      '1 person gains read on sensitive data; 2 people gain read on internal data; 2 people lose admin on restricted data; team:partners (members unknown) keeps read on restricted data until another day.',
    ],
    ['what is kept as it is', [change('team:oncology', read, read)], 'Nobody gains or loses access.'],
  ])('%s', (_name, access, text) => {
    expect(headline(...access)).toBe(text);
  });

  it('is one line while it is short, else a line for each tier', () => {
    const counts = countPeople([change('user:jane', [], read), change('team:oncology', read, [])], PRINCIPALS, TIERS);
    expect(headlineOf(counts)).toHaveLength(1);
    const more = countPeople(
      [
        change('user:jane', [], read),
        change('user:jane', read, [], 'internal'),
        change('user:jane', dated, read, 'restricted'),
      ],
      PRINCIPALS,
      TIERS,
    );
    expect(headlineOf(more)).toHaveLength(3);
  });
});
