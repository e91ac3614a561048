import { once } from 'node:events';

/** Writes a result to stdout and waits until it is through: a pipe may take a large plan in several gulps. */
export const print = async (text: string): Promise<void> => {
  if (!process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)) await once(process.stdout, 'drain');
};

/** Colours only on a terminal, never when NO_COLOR or --no-color says so. */
export const hasColor = (stream: NodeJS.WriteStream, isWanted: boolean): boolean =>
  isWanted && stream.isTTY && process.env['NO_COLOR'] === undefined;
