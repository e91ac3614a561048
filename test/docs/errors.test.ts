import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/edl.ts';

const codesIn = (text: string): readonly string[] => text.match(/EDL-\d{4}/g) ?? [];

const sourceFiles = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(REPOSITORY, folder), { recursive: true }))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(REPOSITORY, folder, path));

test('every code of the source is explained in docs/ERRORS.md once, and no other', async () => {
  const sources = await Promise.all((await sourceFiles('src')).map((path) => readFile(path, 'utf8')));
  const used = new Set(sources.flatMap(codesIn));
  const document = await readFile(join(REPOSITORY, 'docs/ERRORS.md'), 'utf8');
  const explained = document.split('\n').flatMap((line) => /^\| (EDL-\d{4}) /.exec(line)?.[1] ?? []);
  expect([...explained].sort()).toEqual([...used].sort());
});
