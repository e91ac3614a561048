import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { renderDiagnosticsJson, renderDiagnosticsText } from '../report/diagnostics-text.ts';
import { renderGithub } from '../report/github.ts';
import type { Paint } from '../report/paint.ts';
import { renderSarif } from '../report/sarif.ts';

/** Diagnostics in the form that `--format` names; nothing to say is empty text, but JSON and SARIF always are documents. */
export const renderDiagnostics = (
  format: string,
  diagnostics: readonly Diagnostic[],
  { paint, version }: { readonly paint: Paint; readonly version: string },
): string => {
  switch (format) {
    case 'json':
      return renderDiagnosticsJson(diagnostics);
    case 'sarif':
      return renderSarif(diagnostics, version);
    case 'github':
      return renderGithub(diagnostics);
    default:
      return renderDiagnosticsText(diagnostics, paint);
  }
};
