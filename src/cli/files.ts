import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EdlError } from '../reconciler/model/errors.ts';

/** The code of an error of the operating system, such as ENOENT; nothing for all others. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission',
  EADDRINUSE: 'something else uses it',
  EEXIST: 'a file is in the way',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the place of a folder',
  EPERM: 'you have no permission',
  EROFS: 'the disk is read-only',
};

/** Why the operating system refused, in words. */
const reasonOf = (error: unknown): string =>
  REASONS[systemCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));

/** What to tell when something of the user's computer cannot be used; passes on what is not the system's error. */
export const asSystemFailure = (code: EdlError['code'], what: string, advice: string, error: unknown): EdlError => {
  if (error instanceof EdlError) return error;
  const disposition = systemCode(error) === undefined ? 'bug' : 'user';
  return new EdlError(code, disposition, `${what}: ${reasonOf(error)}. ${advice}`, { cause: error });
};

/** The text of a file that the user named. */
export const readInput = async (file: string): Promise<string> => {
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (error) {
    throw asSystemFailure('EDL-5020', `${file} cannot be read`, 'Check the name and its permissions.', error);
  }
};

/** Work that writes where the user said. */
export const writing = async <T>(place: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const advice = 'Nothing else is lost; name another place with --out.';
    throw asSystemFailure('EDL-5021', `${place} cannot be written`, advice, error);
  }
};

/** Writes a file that the user named. */
export const writeOutput = (file: string, text: string): Promise<void> =>
  writing(file, () => writeFile(resolve(file), text));
