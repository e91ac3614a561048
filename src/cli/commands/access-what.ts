import { whatMay } from '../../app/access/what.ts';
import { renderAnswerJson } from '../../report/access-answers.ts';
import { renderWhatText } from '../../report/access-answers-what.ts';
import { paintFor } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** `edl access what PRINCIPAL`. */
export const runAccessWhat = async (principal: string, options: QuestionOptions): Promise<void> => {
  await answerQuestion(
    options,
    ({ reporter }) => whatMay({ ...questionRequest(options), principal }, reporter),
    (answer) =>
      options.format === 'json' ? renderAnswerJson(answer) : renderWhatText(answer, { paint: paintFor(options) }),
  );
};
