import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * Compares text with a checked-in file; `UPDATE_GOLDEN=1` writes the file instead, and people review the difference. The
 * files end in `.golden` so that the formatter leaves them alone.
 */
export const expectGolden = (name: string, text: string): void => {
  const path = fileURLToPath(new URL(`golden/${name}.golden`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
};
