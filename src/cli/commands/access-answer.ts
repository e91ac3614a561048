import type { Outcome, QuestionRequest } from '../../app/access/load.ts';
import { packageVersion } from '../../app/package-root.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress, type Progress } from '../progress.ts';

/** The flags of every question. */
export interface QuestionOptions extends CommonOptions {
  readonly instance?: string;
}

/** The lake that a question is about. */
export const questionRequest = (options: QuestionOptions): QuestionRequest => ({
  ...lakeRequest(options),
  today: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
  ...(options.instance === undefined ? {} : { instance: options.instance }),
});

/** Asks, and prints the answer or what is wrong; gives the answer back for the exit code. */
export const answerQuestion = async <Answer extends object>(
  options: QuestionOptions,
  ask: (progress: Progress) => Promise<Outcome<Answer>>,
  render: (answer: Answer) => string,
): Promise<Answer | undefined> => {
  const progress = startProgress(options);
  try {
    const outcome = await ask(progress);
    progress.stop();
    if ('diagnostics' in outcome) {
      const format = options.format === 'markdown' ? 'text' : options.format;
      const shown = { paint: paintFor(options), version: await packageVersion() };
      await print(renderDiagnostics(format, outcome.diagnostics, shown));
      // The wrong account is refused, as it is by plan.
      process.exitCode = outcome.diagnostics.some(({ code }) => code === 'EDL-5010') ? EXIT.refused : EXIT.failed;
      return undefined;
    }
    await print(render(outcome));
    return outcome;
  } finally {
    progress.stop();
  }
};
