import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  RETRY_LIMITS,
  createRetryStrategy,
  limitsFrom,
  longestPauseMs,
  pauseMs,
  type CallHistory,
  type RetryErrorInfo,
  type RetryLimits,
  type Setback,
} from '../../src/aws/retry.ts';

/** A setback, how long the attempt took to meet it, and the draw for the pause after it. */
interface Step {
  readonly setback: Setback;
  readonly tookMs: number;
  readonly draw: number;
}

const step = (longestMs: number): fc.Arbitrary<Step> =>
  fc.record({
    setback: fc.constantFrom<Setback>('throttled', 'unanswered'),
    tookMs: fc.integer({ min: 0, max: longestMs }),
    draw: fc.double({ min: 0, max: 1, noNaN: true }),
  });

/** The pauses of a call that meets these setbacks, as far as it gets. */
const pausesOf = (steps: readonly Step[], limits: RetryLimits = RETRY_LIMITS): readonly number[] => {
  const pauses: number[] = [];
  let history: CallHistory = { attempts: 0, unansweredInRow: 0, elapsedMs: 0 };
  for (const { setback, tookMs, draw } of steps) {
    history = {
      attempts: history.attempts + 1,
      unansweredInRow: setback === 'unanswered' ? history.unansweredInRow + 1 : 0,
      elapsedMs: history.elapsedMs + tookMs,
    };
    const pause = pauseMs(history, setback, limits, draw);
    if (pause === undefined) return pauses;
    pauses.push(pause);
    history = { ...history, elapsedMs: history.elapsedMs + pause };
  }
  return pauses;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const forever = (setback: Setback, draw: number): readonly Step[] =>
  Array.from({ length: 10_000 }, () => ({ setback, tookMs: 1, draw }));

describe('a call', () => {
  it('gets its twelfth attempt whatever it meets, unless attempts are slow: at 37 % one call in 150,000 fails', () => {
    fc.assert(
      fc.property(fc.array(step(2_000), { minLength: 11, maxLength: 11 }), (steps) => {
        expect(pausesOf(steps)).toHaveLength(11);
      }),
    );
    expect(
      pausesOf(
        forever('throttled', 1)
          .slice(0, 11)
          .map((one) => ({ ...one, tookMs: 2_000 })),
      ),
    ).toHaveLength(11);
    expect(0.37 ** 12).toBeLessThan(1 / 100_000);
  });

  it('begins no attempt after a minute', () => {
    fc.assert(
      fc.property(fc.array(step(30_000), { maxLength: 400 }), (steps) => {
        const pauses = pausesOf(steps);
        const attempts = steps.slice(0, pauses.length);
        expect(sum(pauses) + sum(attempts.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  it('that is only ever throttled is tried for most of a minute', () => {
    expect(sum(pausesOf(forever('throttled', 1)))).toBeGreaterThan(50_000);
    expect(sum(pausesOf(forever('throttled', 0.5)))).toBeGreaterThan(55_000);
  });

  it('that nobody answers is given up after some seconds', () => {
    expect(pausesOf(forever('unanswered', 0))).toHaveLength(11);
    expect(sum(pausesOf(forever('unanswered', 1)))).toBeLessThan(8_000);
    expect(sum(pausesOf(forever('unanswered', 0.5)))).toBeGreaterThan(2_000);
  });

  it('pauses no longer than the doubling, or what AWS asks for', () => {
    const history = fc.record({
      attempts: fc.integer({ min: 1, max: 11 }),
      unansweredInRow: fc.integer({ min: 0, max: 11 }),
      elapsedMs: fc.integer({ min: 0, max: 100_000 }),
    });
    const draw = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(history, draw, fc.integer({ min: 0, max: 100_000 }), (past, drawn, retryAfterMs) => {
        const pause = pauseMs(past, 'throttled', RETRY_LIMITS, drawn, retryAfterMs);
        if (pause === undefined) {
          expect(past.elapsedMs + Math.max(5_000, retryAfterMs)).toBeGreaterThan(60_000);
          return;
        }
        expect(pause).toBeGreaterThanOrEqual(retryAfterMs);
        expect(pause).toBeLessThanOrEqual(Math.max(retryAfterMs, longestPauseMs('throttled', past.attempts)));
      }),
    );
    expect([1, 2, 3, 7, 50].map((count) => longestPauseMs('throttled', count))).toEqual([100, 200, 400, 5_000, 5_000]);
    expect([1, 2, 5, 6, 50].map((count) => longestPauseMs('unanswered', count))).toEqual([50, 100, 800, 1_000, 1_000]);
  });

  it('has no more attempts than AWS_MAX_ATTEMPTS says', () => {
    expect(pausesOf(forever('throttled', 0), limitsFrom('3'))).toHaveLength(2);
    expect(pausesOf(forever('unanswered', 0), limitsFrom('1'))).toHaveLength(0);
    expect(limitsFrom('')).toEqual(RETRY_LIMITS);
    expect(limitsFrom(undefined)).toEqual(RETRY_LIMITS);
  });

  it.each(['0', '-1', '2.5', 'many'])('takes no AWS_MAX_ATTEMPTS of "%s"', (text) => {
    expect(() => limitsFrom(text)).toThrow(/AWS_MAX_ATTEMPTS is ".*", which is no number of attempts/);
  });
});

const THROTTLED: RetryErrorInfo = { errorType: 'THROTTLING' };
const LOST: RetryErrorInfo = { errorType: 'TRANSIENT' };

describe('the strategy', () => {
  const started = async (limits = RETRY_LIMITS, now = () => 0) => {
    const strategy = createRetryStrategy(limits, now, () => 1);
    return { strategy, token: await strategy.acquireInitialRetryToken('') };
  };

  it.each<[string, RetryErrorInfo, number]>([
    ['throttling', THROTTLED, 100],
    ['a bare 503 of S3', { errorType: 'TRANSIENT', error: { $metadata: { httpStatusCode: 503 } } }, 100],
    ['a lost connection', LOST, 50],
    ['a broken answer', { errorType: 'SERVER_ERROR', error: { $metadata: { httpStatusCode: 501 } } }, 50],
  ])('tries again after %s', async (_, info, delayMs) => {
    const { strategy, token } = await started();
    const next = await strategy.refreshRetryTokenForRetry(token, info);
    expect([next.getRetryCount(), next.getRetryDelay()]).toEqual([1, delayMs]);
  });

  it('does not try again what is refused', async () => {
    const { strategy, token } = await started();
    await expect(strategy.refreshRetryTokenForRetry(token, { errorType: 'CLIENT_ERROR' })).rejects.toThrow();
  });

  it('counts lost connections in a row only: throttling shows that somebody is there', async () => {
    const { strategy, token: first } = await started({ ...RETRY_LIMITS, unansweredInRow: 2 });
    let token = first;
    for (const info of [LOST, THROTTLED, LOST]) token = await strategy.refreshRetryTokenForRetry(token, info);
    await expect(strategy.refreshRetryTokenForRetry(token, LOST)).rejects.toThrow();
  });

  it('does not let each call find out by itself that nobody is there', async () => {
    const { strategy, token } = await started({ ...RETRY_LIMITS, unansweredInRow: 2 });
    const lose = (from = token) => strategy.refreshRetryTokenForRetry(from, LOST);
    await expect(lose(await lose())).rejects.toThrow();
    await expect(lose()).rejects.toThrow();
    await expect(strategy.refreshRetryTokenForRetry(token, THROTTLED)).resolves.toBeDefined();
    await expect(lose(await lose())).rejects.toThrow();
    await expect(lose()).rejects.toThrow();
    strategy.recordSuccess(token);
    await expect(lose()).resolves.toBeDefined();
  });

  it('looks at the clock', async () => {
    let now = 0;
    const { strategy, token } = await started(RETRY_LIMITS, () => now);
    now = 59_901;
    await expect(strategy.refreshRetryTokenForRetry(token, THROTTLED)).rejects.toThrow();
  });

  it('waits as long as AWS asks for, and not at all when that is over a minute', async () => {
    const { strategy, token } = await started();
    const after = (seconds: number): RetryErrorInfo => ({
      ...THROTTLED,
      retryAfterHint: new Date(Date.now() + seconds * 1000),
    });
    const next = await strategy.refreshRetryTokenForRetry(token, after(20));
    expect(next.getRetryDelay()).toBeGreaterThan(18_000);
    await expect(strategy.refreshRetryTokenForRetry(token, after(90))).rejects.toThrow();
  });
});
