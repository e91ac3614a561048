import { describe, expect, it } from 'vitest';
import { describeTold } from '../../src/access/changes/describe.ts';
import { withListings } from '../../src/access/changes/listings.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';
import { countEffects } from '../../src/report/access.ts';

const change = (
  dataset: string,
  before: AccessChange['before'],
  after: AccessChange['after'],
  more: Partial<AccessChange> = {},
): AccessChange => ({ principal: 'team:a', dataset, tier: 'internal', before, after, ...more });

const read = (until?: string): AccessChange['after'] => [{ level: 'read', ...(until === undefined ? {} : { until }) }];
const listing = (until?: string): AccessChange['after'] => [
  { level: 'discover', ...(until === undefined ? {} : { until }) },
];

describe('the names of a tier, where metadata is open', () => {
  it.each<readonly [string, readonly AccessChange[], readonly string[], number, number]>([
    [
      'come with a gain',
      [change('x', [], read()), change('*', [], listing())],
      ["team:a gains read on internal x and lists the tier's tables"],
      1,
      0,
    ],
    [
      'come with one gain of several',
      [change('x', [], read()), change('y', [], read()), change('*', [], listing())],
      ["team:a gains read on internal x and lists the tier's tables", 'team:a gains read on internal y'],
      2,
      0,
    ],
    [
      'tell their own end when it is another',
      [change('x', [], read('2026-12-31')), change('*', [], listing('2027-12-31'))],
      ["team:a gains read on internal x until 2026-12-31 and lists the tier's tables until 2027-12-31"],
      1,
      0,
    ],
    [
      'go with a loss',
      [change('x', read(), []), change('*', listing(), [])],
      ["team:a loses read on internal x and no longer lists the tier's tables"],
      0,
      1,
    ],
    [
      'last as long as what is extended',
      [change('x', read('2026-12-31'), read()), change('*', listing('2026-12-31'), listing())],
      ["team:a keeps read on internal x without end instead of 2026-12-31 and lists the tier's tables as long"],
      0,
      0,
    ],
    [
      'are told by themselves where nothing comes with them',
      [change('*', [], listing())],
      ['team:a gains discover on all internal datasets'],
      1,
      0,
    ],
    [
      'are not told with what goes the other way',
      [change('x', read(), []), change('*', [], listing())],
      ['team:a loses read on internal x', 'team:a gains discover on all internal datasets'],
      1,
      1,
    ],
    [
      "are not told with another's, or in another tier",
      [
        change('x', [], read(), { principal: 'team:b' }),
        change('x', [], read(), { tier: 'restricted' }),
        change('*', [], listing()),
      ],
      [
        'team:b gains read on internal x',
        'team:a gains read on restricted x',
        'team:a gains discover on all internal datasets',
      ],
      3,
      0,
    ],
  ])('%s', (_name, access, sentences, gain, lose) => {
    expect(withListings(access).map(describeTold)).toEqual(sentences);
    expect(countEffects(access)).toEqual({ gain, lose });
  });
});
