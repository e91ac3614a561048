import { writeMinimalLake } from '../catalog/init.ts';

/**
 * Writes a minimal lake that passes `validate` into a folder and tells the files it wrote. Throws EdlError rather than
 * overwrite anything.
 */
export const initLake = (folder: string): Promise<readonly string[]> => writeMinimalLake(folder);
