import type { Diagnostic, Severity } from '../reconciler/model/diagnostic.ts';
import { sha256Hex } from '../reconciler/model/digest.ts';
import { asJson, canonicalJson, compareText, type Json } from '../reconciler/model/json.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' };

/** Code scanning refuses a result without a place; what belongs to no file belongs to the lake. */
const NO_FILE = 'lake.yaml';

/** Of what a problem is, not of where it stands: moving it up a line must not open a second alert. */
const fingerprintOf = (diagnostic: Diagnostic, occurrence: number): string =>
  sha256Hex(
    canonicalJson([diagnostic.code, diagnostic.file ?? '', diagnostic.target ?? '', diagnostic.detail, occurrence]),
  );

const regionOf = ({ line, column }: Diagnostic): Json =>
  asJson({ startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) });

const resultOf = (diagnostic: Diagnostic, fingerprint: string): Json => ({
  ruleId: diagnostic.code,
  level: LEVELS[diagnostic.severity],
  message: { text: diagnostic.detail },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(diagnostic.file ?? NO_FILE), uriBaseId: '%SRCROOT%' },
        region: regionOf(diagnostic),
      },
    },
  ],
  partialFingerprints: { 'edlDiagnostic/v1': fingerprint },
});

const rulesOf = (diagnostics: readonly Diagnostic[]): readonly Json[] => {
  const summaries = new Map(diagnostics.map(({ code, summary }) => [code, summary] as const));
  return [...summaries]
    .sort(([left], [right]) => compareText(left, right))
    .map(([id, summary]) => ({ id, shortDescription: { text: summary } }));
};

/** The same text about the same thing in the same file may come twice; then the second is the second. */
const occurrencesOf = (diagnostics: readonly Diagnostic[]): readonly number[] => {
  const seen = new Map<string, number>();
  return diagnostics.map((diagnostic) => {
    const print = fingerprintOf(diagnostic, 0);
    const occurrence = seen.get(print) ?? 0;
    seen.set(print, occurrence + 1);
    return occurrence;
  });
};

const logOf = (diagnostics: readonly Diagnostic[], fingerprints: readonly string[], version: string): string => {
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'edl', version, rules: rulesOf(diagnostics) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic, index) => resultOf(diagnostic, fingerprints[index] ?? '')),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

/** Diagnostics as SARIF 2.1.0, for code scanning. `version` is that of edl. */
export const renderSarif = (diagnostics: readonly Diagnostic[], version: string): string => {
  const occurrences = occurrencesOf(diagnostics);
  const fingerprints = diagnostics.map((diagnostic, index) => fingerprintOf(diagnostic, occurrences[index] ?? 0));
  return logOf(diagnostics, fingerprints, version);
};

/** The same of messages that have an identity of their own: their text may tell times, and still be the same alert tomorrow. */
export const renderStableSarif = (
  messages: readonly { readonly diagnostic: Diagnostic; readonly identity: string }[],
  version: string,
): string =>
  logOf(
    messages.map(({ diagnostic }) => diagnostic),
    messages.map(({ diagnostic, identity }) => sha256Hex(canonicalJson([diagnostic.code, identity]))),
    version,
  );
