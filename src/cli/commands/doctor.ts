import { examine } from '../../app/doctor/doctor.ts';
import { packageVersion } from '../../app/package-root.ts';
import { openSession } from '../../app/session.ts';
import { isBroken } from '../../reconciler/model/doctor.ts';
import { renderDoctorJson, renderDoctorText } from '../../report/doctor.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** The flags of `doctor`. */
export interface DoctorOptions extends CommonOptions {
  readonly instance: string;
}

/** `edl doctor`. */
export const runDoctor = async (options: DoctorOptions): Promise<void> => {
  const progress = startProgress(options);
  try {
    const request = { ...lakeRequest(options), instance: options.instance, nodeVersion: process.versions.node };
    const outcome = await examine(request, openSession(progress.reporter));
    progress.stop();
    const paint = paintFor(options);
    if (outcome.status === 'invalid') {
      const shown = { paint, version: await packageVersion() };
      await print(renderDiagnostics(options.format, outcome.diagnostics, shown));
      process.exitCode = EXIT.failed;
      return;
    }
    const { health } = outcome;
    await print(options.format === 'json' ? renderDoctorJson(health) : renderDoctorText(health, paint));
    process.exitCode = isBroken(health) ? EXIT.failed : EXIT.done;
  } finally {
    progress.stop();
  }
};
