import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../src/access/levels.ts';
import { RISK_OF_LEVELS, sortByRisk } from '../../src/access/changes/risk.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';

const TIERS = ['internal', 'restricted', 'sensitive'];

const gain = (more: Partial<AccessChange> = {}): AccessChange => ({
  principal: 'team:b',
  dataset: 'b',
  tier: 'restricted',
  before: [],
  after: [{ level: 'read' }],
  ...more,
});

const loss = (more: Partial<AccessChange> = {}): AccessChange =>
  gain({ before: [{ level: 'read' }], after: [], ...more });

const moved = (more: Partial<AccessChange> = {}): AccessChange =>
  gain({ before: [{ level: 'read', until: '2026-12-31' }], after: [{ level: 'read' }], ...more });

describe('the largest risk comes first', () => {
  /** Each row: what comes first, and what comes after it though all rules further down say otherwise. */
  it.each<readonly [string, AccessChange, AccessChange]>([
    [
      'the most confidential tier, whatever is done in it',
      moved({ tier: 'sensitive', dataset: 'z' }),
      gain({ tier: 'internal', after: [{ level: 'admin' }], people: 9 }),
    ],
    [
      'gains before losses',
      gain({ after: [{ level: 'discover' }] }),
      loss({ before: [{ level: 'admin' }], people: 9 }),
    ],
    ['losses before dates', loss({ before: [{ level: 'discover' }] }), moved({ people: 9 })],
    [
      'who gains one level and loses another gains',
      gain({ before: [{ level: 'write' }], after: [{ level: 'read' }] }),
      loss({ before: [{ level: 'admin' }], people: 9 }),
    ],
    [
      'what has expired is a loss',
      loss({ expired: true, before: [{ level: 'read', until: '2026-01-01' }] }),
      moved({ people: 9 }),
    ],
    [
      'only new levels count',
      gain({ after: [{ level: 'write' }] }),
      gain({ before: [{ level: 'run-write' }], after: [{ level: 'run-write' }, { level: 'discover' }], people: 9 }),
    ],
    ['the higher level', gain({ after: [{ level: 'read-raw' }] }), gain({ people: 9 })],
    ['more people', gain({ people: 3, dataset: 'z' }), gain({ people: 2 })],
    ['known people before unknown ones', gain({ people: 1, dataset: 'z' }), gain()],
    ['everyone before all others', gain({ principal: 'everyone:restricted', dataset: 'z' }), gain({ people: 999 })],
    ['the dataset by name', gain({ dataset: 'a', principal: 'team:z' }), gain()],
    ['the holder by name', gain({ principal: 'team:a' }), gain()],
  ])('%s', (_rule, first, second) => {
    expect(sortByRisk([second, first], TIERS)).toEqual([first, second]);
    expect(sortByRisk([first, second], TIERS)).toEqual([first, second]);
  });

  it('levels go from who may do most to who may only look', () => {
    const shuffled = ['read', 'admin', 'discover', 'write', 'run-write', 'read-raw'] as const;
    const changes = shuffled.map((level) => gain({ after: [{ level }] }));
    expect(sortByRisk(changes, TIERS).map(({ after }) => after[0]?.level)).toEqual([
      'admin',
      'run-write',
      'write',
      'read-raw',
      'read',
      'discover',
    ]);
    expect([...RISK_OF_LEVELS].sort()).toEqual([...LEVELS].sort());
  });

  it('whatever the order was before', () => {
    const change = fc.record({
      principal: fc.constantFrom('team:a', 'team:b', 'everyone:internal', 'pipeline:p'),
      dataset: fc.constantFrom('a', 'b', '*'),
      tier: fc.constantFrom(...TIERS),
      before: fc.constantFrom([], [{ level: 'read' }]),
      after: fc.constantFrom([], [{ level: 'read', until: '2027-01-01' }], [{ level: 'admin' }]),
    });
    const unique = fc.uniqueArray(change as fc.Arbitrary<AccessChange>, {
      selector: ({ principal, dataset, tier }) => `${principal} ${dataset} ${tier}`,
    });
    fc.assert(
      fc.property(unique, fc.infiniteStream(fc.nat()), (changes, numbers) => {
        const shuffled = changes
          .map((one) => [one, numbers.next().value ?? 0] as const)
          .sort(([, left], [, right]) => left - right)
          .map(([one]) => one);
        expect(sortByRisk(shuffled, TIERS)).toEqual(sortByRisk(changes, TIERS));
      }),
    );
  });
});
