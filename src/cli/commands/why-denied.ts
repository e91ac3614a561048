import { text as readStream } from 'node:stream/consumers';
import { packageVersion } from '../../app/package-root.ts';
import { whyDenied, type WhyDeniedRequest } from '../../app/why-denied.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import {
  renderWhyDeniedJson,
  renderWhyDeniedMarkdown,
  renderWhyDeniedText,
  type WhyDeniedAnswer,
} from '../../report/why-denied.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';
import { questionRequest, type QuestionOptions } from './access-answer.ts';

/** The flags of `why-denied`. */
export interface WhyDeniedOptions extends QuestionOptions {
  readonly principal?: string;
  readonly on?: string;
}

/** The text of the argument, or what is piped in: messages of many lines are awkward to quote. */
const textOf = async (argument: string | undefined): Promise<string> => {
  if (argument !== undefined && argument !== '-') return argument;
  if (argument === '-' || !process.stdin.isTTY) return readStream(process.stdin);
  throw new EdlError(
    'EDL-5061',
    'user',
    'There is no message to look at. Give it in quotes, or pipe it in: pbpaste | edl why-denied -',
  );
};

const requestOf = (text: string, options: WhyDeniedOptions): WhyDeniedRequest => ({
  ...questionRequest(options),
  text,
  ...(options.principal === undefined ? {} : { principal: options.principal }),
  ...(options.on === undefined ? {} : { on: options.on }),
});

const render = (answer: WhyDeniedAnswer, options: WhyDeniedOptions): string => {
  if (options.format === 'json') return renderWhyDeniedJson(answer);
  return options.format === 'markdown'
    ? renderWhyDeniedMarkdown(answer)
    : renderWhyDeniedText(answer, paintFor(options));
};

/** `edl why-denied TEXT`. */
export const runWhyDenied = async (argument: string | undefined, options: WhyDeniedOptions): Promise<void> => {
  const text = await textOf(argument);
  const progress = startProgress(options);
  const outcome = await whyDenied(requestOf(text, options), progress.reporter).finally(() => {
    progress.stop();
  });
  if (outcome.status === 'answered') {
    await print(render(outcome, options));
    return;
  }
  const format = options.format === 'markdown' ? 'text' : options.format;
  await print(
    renderDiagnostics(format, outcome.diagnostics, { paint: paintFor(options), version: await packageVersion() }),
  );
  process.exitCode = EXIT.failed;
};
