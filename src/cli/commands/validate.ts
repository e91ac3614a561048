import { packageVersion } from '../../app/package-root.ts';
import { validateLake } from '../../app/validate.ts';
import { hasErrors } from '../../reconciler/model/diagnostic.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { countOf } from '../../report/layout.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** The flags of `edl validate`. */
interface ValidateOptions extends CommonOptions {
  readonly since?: string;
}

/** `edl validate`. */
export const runValidate = async (options: ValidateOptions): Promise<void> => {
  const progress = startProgress(options);
  const { catalog, diagnostics, files } = await validateLake(
    { ...lakeRequest(options), ...(options.since === undefined ? {} : { since: options.since }) },
    progress.reporter,
  );
  progress.stop();
  const paint = paintFor(options);
  if (options.format !== 'text' || diagnostics.length > 0)
    await print(renderDiagnostics(options.format, diagnostics, { paint, version: await packageVersion() }));
  if (options.format === 'text' && catalog !== undefined && !hasErrors(diagnostics)) {
    const { datasets, principals, grants, pipelines } = catalog;
    const counts = [
      countOf(datasets.length, 'dataset'),
      countOf(principals.length, 'principal'),
      countOf(grants.length, 'grant'),
      countOf(pipelines.length, 'pipeline'),
    ];
    await print(`${paint.green('Valid')}: ${counts.join(', ')} in ${countOf(files, 'file')}.`);
  }
  if (hasErrors(diagnostics)) process.exitCode = EXIT.failed;
};
