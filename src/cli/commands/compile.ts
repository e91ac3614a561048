import { relative, resolve } from 'node:path';
import { compileLake, writeCompileOutput } from '../../app/compile.ts';
import { packageVersion } from '../../app/package-root.ts';
import { renderCompileText } from '../../report/compile-text.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { writing } from '../files.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** `edl compile --instance I --out DIR`. */
export const runCompile = async (
  options: CommonOptions & { readonly instance: string; readonly out: string },
): Promise<void> => {
  const progress = startProgress(options);
  const outcome = await compileLake({ ...lakeRequest(options), instance: options.instance }, progress.reporter);
  progress.stop();
  const paint = paintFor(options);
  const shown = { paint, version: await packageVersion() };
  if (outcome.status === 'invalid') {
    await print(renderDiagnostics(options.format, outcome.diagnostics, shown));
    process.exitCode = EXIT.failed;
    return;
  }
  const folder = resolve(options.out);
  const files = await writing(options.out, () => writeCompileOutput(outcome.desired, folder));
  if (options.format === 'json') {
    await print(JSON.stringify({ formatVersion: '1', folder, files, diagnostics: outcome.diagnostics }, null, 2));
    return;
  }
  await print(renderDiagnostics('text', outcome.diagnostics, shown));
  await print(renderCompileText(outcome.desired, paint));
  await print(`Written: ${files.length} files in ${relative(process.cwd(), folder) || '.'}`);
};
