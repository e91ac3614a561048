import { once } from 'node:events';
import pc from 'picocolors';
import type { Paint } from '../report/paint.ts';
import { plain } from '../report/paint.ts';

/** Writes a result to stdout and waits until it is through: a pipe may take a large plan in several gulps. Empty text prints nothing. */
export const print = async (text: string): Promise<void> => {
  if (text === '') return;
  if (!process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)) await once(process.stdout, 'drain');
};

/** Colours only on a terminal, never when NO_COLOR or --no-color says so. */
export const hasColor = (stream: NodeJS.WriteStream, isWanted: boolean): boolean =>
  isWanted && stream.isTTY && process.env['NO_COLOR'] === undefined;

/** The colours of stdout. */
export const paintFor = (options: { readonly color: boolean }): Paint =>
  hasColor(process.stdout, options.color) ? pc.createColors(true) : plain;
