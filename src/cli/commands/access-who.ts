import { whoMay } from '../../app/access/who.ts';
import { renderAnswerJson } from '../../report/access-answers.ts';
import { renderWhoText } from '../../report/access-answers-who.ts';
import { paintFor } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** `edl access who DATASET`. */
export const runAccessWho = async (
  dataset: string,
  options: QuestionOptions & { readonly level?: string; readonly members?: boolean },
): Promise<void> => {
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
