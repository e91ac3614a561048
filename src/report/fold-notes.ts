import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { diagnosticsLine } from './summary.ts';

/** Diagnostics that a plan shows in full, and those that it only counts. */
export interface FoldedDiagnostics {
  readonly shown: readonly Diagnostic[];
  /** One line for all the others; absent when there are none. */
  readonly folded?: string;
}

const MANY = 5;
const EXAMPLES = 3;

/** Of many warnings with one code about files, all but the first few: twenty expired grants are one thing to know. */
const repeatedWarnings = (diagnostics: readonly Diagnostic[]): ReadonlySet<Diagnostic> => {
  const byCode = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics)
    if (diagnostic.severity === 'warning' && diagnostic.file !== undefined && diagnostic.guard === undefined)
      byCode.set(diagnostic.code, [...(byCode.get(diagnostic.code) ?? []), diagnostic]);
  return new Set([...byCode.values()].flatMap((alike) => (alike.length > MANY ? alike.slice(EXAMPLES) : [])));
};

/**
 * Notes about files are the same at every plan until somebody edits them, and read a hundred times they hide what is new. A
 * plan counts them by summary; the JSON form has them all. Notes about this plan (a selection) stay.
 */
export const foldNotes = (diagnostics: readonly Diagnostic[]): FoldedDiagnostics => {
  const isStanding = ({ severity, file }: Diagnostic): boolean => severity === 'note' && file !== undefined;
  const repeated = repeatedWarnings(diagnostics);
  const folds = (diagnostic: Diagnostic): boolean => isStanding(diagnostic) || repeated.has(diagnostic);
  const standing = diagnostics.filter(folds);
  const shown = diagnostics.filter((diagnostic) => !folds(diagnostic));
  if (standing.length === 0) return { shown };
  const counts = new Map<string, number>();
  for (const { summary } of standing) counts.set(summary, (counts.get(summary) ?? 0) + 1);
  const parts = [...counts].map(([summary, count]) => `${summary} (${count})`);
  const told = diagnosticsLine(standing);
  return {
    shown,
    folded: `${repeated.size > 0 ? 'And ' : ''}${told}, in full with --format json: ${parts.join(', ')}.`,
  };
};
