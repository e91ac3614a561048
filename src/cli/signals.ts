const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = keyof typeof EXIT_CODES;

/** What has been asked of a running command from outside. */
export interface Signals {
  received(): Signal | undefined;
  /** 130 or 143 once a signal came. */
  exitCode(): number | undefined;
  /** Leaves signals to Node again. */
  stop(): void;
}

/** The first signal lets what runs finish and starts no more; the second leaves at once. Stacks go on in AWS either way. */
export const watchSignals = (tell: (message: string) => void): Signals => {
  let received: Signal | undefined;
  const listen = (signal: Signal) => () => {
    if (received !== undefined) process.exit(EXIT_CODES[signal]);
    received = signal;
    tell('Stopping: stacks that run are finished, no other is started. Once more to leave at once.');
  };
  const listeners = { SIGINT: listen('SIGINT'), SIGTERM: listen('SIGTERM') };
  process.on('SIGINT', listeners.SIGINT).on('SIGTERM', listeners.SIGTERM);
  return {
    received: () => received,
    exitCode: () => (received === undefined ? undefined : EXIT_CODES[received]),
    stop: () => {
      process.off('SIGINT', listeners.SIGINT).off('SIGTERM', listeners.SIGTERM);
    },
  };
};
