import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import { hasPrinted, print } from './print.ts';

const causes = (error: unknown): readonly Error[] => (error instanceof Error ? [error, ...causes(error.cause)] : []);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isKnown = (error: unknown): error is EdlError => error instanceof EdlError && error.disposition !== 'bug';

/** How a failure is told. */
export interface FailureOptions {
  /** The stack traces of the whole chain, too. */
  readonly isDebug: boolean;
  /** What `--format` asks for. */
  readonly format: string | undefined;
}

/** What `--format` says in a command line that may be wrong: the last one counts, as it does for the parser. */
export const formatOf = (argv: readonly string[]): string | undefined => {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  return flags
    .flatMap((word, index) =>
      word === '--format' ? [flags[index + 1] ?? ''] : (word.match(/(?<=^--format=).*/) ?? []),
    )
    .at(-1);
};

const BUG = 'This is a bug in EDL. Run again with --debug and report what it prints.';

const toDiagnostic = (error: unknown): Diagnostic => ({
  code: error instanceof EdlError ? error.code : 'EDL-9004',
  severity: 'error',
  summary: 'Command stopped',
  detail: isKnown(error) ? error.message : `Internal error: ${messageOf(error)}. ${BUG}`,
});

/**
 * Scripts that ask for documents get one, also of what stopped the command. Not after a result that was printed before: two
 * documents are none.
 */
const printDocument = async (error: unknown, format: string): Promise<void> => {
  const { renderDiagnostics } = await import('./diagnostics.ts');
  const { packageVersion } = await import('../app/package-root.ts');
  const { plain } = await import('../report/paint.ts');
  await print(renderDiagnostics(format, [toDiagnostic(error)], { paint: plain, version: await packageVersion() }));
};

const DOCUMENTS: ReadonlySet<string> = new Set(['json', 'sarif', 'github']);

/**
 * Prints what stopped a command: EDL's own errors as one sentence with their code, anything else as the bug that it is. With
 * a format for machines, that is the result on stdout as well: who reads it must not find nothing.
 */
export const reportFailure = async (error: unknown, { isDebug, format }: FailureOptions): Promise<void> => {
  process.stderr.write(
    isKnown(error)
      ? `edl: ${error.code}: ${messageOf(error)}\n`
      : `edl: internal error: ${messageOf(error)}\n  ${BUG}\n`,
  );
  if (isDebug) for (const cause of causes(error)) process.stderr.write(`${cause.stack ?? cause.message}\n`);
  if (format === undefined || !DOCUMENTS.has(format) || hasPrinted()) return;
  try {
    await printDocument(error, format);
  } catch (unprinted) {
    process.stderr.write(`edl: ${messageOf(unprinted)}\n`);
  }
};
