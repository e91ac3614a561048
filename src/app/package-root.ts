import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invariant } from '../reconciler/model/errors.ts';
import { compareText } from '../reconciler/model/json.ts';
import type { PipelineFile } from '../reconciler/model/catalog.ts';

/** The folder of EDL's own package.json: the same from `src/` (tests) and from `dist/src/` (the built command). */
export const packageRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    invariant(parent !== folder, 'EDL runs outside of its package: no package.json above its own code.');
    folder = parent;
  }
  return folder;
};

/** The Python files that every Spark job imports, as text, sorted by path. They are uploaded with the pipelines. */
export const readRuntime = async (): Promise<readonly PipelineFile[]> => {
  const folder = join(packageRoot(), 'runtime', 'edl');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort(compareText);
  return Promise.all(names.map(async (name) => ({ path: name, content: await readFile(join(folder, name), 'utf8') })));
};

/** EDL's own version. */
export const packageVersion = async (): Promise<string> => {
  const manifest: unknown = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  invariant(typeof version === 'string', 'package.json has no version.');
  return version;
};
