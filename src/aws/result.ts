import type { StackWork } from '../reconciler/model/ports.ts';
import type { ResourceId } from '../reconciler/model/resource.ts';
import type { Failure, StackResult } from '../reconciler/model/result.ts';
import { asEdlError } from './errors.ts';
import type { Timer } from './wait.ts';

/** What a driver did, before it is a result: which objects it changed, and what went wrong. */
export type Effect =
  | { readonly outcome: 'applied' | 'unchanged'; readonly objects: readonly ResourceId[] }
  | { readonly outcome: 'failed'; readonly failures: readonly Failure[]; readonly objects: readonly ResourceId[] };

/** An error as a failure of one object, or of the whole stack. */
export const asFailure = (error: unknown, doing: string, id?: ResourceId): Failure => {
  const { code, message } = asEdlError(error, doing);
  return { code, message, ...(id === undefined ? {} : { id }) };
};

/** Runs the work on one stack and makes a result of it, also when it throws: one failed stack must not stop the others. */
export const asResult = async (timer: Timer, work: StackWork, run: () => Promise<Effect>): Promise<StackResult> => {
  const started = timer.now();
  const stack = work.name;
  let effect: Effect;
  try {
    effect = await run();
  } catch (error) {
    effect = { outcome: 'failed', failures: [asFailure(error, `apply stack ${stack}`)], objects: [] };
  }
  const seconds = (timer.now() - started) / 1000;
  switch (effect.outcome) {
    case 'unchanged':
      return { outcome: 'unchanged', stack };
    case 'applied':
      return { outcome: 'applied', stack, seconds, objects: effect.objects };
    case 'failed':
      return { outcome: 'failed', stack, seconds, failures: effect.failures, objects: effect.objects };
  }
};
