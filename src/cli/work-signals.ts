import type { AbandonLease, RunControls, TellSignal } from '../app/run-controls.ts';
import { print } from './print.ts';
import type { Progress } from './progress.ts';
import { watchSignals, type Signals } from './signals.ts';

/** A command that writes, as its last words tell of it. */
export interface Work {
  readonly format: string;
  /** The command that goes on where this one was left, and what it does. */
  readonly next: string;
}

/** What stops a run that writes. */
export interface WorkSignals extends Pick<Signals, 'stop'> {
  /** For the run; with them it gives out what the signals need. */
  readonly controls: Required<Pick<RunControls, 'stopping' | 'cancelled' | 'onSignal' | 'onLease'>>;
  /** From now on something may be written: the first signal no longer ends the command at once. */
  readonly begin: () => void;
}

/** What a run gives out, once it has it, for the case that it is asked to leave. */
interface Handles {
  isAtWork: boolean;
  tellJournal: TellSignal | undefined;
  abandonLease: AbandonLease | undefined;
}

const ABANDON_MS = 2_000;

/** The last words of a run that is left at once; with `--format json` they are the one document of stdout, too. */
const lastWords = async ({ format, next }: Work, when: 'before-work' | 'at-work'): Promise<void> => {
  const status = when === 'before-work' ? 'cancelled' : 'left';
  const message =
    when === 'before-work'
      ? 'Stopped. Nothing was changed.'
      : `Left at once. What ran goes on in AWS, and nothing else is started. Next: ${next}`;
  process.stderr.write(`${message}\n`);
  if (format === 'json') await print(JSON.stringify({ status, message }, null, 2));
};

/** Watches the signals for a run that writes: they are told to people, to the journal, and to the lease. */
export const watchWork = (work: Work, progress: Progress): WorkSignals => {
  const handles: Handles = { isAtWork: false, tellJournal: undefined, abandonLease: undefined };
  const signals = watchSignals({
    isAtWork: () => handles.isAtWork,
    onStop: (signal) => {
      progress.reporter.emit({ type: 'stopping' });
      void handles.tellJournal?.(signal, 1);
    },
    onLeave: async (signal, when) => {
      progress.stop();
      // All begin now: from here on nothing is written but the journal's line and the end of the lease.
      await Promise.allSettled([
        handles.tellJournal?.(signal, 2),
        handles.abandonLease?.(ABANDON_MS),
        lastWords(work, when),
      ]);
    },
  });
  return {
    controls: {
      stopping: signals.stopping,
      cancelled: () => signals.received() !== undefined,
      onSignal: (tell) => {
        handles.tellJournal = tell;
        const signal = signals.received();
        if (signal !== undefined) void tell(signal, 1);
      },
      onLease: (abandon) => {
        handles.abandonLease = abandon;
      },
    },
    begin: () => {
      handles.isAtWork = true;
    },
    stop: () => {
      signals.stop();
    },
  };
};
