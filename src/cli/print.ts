import pc from 'picocolors';
import { EdlError } from '../reconciler/model/errors.ts';
import type { Paint } from '../report/paint.ts';
import { plain } from '../report/paint.ts';
import { systemCode } from './files.ts';

/** The reader of a pipe may leave early (`| head`): that is not a failure, so the command goes on to its own exit code. */
export const ignoreClosedPipes = (): void => {
  // What else goes wrong with stdout is told by `print`; nobody could read what goes wrong with stderr.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

let printed = false;

/** Whether a result went to stdout, or was to go there. */
export const hasPrinted = (): boolean => printed;

/** Writes a result to stdout and waits until it is through: a pipe may take a large plan in several gulps. Empty text prints nothing. */
export const print = async (text: string): Promise<void> => {
  if (text === '') return;
  printed = true;
  const error = await new Promise<Error | null | undefined>((resolve) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, resolve);
  });
  const code = systemCode(error);
  if (!(error instanceof Error) || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return;
  throw new EdlError('EDL-5022', 'user', `The result could not be printed: ${error.message}.`, { cause: error });
};

/** Colours only on a terminal, never when NO_COLOR or --no-color says so. */
export const hasColor = (stream: NodeJS.WriteStream, isWanted: boolean): boolean =>
  isWanted && stream.isTTY && !process.env['NO_COLOR'];

/** The colours of stdout. */
export const paintFor = (options: { readonly color: boolean }): Paint =>
  hasColor(process.stdout, options.color) ? pc.createColors(true) : plain;

/** No text is wider than this, or lines are hard to follow; no narrower than that, or they are in pieces. */
const WIDTHS = { most: 100, least: 40 } as const;

/** How wide text may be: as wide as the terminal, and as for one of 100 columns where there is none. */
export const widthOf = (): number =>
  Math.min(WIDTHS.most, Math.max(WIDTHS.least, process.stdout.isTTY ? process.stdout.columns : WIDTHS.most));
