import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { durationOf } from '../report/duration.ts';

/** AWS itself refuses what was signed so far off its own clock (IAM/latest/UserGuide/create-signed-request). */
export const MOST_SKEW_MS = 300_000;

/**
 * Refuses to judge by a clock that is wrong: which grants have ended, and the days in the journal, are taken from this computer's.
 * The SDK corrects its signatures by itself, so that AWS takes them. `skewMs`: how far AWS is ahead of us; undefined before its
 * first answer.
 */
export const checkClock = (skewMs: number | undefined): readonly Diagnostic[] => {
  if (skewMs === undefined || Math.abs(skewMs) < MOST_SKEW_MS) return [];
  const far = durationOf(Math.abs(skewMs) / 1000);
  return [
    {
      code: 'EDL-5011',
      severity: 'error',
      summary: 'Clock is wrong',
      detail: `This computer's clock is ${far} ${skewMs > 0 ? 'behind' : 'ahead of'} that of AWS. Which grants have ended is judged by it, so nothing was planned or changed. Let a time server set it.`,
    },
  ];
};
