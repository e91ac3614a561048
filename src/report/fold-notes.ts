import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { countOf } from './layout.ts';

/** Diagnostics that a plan shows in full, and those that it only counts. */
export interface FoldedDiagnostics {
  readonly shown: readonly Diagnostic[];
  /** One line for all the others; absent when there are none. */
  readonly folded?: string;
}

/**
 * Notes about files are the same at every plan until somebody edits them, and read a hundred times they hide what is new. A
 * plan counts them by summary; the JSON form has them all. Notes about this plan (a selection) stay.
 */
export const foldNotes = (diagnostics: readonly Diagnostic[]): FoldedDiagnostics => {
  const isStanding = ({ severity, file }: Diagnostic): boolean => severity === 'note' && file !== undefined;
  const standing = diagnostics.filter(isStanding);
  const shown = diagnostics.filter((diagnostic) => !isStanding(diagnostic));
  if (standing.length === 0) return { shown };
  const counts = new Map<string, number>();
  for (const { summary } of standing) counts.set(summary, (counts.get(summary) ?? 0) + 1);
  const parts = [...counts].map(([summary, count]) => `${summary} (${count})`);
  return { shown, folded: `${countOf(standing.length, 'note')}, in full with --format json: ${parts.join(', ')}.` };
};
