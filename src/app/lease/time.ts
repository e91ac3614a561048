import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the keeper of a lease sees it; tests bring their own. */
export interface LeaseTime {
  /** For people. */
  readonly now: () => Date;
  /** Milliseconds since some fixed moment, never fewer than have passed. */
  readonly elapsedMs: () => number;
  /** Ends early when the signal comes. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Does something again and again, and keeps no process alive by it; gives back what ends it. */
  readonly every: (milliseconds: number, work: () => void) => () => void;
  /** From 0 to 1, for pauses that differ. */
  readonly draw: () => number;
}

/**
 * Both clocks are asked and the one that moved on further counts, step by step: the monotonic one stands still while a computer
 * sleeps (clock_gettime(2), CLOCK_MONOTONIC), and the other one can be set back.
 */
export const forwardClock = (monotonicMs: () => number, wallMs: () => number): (() => number) => {
  let last = { monotonic: monotonicMs(), wall: wallMs() };
  let total = 0;
  return () => {
    const next = { monotonic: monotonicMs(), wall: wallMs() };
    total += Math.max(0, next.monotonic - last.monotonic, next.wall - last.wall);
    last = next;
    return total;
  };
};

/** The real time. */
export const systemLeaseTime = (): LeaseTime => ({
  now: () => new Date(),
  elapsedMs: forwardClock(
    () => performance.now(),
    () => Date.now(),
  ),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  every: (milliseconds, work) => {
    const timer = setInterval(work, milliseconds).unref();
    return () => {
      clearInterval(timer);
    };
  },
  draw: () => Math.random(),
});
