import { diffRevisions, hasChanges } from '../../app/access/diff.ts';
import { renderAnswerJson, type DiffAnswer } from '../../report/access-answers.ts';
import { renderDiffMarkdown, renderDiffText } from '../../report/access-answers-diff.ts';
import { EXIT } from '../exit.ts';
import { paintFor } from '../print.ts';
import { answerQuestion, questionRequest, type QuestionOptions } from './access-answer.ts';

const render = (answer: DiffAnswer, options: QuestionOptions): string => {
  switch (options.format) {
    case 'json':
      return renderAnswerJson(answer);
    case 'markdown':
      return renderDiffMarkdown(answer);
    default:
      return renderDiffText(answer, { paint: paintFor(options) });
  }
};

/** `edl access diff REV..REV`. */
export const runAccessDiff = async (
  range: string,
  options: QuestionOptions & { readonly detailedExitcode?: boolean },
): Promise<void> => {
  const answer = await answerQuestion(
    options,
    ({ reporter }) => diffRevisions({ ...questionRequest(options), range }, reporter),
    (found) => render(found, options),
  );
  if (answer !== undefined && options.detailedExitcode === true && hasChanges(answer)) process.exitCode = EXIT.changes;
};
