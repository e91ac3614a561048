import { EdlError } from '../reconciler/model/errors.ts';

const causes = (error: unknown): readonly Error[] => (error instanceof Error ? [error, ...causes(error.cause)] : []);

/**
 * Prints what stopped a command: EDL's own errors as one sentence with their code, anything else as the bug that it is.
 * `--debug` adds the stack traces of the whole chain.
 */
export const reportFailure = (error: unknown, isDebug: boolean): void => {
  const known = error instanceof EdlError && error.disposition !== 'bug' ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (known === undefined) {
    process.stderr.write(
      `edl: internal error: ${message}\n  This is a bug in EDL. Run again with --debug and report what it prints.\n`,
    );
  } else {
    process.stderr.write(`edl: ${known.code}: ${message}\n`);
  }
  if (isDebug) for (const cause of causes(error)) process.stderr.write(`${cause.stack ?? cause.message}\n`);
};
