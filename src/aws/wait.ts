import { EdlError } from '../reconciler/model/errors.ts';

/** Time as the drivers use it; tests bring their own. */
export interface Timer {
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The real time. */
export const systemTimer: Timer = {
  now: () => performance.now(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

/** How long to wait for something, and how often to look. */
export interface Patience {
  readonly deadlineSeconds: number;
  readonly firstMilliseconds: number;
  readonly slowestMilliseconds: number;
}

const GROWTH = 1.6;

/** Plus or minus a fifth, so that stacks applied together do not ask together. */
const jitter = (milliseconds: number): number => milliseconds * (0.8 + Math.random() * 0.4);

/**
 * Looks again and again, fast at first, until `look` finds something. What takes too long is an error that says `what` was
 * awaited: AWS can leave an operation "in progress" for good.
 */
export const waitFor = async <Found>(
  timer: Timer,
  patience: Patience,
  what: string,
  look: () => Promise<Found | undefined>,
): Promise<Found> => {
  const deadline = timer.now() + patience.deadlineSeconds * 1000;
  let pause = patience.firstMilliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (timer.now() >= deadline) {
      const minutes = Math.round(patience.deadlineSeconds / 60);
      throw new EdlError(
        'EDL-4024',
        'retry',
        `Gave up waiting for ${what} after ${minutes} minutes. AWS may still finish it; run plan again to see, and apply again to continue.`,
      );
    }
    await timer.sleep(jitter(pause));
    pause = Math.min(pause * GROWTH, patience.slowestMilliseconds);
  }
};

/** By the failure's code: somebody else at work on the same stack, and a new role that IAM has not spread yet. */
const RACE_ATTEMPTS: Readonly<Record<string, number>> = { 'EDL-4012': 4, 'EDL-4017': 7 };
const RACE_PAUSE_MS = 1_000;

/**
 * Starts over after a failure that passes by itself: another apply or an earlier operation on the same thing, and a service
 * role that was made a moment ago (IAM/latest/UserGuide/troubleshoot, eventual consistency). Everything done inside must be
 * safe to do again.
 */
export const retryRaces = async <Value>(timer: Timer, work: () => Promise<Value>): Promise<Value> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const attempts = error instanceof EdlError ? (RACE_ATTEMPTS[error.code] ?? 1) : 1;
      if (attempt >= attempts) throw error;
      await timer.sleep(jitter(RACE_PAUSE_MS * attempt));
    }
  }
};
