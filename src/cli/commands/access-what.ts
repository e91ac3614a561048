import { whatMay } from '../../app/access/what.ts';
import { renderAnswerJson } from '../../report/access-answers.ts';
import { renderWhatText } from '../../report/access-answers-what.ts';
import { paintFor } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** `edl access what PRINCIPAL`. */
export const runAccessWhat = async (principal: string, options: QuestionOptions): Promise<void> => {
  const request = { ...questionRequest(options), principal };
  await answerQuestion(
    options,
    ({ reporter }) => whatMay(request, reporter),
    (answer) =>
      options.format === 'json'
        ? renderAnswerJson(answer)
        : renderWhatText(answer, { paint: paintFor(options), today: request.today }),
  );
};
