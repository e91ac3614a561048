import { expect, it } from 'vitest';
import { checkClock, MOST_SKEW_MS } from '../../src/app/check-clock.ts';

it.each([
  [undefined, []],
  [0, []],
  [MOST_SKEW_MS - 1, []],
  [1 - MOST_SKEW_MS, []],
  [MOST_SKEW_MS, ['EDL-5011 5 min behind']],
  [-60 * 24 * 60 * 60_000, ['EDL-5011 60 days ahead of']],
])('a clock that AWS is %s ms ahead of', (skewMs, told) => {
  const found = checkClock(skewMs).map(
    ({ code, detail }) => `${code} ${/\d+ (?:min|days) (?:behind|ahead of)/.exec(detail)?.[0] ?? ''}`,
  );
  expect(found).toEqual(told);
});
