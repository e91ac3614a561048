import { mayDo } from '../../app/access/can.ts';
import { openSession } from '../../app/session.ts';
import { renderAnswerJson } from '../../report/access-answers.ts';
import { renderCanText } from '../../report/access-answers-can.ts';
import { EXIT } from '../exit.ts';
import { paintFor } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

/** `edl access can PRINCIPAL LEVEL DATASET`. The exit code is the answer. */
export const runAccessCan = async (
  principal: string,
  level: string,
  dataset: string,
  options: QuestionOptions & { readonly live?: boolean },
): Promise<void> => {
  const request = { ...questionRequest(options), principal, level, dataset, live: options.live === true };
  const answer = await answerQuestion(
    options,
    ({ reporter }) => mayDo(request, openSession(reporter)),
    (found) =>
      options.format === 'json'
        ? renderAnswerJson(found)
        : renderCanText(found, {
            paint: paintFor(options),
            withStatements: options.debug === true,
            today: request.today,
          }),
  );
  if (answer !== undefined) process.exitCode = answer.answer === 'yes' ? EXIT.done : EXIT.refused;
};
