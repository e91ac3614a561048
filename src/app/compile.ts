import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packedRoles } from '../access/documents/compile.ts';
import { judgeByDefaults } from '../access/documents/limits.ts';
import { compileCatalog } from '../reconciler/compile/compile.ts';
import { renderCompileOutput } from '../reconciler/compile/output.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { hasErrors, sortDiagnostics, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { resourceKinds } from '../resources/index.ts';
import { loadLake, type LakeRequest } from './lake.ts';
import { readRuntime } from './package-root.ts';
import { timed } from './timing.ts';

/** Either what the instance should be, or why that cannot be told. Warnings travel with the desired state. */
export type CompileOutcome =
  | {
      readonly status: 'compiled';
      readonly root: string;
      readonly catalog: Catalog;
      readonly desired: DesiredState;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly status: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

const unknownInstance = (catalog: Catalog, instance: string): Diagnostic => ({
  code: 'EDL-5001',
  severity: 'error',
  summary: 'Unknown instance',
  detail: `lake.yaml has no instance "${instance}". It has: ${catalog.lake.instances.map((known) => known.name).join(', ')}.`,
});

/** Loads a lake and compiles one instance of it, judged only by what holds in every account: quotas are for who can ask AWS. `load`: how. */
export const compileInstance = async (
  request: LakeRequest & { readonly instance: string },
  reporter: Reporter,
  load = loadLake,
): Promise<CompileOutcome> => {
  const { root, catalog, diagnostics } = await load(request, reporter);
  if (catalog === undefined) return { status: 'invalid', diagnostics };
  if (!catalog.lake.instances.some((known) => known.name === request.instance)) {
    return { status: 'invalid', diagnostics: [...diagnostics, unknownInstance(catalog, request.instance)] };
  }
  const runtime = await readRuntime();
  const desired = await timed(reporter, 'compile', () =>
    compileCatalog({ catalog, instance: request.instance, asOf: request.asOf, runtime }, resourceKinds),
  );
  const all = sortDiagnostics([...diagnostics, ...desired.diagnostics]);
  return hasErrors(all)
    ? { status: 'invalid', diagnostics: all }
    : { status: 'compiled', root, catalog, desired, diagnostics: all };
};

/** Loads a lake and compiles one instance of it. No AWS, so that quotas are judged by what every account has, as warnings. */
export const compileLake = async (
  request: LakeRequest & { readonly instance: string },
  reporter: Reporter,
): Promise<CompileOutcome> => {
  const compiled = await compileInstance(request, reporter);
  if (compiled.status === 'invalid') return compiled;
  const { catalog, desired, diagnostics } = compiled;
  const warnings = packedRoles(catalog, desired.instance, desired.asOf).flatMap(judgeByDefaults);
  return { ...compiled, diagnostics: sortDiagnostics([...diagnostics, ...warnings]) };
};

/** Only what has the name of our own output: the folder is the user's, and may be any folder. */
const removeTemplates = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((one) => one.endsWith('.template.json'))) await rm(join(folder, name));
};

/**
 * Writes what would be deployed: `stacks/`, `glue.json`, `manifest.json`. Earlier output of EDL's own in the folder is
 * replaced, so that a stack that is gone leaves no file behind; other files stay.
 */
export const writeCompileOutput = async (desired: DesiredState, folder: string): Promise<readonly string[]> => {
  await removeTemplates(join(folder, 'stacks'));
  const files = renderCompileOutput(desired);
  for (const file of files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content);
  }
  return files.map((file) => file.path);
};
