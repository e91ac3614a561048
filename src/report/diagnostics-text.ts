import type { Diagnostic, Severity } from '../reconciler/model/diagnostic.ts';
import { wrapText } from './layout.ts';
import type { Paint } from './paint.ts';
import { diagnosticsLine } from './summary.ts';

const WIDTH = 100;

const paintSeverity = (paint: Paint, severity: Severity): ((text: string) => string) => {
  switch (severity) {
    case 'error':
      return paint.red;
    case 'warning':
      return paint.yellow;
    case 'note':
      return paint.cyan;
  }
};

const positionOf = ({ file, line, column }: Diagnostic): string =>
  file === undefined ? '' : `${[file, line, column].filter((part) => part !== undefined).join(':')} `;

/** One diagnostic: where, how bad, which code, what in short; below it what, why and what to do. */
const diagnosticLines = (diagnostic: Diagnostic, paint: Paint): readonly string[] => [
  `${paint.bold(positionOf(diagnostic))}${paintSeverity(paint, diagnostic.severity)(diagnostic.severity)} ${paint.dim(diagnostic.code)} ${paint.bold(diagnostic.summary)}`,
  ...wrapText(diagnostic.detail, WIDTH, '  '),
];

/** Diagnostics as lines, an empty one between two. */
export const diagnosticBlock = (diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] =>
  diagnostics.flatMap((diagnostic, index) => [...(index === 0 ? [] : ['']), ...diagnosticLines(diagnostic, paint)]);

/** Diagnostics for a terminal, with the counts as the last line. Nothing to say is one line too. */
export const renderDiagnosticsText = (diagnostics: readonly Diagnostic[], paint: Paint): string =>
  diagnostics.length === 0
    ? `${paint.green('No problems.')}\n`
    : `${[...diagnosticBlock(diagnostics, paint), '', diagnosticsLine(diagnostics)].join('\n')}\n`;

/** Diagnostics as one JSON value. */
export const renderDiagnosticsJson = (diagnostics: readonly Diagnostic[]): string =>
  `${JSON.stringify({ diagnostics }, null, 2)}\n`;
