import { whoMay } from '../../app/access/who.ts';
import { whoAt } from '../../app/history/who-at.ts';
import { openSession } from '../../app/session.ts';
import { renderHistoryJson } from '../../report/history-answers.ts';
import { renderWhoAtText } from '../../report/history-who.ts';
import { renderAnswerJson } from '../../report/access-answers.ts';
import { renderWhoText } from '../../report/access-answers-who.ts';
import { hasErrors } from '../../reconciler/model/diagnostic.ts';
import { EXIT } from '../exit.ts';
import { paintFor, widthOf } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** The flags of `access who`. */
export interface WhoOptions extends QuestionOptions {
  readonly level?: string;
  readonly members?: boolean;
  readonly at?: string;
}

/** By the journal; what it does not know, or what was tampered with, is no answer, so that exits 1. */
const tellWhoAt = async (dataset: string, at: string, options: WhoOptions): Promise<void> => {
  const request = {
    ...questionRequest(options),
    dataset,
    at,
    withMembers: options.members === true,
    ...(options.level === undefined ? {} : { level: options.level }),
  };
  const answer = await answerQuestion(
    options,
    ({ reporter }) => whoAt(request, openSession(reporter)),
    (found) =>
      options.format === 'json' ? renderHistoryJson(found) : renderWhoAtText(found, paintFor(options), widthOf()),
  );
  if (answer !== undefined && (!answer.isKnown || hasErrors(answer.notes))) process.exitCode = EXIT.failed;
};

/** `edl access who DATASET`. */
export const runAccessWho = async (dataset: string, options: WhoOptions): Promise<void> => {
  if (options.at !== undefined) {
    await tellWhoAt(dataset, options.at, options);
    return;
  }
  const request = {
    ...questionRequest(options),
    dataset,
    ...(options.level === undefined ? {} : { level: options.level }),
  };
  await answerQuestion(
    options,
    ({ reporter }) => whoMay(request, reporter),
    (answer) =>
      options.format === 'json'
        ? renderAnswerJson(answer)
        : renderWhoText(answer, {
            paint: paintFor(options),
            withMembers: options.members === true,
            today: request.today,
          }),
  );
};
