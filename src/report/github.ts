import type { Diagnostic, Severity } from '../reconciler/model/diagnostic.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const command = (diagnostic: Diagnostic): string => {
  const properties = [
    ['file', diagnostic.file],
    ['line', diagnostic.line],
    ['col', diagnostic.column],
    ['title', `${diagnostic.code} ${diagnostic.summary}`],
  ] as const;
  const told = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::${COMMANDS[diagnostic.severity]} ${told.join(',')}::${escapeData(diagnostic.detail)}`;
};

/**
 * Diagnostics as workflow commands: GitHub shows them at their lines in the pull request. Escaped, because a line break in a
 * text would otherwise start another command (docs.github.com, workflow commands for GitHub Actions).
 */
export const renderGithub = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map((diagnostic) => `${command(diagnostic)}\n`).join('');
