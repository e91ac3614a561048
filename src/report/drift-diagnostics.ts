import { at, sortDiagnostics, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { DriftEffect, DriftEntry, DriftReport } from '../reconciler/model/drift.ts';
import { exceptionText, isAboutLive, tellEntry, unreadText } from './drift-words.ts';

/** The messages that belong into a report on what is live. The JSON form has all. */
export const aboutLive = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => diagnostics.filter(isAboutLive);

const FORMS: Readonly<Record<DriftEffect, Pick<Diagnostic, 'code' | 'severity' | 'summary'>>> = {
  widens: { code: 'EDL-5070', severity: 'error', summary: 'Drift widens access or weakens a protection' },
  narrows: { code: 'EDL-5071', severity: 'warning', summary: 'Drift narrows access' },
  neutral: { code: 'EDL-5072', severity: 'note', summary: 'Drift that changes no access' },
};

const entryDiagnostic = (entry: DriftEntry, asOf: string): Diagnostic => {
  const { says, parts, author, state, hold } = tellEntry(entry, asOf);
  const told = [
    ...(state === undefined ? [] : [state]),
    ...says,
    ...parts.flatMap(({ meaning, lines }) => [...(meaning === undefined ? [] : [meaning]), ...lines]),
    ...(author === undefined ? [] : [author]),
    ...(hold === undefined ? [] : [hold]),
  ];
  return {
    ...FORMS[entry.effect],
    detail: `${entry.id} (${entry.stack === '' ? 'in no stack' : `stack ${entry.stack}`}, ${entry.region}) is not as it was applied: ${told.join('; ')}. If it should stay, put it into git; if not, heal it with edl drift --heal.`,
    ...at(entry.declaredIn),
    target: entry.id,
  };
};

/** A message, and what makes it the same one tomorrow: its detail tells times and people, which move. */
export interface StableDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly identity: string;
}

const ofEntries = ({ entries, asOf }: DriftReport): readonly StableDiagnostic[] =>
  entries.map((entry) => ({
    diagnostic: entryDiagnostic(entry, asOf),
    identity: [entry.id, entry.state, ...entry.parts.map(({ path }) => path)].join('\n'),
  }));

const ofUnknown = ({ unknown }: DriftReport): readonly StableDiagnostic[] =>
  unknown.map((one) => ({
    diagnostic: {
      code: 'EDL-5073',
      severity: 'warning',
      summary: 'Part of the lake could not be checked for drift',
      detail: `${unreadText(one)} could not be read, so it may have drifted too: ${one.reason}`,
      target: unreadText(one),
    },
    identity: unreadText(one),
  }));

const ofImmutability = ({ immutability }: DriftReport): readonly StableDiagnostic[] =>
  immutability.exceptions.map((exception) => ({
    diagnostic: {
      code: 'EDL-5074',
      severity: 'warning',
      summary: 'Somebody can change what is published',
      detail: `${exceptionText(exception)}. Take it back, or name the role as purgeRole of the instance in lake.yaml.`,
      target: exception.who,
    },
    identity: [exception.who, exception.bucket, ...exception.actions].join('\n'),
  }));

/** A drift report as messages, for shells that show them at lines of files: what widens is an error. */
export const driftDiagnostics = (report: DriftReport): readonly StableDiagnostic[] => {
  const told = [...ofEntries(report), ...ofUnknown(report), ...ofImmutability(report)];
  const others = aboutLive(report.diagnostics).map((diagnostic) => ({
    diagnostic,
    identity: `${diagnostic.target ?? ''}\n${diagnostic.detail}`,
  }));
  const byDiagnostic = new Map([...told, ...others].map((one) => [one.diagnostic, one]));
  return sortDiagnostics([...byDiagnostic.keys()]).flatMap((diagnostic) => byDiagnostic.get(diagnostic) ?? []);
};
