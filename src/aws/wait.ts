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
 * What all stacks of a run know together: a failure that one of them has waited through in vain. The others meet the same one,
 * such as a service role that is gone with its account, and need not wait as long each to find the same.
 */
export interface RaceMemory {
  readonly inVain: Set<string>;
}

/** Nothing waited for yet. */
export const newRaceMemory = (): RaceMemory => ({ inVain: new Set() });

/** Only this is the same for all stacks; another operation under way is one stack's own matter. */
const SHARED = 'EDL-4017';

/**
 * Starts over after a failure that passes by itself: another apply or an earlier operation on the same thing, and a service
 * role that was made a moment ago (IAM/latest/UserGuide/troubleshoot, eventual consistency). Everything done inside must be
 * safe to do again.
 */
export const retryRaces = async <Value>(
  timer: Timer,
  work: () => Promise<Value>,
  { inVain }: RaceMemory = newRaceMemory(),
): Promise<Value> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const value = await work();
      inVain.delete(SHARED);
      return value;
    } catch (error) {
      const code = error instanceof EdlError ? error.code : '';
      if (attempt >= (RACE_ATTEMPTS[code] ?? 1) || inVain.has(code)) {
        if (code === SHARED) inVain.add(code);
        throw error;
      }
      await timer.sleep(jitter(RACE_PAUSE_MS * attempt));
    }
  }
};
