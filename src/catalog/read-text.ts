import { open } from 'node:fs/promises';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { problem } from './problems.ts';

/** No file that people write by hand is larger; a larger one is a mistake or an attack. */
export const MAX_FILE_BYTES = 256 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A file's text, or why it cannot be had. */
export type Text = { readonly text: string } | { readonly problem: Diagnostic };

const readBytes = async (path: string): Promise<Uint8Array | undefined> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES) return undefined;
    const buffer = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await handle.read(buffer, length, size - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
};

/** Reads a text file that people wrote. `shown` is its path in messages. */
export const readText = async (path: string, shown: string): Promise<Text> => {
  const location = { file: shown, line: 1 };
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readBytes(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: problem(
        'EDL-1001',
        location,
        `The file cannot be read: ${reason}. Check that it is there and readable.`,
      ),
    };
  }
  if (bytes === undefined) {
    const detail = `The file is larger than ${MAX_FILE_BYTES / 1024} KiB, the most that is read. Split it, or move data out of the catalog.`;
    return { problem: problem('EDL-1002', location, detail) };
  }
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return {
      problem: problem('EDL-1003', location, 'The file has bytes that are not UTF-8. Save it with the encoding UTF-8.'),
    };
  }
};
