import { compareText } from './json.ts';

/** Where something was declared. `file` is relative to the lake's root; `line` and `column` count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** `error` stops plan or apply, `warning` and `note` do not. */
export type Severity = 'error' | 'warning' | 'note';

/**
 * A message to the user, as data. `summary` is constant text for its `code` (no names in it); `detail` is full sentences:
 * what, why, what to do. Messages of a guard name it and their target, so that an allowance can pass them.
 */
export interface Diagnostic {
  readonly code: `EDL-${number}`;
  readonly severity: Severity;
  readonly summary: string;
  readonly detail: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly guard?: string;
  readonly target?: string;
}

/** The position fields of a diagnostic, from a location that may be unknown. */
export const at = (location: SourceLocation | undefined): Partial<Pick<Diagnostic, 'file' | 'line' | 'column'>> =>
  location === undefined
    ? {}
    : {
        file: location.file,
        line: location.line,
        ...(location.column === undefined ? {} : { column: location.column }),
      };

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Worst first, then by file, line, column, code and text: the same problems always come in the same order. */
export const sortDiagnostics = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...diagnostics].sort(
    (left, right) =>
      rank[left.severity] - rank[right.severity] ||
      compareText(left.file ?? '', right.file ?? '') ||
      (left.line ?? 0) - (right.line ?? 0) ||
      (left.column ?? 0) - (right.column ?? 0) ||
      compareText(left.code, right.code) ||
      compareText(left.detail, right.detail),
  );

/** Whether any diagnostic is an error. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error');
