import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FULL_FLOW, nextFlow, type Flow } from '../../src/aws/flow.ts';

const after = (answers: readonly boolean[], flow: Flow = FULL_FLOW): Flow => answers.reduce(nextFlow, flow);
const times = (count: number, isThrottled: boolean): readonly boolean[] =>
  Array.from({ length: count }, () => isThrottled);
const anyFlow = fc.array(fc.boolean(), { maxLength: 200 }).map((answers) => after(answers));

describe('calls in flight', () => {
  it('are one to eight, whatever comes', () => {
    fc.assert(
      fc.property(anyFlow, ({ limit }) => {
        expect(limit).toBeGreaterThanOrEqual(1);
        expect(limit).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('are halved by a round of throttling, down to one', () => {
    const limits = [0, 4, 8, 12, 16].map((count) => after(times(count, true)).limit);
    expect(limits).toEqual([8, 4, 2, 1, 1]);
  });

  it('recover by one a round, whatever was before', () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        expect(after(times(8 * 8, false), flow).limit).toBe(8);
      }),
    );
    const [one] = [after(times(12, true))];
    expect([8, 16, 56].map((count) => after(times(count, false), one).limit)).toEqual([2, 3, 8]);
  });

  it('stay as they are while AWS throttles no more than three of eight', () => {
    const round = fc
      .shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { maxLength: 3 })
      .map((throttled) => times(8, false).map((_, index) => throttled.includes(index)));
    fc.assert(
      fc.property(fc.array(round, { maxLength: 20 }), (rounds) => {
        expect(after(rounds.flat()).limit).toBe(8);
      }),
    );
  });

  it('are still most of eight when 30 % are throttled by chance', () => {
    // A linear congruential generator: chance that is the same in each run.
    let state = 1;
    const limits: number[] = [];
    let flow = FULL_FLOW;
    for (let count = 0; count < 20_000; count += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      flow = nextFlow(flow, state / 2 ** 31 < 0.3);
      limits.push(flow.limit);
    }
    expect(limits.reduce((total, limit) => total + limit, 0) / limits.length).toBeGreaterThan(5);
  });
});
