import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EdlError } from '../reconciler/model/errors.ts';
import { compareText } from '../reconciler/model/json.ts';
import { MINIMAL_LAKE } from './minimal-lake.ts';
import { SCHEMAS } from './schemas.gen.ts';

/** Copies of the schemas go here, so that editors complete and check the files without a network. */
const SCHEMA_FOLDER = '.edl/schemas';

const schemaFiles = (): readonly (readonly [string, string])[] =>
  Object.entries(SCHEMAS).map(([kind, schema]) => [
    `${SCHEMA_FOLDER}/${kind}.schema.json`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Writes a minimal lake that passes `validate` into a folder and tells the files it wrote, relative to it. Overwrites
 * nothing: when one of its files is there already it writes none, and throws.
 */
export const writeMinimalLake = async (folder: string): Promise<readonly string[]> => {
  const files = [...Object.entries(MINIMAL_LAKE), ...schemaFiles()];
  const present: string[] = [];
  for (const [path] of files) if (await exists(join(folder, path))) present.push(path);
  if (present.length > 0)
    throw new EdlError(
      'EDL-1010',
      'user',
      `${folder} has ${present.join(', ')} already, and init overwrites nothing. Choose another folder, or remove them first.`,
    );
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content, { flag: 'wx' });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EdlError('EDL-1011', 'user', `The lake cannot be written to ${folder}: ${reason}.`, { cause: error });
  }
  return files.map(([path]) => path).sort(compareText);
};
