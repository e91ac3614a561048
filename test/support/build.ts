import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD_INFO = join(ROOT, 'dist/.tsbuildinfo');

const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newestSource = (): number =>
  Math.max(
    ...['src', 'sandbox', 'bench', 'spec'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => modifiedAt(join(ROOT, folder, path))),
    ),
    modifiedAt(join(ROOT, 'tsconfig.build.json')),
  );

/** Vitest's global setup: tests run the real command, so what is built must be what is written. Skipped when it is. */
export const setup = (): void => {
  if (modifiedAt(BUILD_INFO) > newestSource()) return;
  execFileSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--noCheck'],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );
};
