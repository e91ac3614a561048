import { relative, resolve } from 'node:path';
import { initLake } from '../../app/init.ts';
import { print } from '../print.ts';

/** `edl init DIR`. */
export const runInit = async (dir: string): Promise<void> => {
  const folder = resolve(dir);
  const files = await initLake(folder);
  const shown = relative(process.cwd(), folder) || '.';
  await print(
    [
      `A lake of ${files.length} files is in ${shown}:`,
      ...files.map((file) => `  ${file}`),
      '',
      'Next:',
      `  cd ${shown}`,
      '  edl validate',
      '  edl plan --instance dev01       # with AWS credentials, or against: edl sandbox',
    ].join('\n'),
  );
};
