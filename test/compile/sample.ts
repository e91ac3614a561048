import { fileURLToPath } from 'node:url';
import { readRuntime } from '../../src/app/package-root.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog, PipelineFile } from '../../src/reconciler/model/catalog.ts';
import { hasErrors } from '../../src/reconciler/model/diagnostic.ts';
import type { DeclareInput, DesiredState } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';

/** A day on which no date in the sample lake matters. */
export const AS_OF = '2026-11-22T10:00:00Z';

/** A runtime of one line a file, for tests that only look at what becomes of it. */
export const TINY_RUNTIME: readonly PipelineFile[] = [
  { path: '__init__.py', content: '' },
  { path: 'job.py', content: 'print("job")\n' },
];

/** Loads the sample lake of the repository; fails when it is not sound. */
export const loadSample = async (): Promise<Catalog> => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { catalog, diagnostics } = await loadCatalog(root, { asOf: AS_OF });
  if (catalog === undefined) throw new Error(`the sample lake is not sound: ${JSON.stringify(diagnostics, null, 2)}`);
  return catalog;
};

/** The input of compiling one instance of the sample lake, with the real runtime. */
export const sampleInput = async (instance: string): Promise<DeclareInput> => ({
  catalog: await loadSample(),
  instance,
  asOf: AS_OF,
  runtime: await readRuntime(),
});

/** Compiles with all kinds; fails when that gives errors. */
export const compileSound = (input: DeclareInput): DesiredState => {
  const desired = compileCatalog(input, resourceKinds);
  if (hasErrors(desired.diagnostics)) throw new Error(JSON.stringify(desired.diagnostics, null, 2));
  return desired;
};
