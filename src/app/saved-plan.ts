import { EdlError } from '../reconciler/model/errors.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import { parsePlan } from '../reconciler/plan/serialise.ts';

/** Reads a saved plan; throws EdlError when the file is none, is of another version, or was altered since it was made. */
export const readSavedPlan = (file: string, text: string): Plan => {
  const { plan, diagnostics } = parsePlan(text);
  if (plan !== undefined) return plan;
  const [problem] = diagnostics;
  throw new EdlError(problem?.code ?? 'EDL-3120', 'user', `${file}: ${problem?.detail ?? 'not a plan'}`);
};
