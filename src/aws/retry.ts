import { EdlError } from '../reconciler/model/errors.ts';
import { statusOf } from './failure-facts.ts';

/**
 * What a failed attempt tells about the next one: `throttled` AWS answers and says "later"; `unanswered` no answer came, or a
 * broken one; `final` another attempt would get the same answer.
 */
export type Setback = 'throttled' | 'unanswered' | 'final';

/** One call so far. */
export interface CallHistory {
  readonly attempts: number;
  /** How many attempts in a row, the last included, had no answer. */
  readonly unansweredInRow: number;
  readonly elapsedMs: number;
}

/** How long one call is tried. */
export interface RetryLimits {
  /** At most so many attempts, whatever they meet; AWS_MAX_ATTEMPTS. Nobody needs it: time is the limit. */
  readonly attempts: number;
  /** No attempt begins later than this after the first. */
  readonly totalMs: number;
  /** So many attempts in a row without an answer: nobody is there. */
  readonly unansweredInRow: number;
}

/**
 * With 37 % of attempts failing, one call in 150,000 has twelve of them one after another. Without an answer these take four
 * seconds, with throttling eleven; then throttled calls have most of a minute left.
 */
export const RETRY_LIMITS: RetryLimits = {
  attempts: Number.POSITIVE_INFINITY,
  totalMs: 60_000,
  unansweredInRow: 12,
};

/** First and longest pause; each pause may be twice the one before. */
const PAUSES = {
  throttled: { firstMs: 100, longestMs: 5_000 },
  unanswered: { firstMs: 50, longestMs: 1_000 },
} as const;

/** The longest pause after the so-manieth setback of a kind. */
export const longestPauseMs = (setback: 'throttled' | 'unanswered', count: number): number =>
  Math.min(PAUSES[setback].firstMs * 2 ** (count - 1), PAUSES[setback].longestMs);

/**
 * How long to wait before the next attempt; undefined to give up. Pauses are drawn from zero to the longest (full jitter), so
 * that calls which were refused together do not come back together. What AWS asks for in Retry-After is the least.
 */
export const pauseMs = (
  history: CallHistory,
  setback: Setback,
  limits: RetryLimits,
  draw: number,
  retryAfterMs = 0,
): number | undefined => {
  if (setback === 'final' || history.attempts >= limits.attempts) return undefined;
  if (history.unansweredInRow >= limits.unansweredInRow) return undefined;
  const count = setback === 'throttled' ? history.attempts : history.unansweredInRow;
  const pause = Math.max(draw * longestPauseMs(setback, count), retryAfterMs);
  return history.elapsedMs + pause > limits.totalMs ? undefined : pause;
};

/** The kinds of failure as the SDK tells its strategies. */
export interface RetryErrorInfo {
  readonly error?: unknown;
  readonly errorType: 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR';
  readonly retryAfterHint?: Date;
}

/** S3 answers a HEAD with a bare 503, which is its "slow down" without words (AmazonS3/latest/API/ErrorResponses). */
const setbackOf = ({ error, errorType }: RetryErrorInfo): Setback => {
  if (errorType === 'THROTTLING' || statusOf(error) === 503) return 'throttled';
  return errorType === 'CLIENT_ERROR' ? 'final' : 'unanswered';
};

/** What the SDK hands back and forth between two attempts of one call. */
export interface RetryToken {
  getRetryCount(): number;
  /** How long the SDK waits before the attempt. */
  getRetryDelay(): number;
  readonly startedMs: number;
  readonly unansweredInRow: number;
}

/** The SDK's `RetryStrategyV2`, in the part that it asks of one. */
export interface RetryStrategy {
  readonly mode: string;
  acquireInitialRetryToken(scope: string): Promise<RetryToken>;
  refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo): Promise<RetryToken>;
  recordSuccess(token: RetryToken): void;
}

const tokenOf = (startedMs: number, attempts: number, delayMs: number, unansweredInRow: number): RetryToken => ({
  startedMs,
  unansweredInRow,
  getRetryCount: () => attempts,
  getRetryDelay: () => delayMs,
});

/** One failed attempt of a call, with what is known of the call before it. */
const nextHistory = (token: RetryToken, setback: Setback, now: number): CallHistory => ({
  attempts: token.getRetryCount() + 1,
  unansweredInRow: setback === 'unanswered' ? token.unansweredInRow + 1 : 0,
  elapsedMs: now - token.startedMs,
});

const untilMs = (moment: Date | undefined): number => (moment === undefined ? 0 : moment.getTime() - Date.now());

/**
 * Tries one call again until it is answered or its time is over. The SDK's own strategies share a bucket of retries among
 * all calls of a client, which empties in a long run under steady faults and then fails calls at their first setback; and its
 * `adaptive` mode takes chance for a rate (docs/adr/0017). Calls share one thing only: when one found nobody there, the next
 * ones do not each wait as long to find the same, until somebody answers.
 */
export const createRetryStrategy = (
  limits: RetryLimits,
  now: () => number = () => performance.now(),
  draw: () => number = Math.random,
): RetryStrategy => {
  let isNobodyThere = false;
  return {
    mode: 'standard',
    acquireInitialRetryToken: () => Promise.resolve(tokenOf(now(), 0, 0, 0)),
    refreshRetryTokenForRetry: (token, info) => {
      const setback = setbackOf(info);
      const history = nextHistory(token, setback, now());
      const isHopeless = setback === 'unanswered' && isNobodyThere;
      const pause = isHopeless ? undefined : pauseMs(history, setback, limits, draw(), untilMs(info.retryAfterHint));
      isNobodyThere = isHopeless || history.unansweredInRow >= limits.unansweredInRow;
      // The SDK throws the call's own error instead of this one.
      if (pause === undefined) return Promise.reject(new Error('No more attempts.'));
      return Promise.resolve(tokenOf(token.startedMs, history.attempts, Math.ceil(pause), history.unansweredInRow));
    },
    recordSuccess: () => {
      isNobodyThere = false;
    },
  };
};

/** The limits, with the user's own number of attempts where AWS_MAX_ATTEMPTS gives one. */
export const limitsFrom = (maxAttempts: string | undefined): RetryLimits => {
  if (maxAttempts === undefined || maxAttempts === '') return RETRY_LIMITS;
  const attempts = Number(maxAttempts);
  if (Number.isSafeInteger(attempts) && attempts >= 1) return { ...RETRY_LIMITS, attempts };
  throw new EdlError(
    'EDL-4010',
    'user',
    `AWS_MAX_ATTEMPTS is "${maxAttempts}", which is no number of attempts. It is a whole number from 1; unset it to let EDL try for a minute.`,
  );
};
