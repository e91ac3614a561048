import { loadLake } from '../../app/lake.ts';
import { packageVersion } from '../../app/package-root.ts';
import { hasErrors } from '../../reconciler/model/diagnostic.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** `edl validate`. */
export const runValidate = async (options: CommonOptions): Promise<void> => {
  const progress = startProgress(options);
  const { catalog, diagnostics, files } = await loadLake(lakeRequest(options), progress.reporter);
  progress.stop();
  const paint = paintFor(options);
  await print(renderDiagnostics(options.format, diagnostics, { paint, version: await packageVersion() }));
  if (options.format === 'text' && catalog !== undefined) {
    const { datasets, principals, grants, pipelines } = catalog;
    await print(
      `${paint.green('Valid')}: ${datasets.length} datasets, ${principals.length} principals, ${grants.length} grants, ${pipelines.length} pipelines in ${files} files.`,
    );
  }
  if (hasErrors(diagnostics)) process.exitCode = EXIT.failed;
};
