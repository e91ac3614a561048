const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The signals that people and schedulers stop a command with. */
export type Signal = keyof typeof EXIT_CODES;

/** What has been asked of a running command from outside. */
export interface Signals {
  received(): Signal | undefined;
  /** Aborted with the first signal: for what waits for people and not for AWS. */
  readonly stopping: AbortSignal;
  /** Leaves signals to Node again. */
  stop(): void;
}

/** What a command does when it is asked to end. */
export interface SignalDuties {
  /** Whether anything may have been written, or is about to be; if not, the first signal ends the command. */
  readonly isAtWork: () => boolean;
  /** The first signal, at work: what runs is finished, nothing else is started. */
  readonly onStop: (signal: Signal) => void;
  /** The last moment: what must be said or given back before the process ends, in time. */
  readonly onLeave: (signal: Signal, when: 'before-work' | 'at-work') => Promise<void>;
}

let exitCode: number | undefined;

/** 130 or 143 once a signal came to this process while it was watched, also when the command then fails by something else. */
export const signalExitCode = (): number | undefined => exitCode;

/** Longer than this nobody who said it twice should wait. */
const LAST_MOMENT_MS = 2_500;

/** Ends the process when the last duties are done, or their time is over. */
const leave = (duties: Promise<void>, code: number): void => {
  const end = (): void => process.exit(code);
  setTimeout(end, LAST_MOMENT_MS);
  duties.then(end, end);
};

/**
 * The first signal lets what runs finish and starts no more, and ends at once what has written nothing yet; the second leaves
 * as soon as that is told, the third at once. Stacks go on in AWS either way.
 */
export const watchSignals = ({ isAtWork, onStop, onLeave }: SignalDuties): Signals => {
  const stopping = new AbortController();
  let received: Signal | undefined;
  let isLeaving = false;
  const listen = (signal: Signal) => () => {
    if (isLeaving) process.exit(EXIT_CODES[signal]);
    const isSecond = received !== undefined;
    received = signal;
    exitCode = EXIT_CODES[signal];
    if (isSecond || !isAtWork()) {
      isLeaving = true;
      leave(onLeave(signal, isSecond ? 'at-work' : 'before-work'), EXIT_CODES[signal]);
      return;
    }
    onStop(signal);
    stopping.abort();
  };
  const listeners = { SIGINT: listen('SIGINT'), SIGTERM: listen('SIGTERM') };
  process.on('SIGINT', listeners.SIGINT).on('SIGTERM', listeners.SIGTERM);
  return {
    received: () => received,
    stopping: stopping.signal,
    stop: () => {
      process.off('SIGINT', listeners.SIGINT).off('SIGTERM', listeners.SIGTERM);
    },
  };
};
