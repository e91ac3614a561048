import type { Event } from '../reconciler/model/events.ts';
import type { Reporter } from '../reconciler/model/ports.ts';

type Step = Extract<Event, { type: 'step-started' }>['step'];

/** Runs one step between its two events; `seconds` are wall time. */
export const timed = async <T>(
  reporter: Reporter,
  step: Step,
  work: () => Promise<T> | T,
  detail?: string,
): Promise<T> => {
  const started = performance.now();
  reporter.emit({ type: 'step-started', step, ...(detail === undefined ? {} : { detail }) });
  try {
    return await work();
  } finally {
    reporter.emit({ type: 'step-finished', step, seconds: (performance.now() - started) / 1000 });
  }
};

/** A reporter that also adds up the seconds of each step, for a plan's `stats`. */
export const recordSeconds = (
  reporter: Reporter,
): Reporter & { readonly seconds: Readonly<Record<string, number>> } => {
  const seconds: Record<string, number> = {};
  return {
    seconds,
    emit: (event) => {
      if (event.type === 'step-finished') seconds[event.step] = (seconds[event.step] ?? 0) + event.seconds;
      reporter.emit(event);
    },
  };
};
