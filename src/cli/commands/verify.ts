import { packageVersion } from '../../app/package-root.ts';
import { openSession } from '../../app/session.ts';
import { verifyLake } from '../../app/verify.ts';
import { renderVerifyJson, renderVerifyText } from '../../report/proof.ts';
import { isProven } from '../../report/verification.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** The flags of `verify`. */
export interface VerifyOptions extends CommonOptions {
  readonly instance: string;
  readonly live?: boolean;
  readonly principal?: readonly string[];
}

/** `edl verify`. */
export const runVerify = async (options: VerifyOptions): Promise<void> => {
  const { instance, live = false, principal: principals = [] } = options;
  const progress = startProgress(options);
  try {
    const request = { ...lakeRequest(options), instance, live, principals };
    const outcome = await verifyLake(request, openSession(progress.reporter));
    progress.stop();
    const paint = paintFor(options);
    if (outcome.status !== 'verified') {
      const shown = { paint, version: await packageVersion() };
      await print(renderDiagnostics(options.format, outcome.diagnostics, shown));
      process.exitCode = outcome.status === 'refused' ? EXIT.refused : EXIT.failed;
      return;
    }
    const { verification } = outcome;
    await print(options.format === 'json' ? renderVerifyJson(verification) : renderVerifyText(verification, paint));
    process.exitCode = isProven(verification) ? EXIT.done : EXIT.refused;
  } finally {
    progress.stop();
  }
};
