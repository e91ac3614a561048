import { packageVersion } from '../../app/package-root.ts';
import { print } from '../print.ts';

/** `edl version`. */
export const runVersion = async (): Promise<void> => {
  await print(`edl ${await packageVersion()} (node ${process.versions.node})`);
};
