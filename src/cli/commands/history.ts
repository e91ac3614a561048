import { listHistory, showEntry, verifyHistory } from '../../app/history/history.ts';
import { openSession } from '../../app/session.ts';
import { renderHistoryJson } from '../../report/history-answers.ts';
import { renderHistoryText, renderVerifyText } from '../../report/history.ts';
import { renderShowText } from '../../report/history-show.ts';
import { EXIT } from '../exit.ts';
import { paintFor, widthOf } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** The flags of `history`. */
export interface HistoryOptions extends QuestionOptions {
  readonly limit: number;
  readonly verify?: boolean;
  readonly expect?: string;
}

/** `edl history`, and with `--verify` whether it is as it was written. */
export const runHistory = async (options: HistoryOptions): Promise<void> => {
  const request = questionRequest(options);
  const paint = paintFor(options);
  const isJson = options.format === 'json';
  if (options.verify !== true && options.expect === undefined) {
    await answerQuestion(
      options,
      ({ reporter }) => listHistory({ ...request, limit: options.limit }, openSession(reporter)),
      (answer) => (isJson ? renderHistoryJson(answer) : renderHistoryText(answer, paint, widthOf())),
    );
    return;
  }
  const expected = options.expect === undefined ? {} : { expected: options.expect };
  const answer = await answerQuestion(
    options,
    ({ reporter }) => verifyHistory({ ...request, ...expected }, openSession(reporter)),
    (found) => (isJson ? renderHistoryJson(found) : renderVerifyText(found, paint, widthOf())),
  );
  if (answer?.problems.some(({ severity }) => severity === 'error') === true) process.exitCode = EXIT.failed;
};

/** The flags of `history show`. */
export interface ShowOptions extends QuestionOptions {
  readonly verbose?: boolean;
}

/** `edl history show N`; an entry that somebody edited is no answer, so that exits 1. */
export const runHistoryShow = async (ordinal: number, options: ShowOptions): Promise<void> => {
  const style = { paint: paintFor(options), width: widthOf(), isVerbose: options.verbose === true };
  const answer = await answerQuestion(
    options,
    ({ reporter }) => showEntry({ ...questionRequest(options), ordinal }, openSession(reporter)),
    (found) => (options.format === 'json' ? renderHistoryJson(found) : renderShowText(found, style)),
  );
  if (answer !== undefined && answer.problems.length > 0) process.exitCode = EXIT.failed;
};
