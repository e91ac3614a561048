import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/cli/progress.ts';
import { commandLine, headOf, inLines } from '../../src/reconciler/model/message.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { renderApplyMarkdown, renderApplyText } from '../../src/report/apply.ts';
import { durationOf } from '../../src/report/duration.ts';
import { wrapText } from '../../src/report/layout.ts';
import { escapeMarkdown } from '../../src/report/markdown.ts';
import { plain } from '../../src/report/paint.ts';

const COMMAND =
  'aws cloudformation continue-update-rollback --resources-to-skip IamRoleA IamRoleB --stack-name edl-dev01-access-team-oncology --region eu-west-1';
const MESSAGE = inLines('The rollback failed again.', '', 'Leave it out:', commandLine(COMMAND), 'Then apply again.');

const failed: StackResult = {
  outcome: 'failed',
  stack: 'a',
  seconds: 1,
  objects: [],
  failures: [
    { code: 'EDL-4020', id: 'iam-role/r', message: 'iam-role/r (AWS::IAM::Role): UPDATE_FAILED: too large.' },
    { code: 'EDL-4020', message: MESSAGE },
  ],
};

describe('a command in a message can be copied', () => {
  it('from a terminal, at any width and between any words', () => {
    const word = fc.stringMatching(/^[a-z.,:]{1,12}$/);
    const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(sentence, sentence, fc.integer({ min: 10, max: 200 }), (before, after, width) => {
        const lines = wrapText(inLines(before, commandLine(COMMAND), after), width, '    ');
        expect(lines.filter((line) => line === `      ${COMMAND}`)).toHaveLength(1);
        const others = lines.filter((line) => !line.includes(COMMAND)).map((line) => line.trim());
        expect(others.join(' ')).toBe(`${before} ${after}`);
      }),
    );
  });

  it('after an apply: a paragraph for each failure, the command alone on its line', () => {
    const text = renderApplyText({ instance: 'dev01', results: [failed] }, plain);
    expect(text.split('\n').slice(1, 9)).toEqual([
      '      EDL-4020 iam-role/r (AWS::IAM::Role): UPDATE_FAILED: too large.',
      '',
      '      EDL-4020 The rollback failed again.',
      '',
      '      Leave it out:',
      `        ${COMMAND}`,
      '      Then apply again.',
      '',
    ]);
  });

  it('from a comment on a pull request: as a block within the item of the list', () => {
    const text = renderApplyMarkdown({ instance: 'dev01', results: [failed] });
    expect(text).toContain(
      `- EDL-4020 The rollback failed again.\n\n  Leave it out:\n  \`\`\`sh\n  ${COMMAND}\n  \`\`\`\n  Then apply again.\n`,
    );
  });

  it('from a table or a sentence in markdown: as code', () => {
    expect(escapeMarkdown(MESSAGE)).toBe(`The rollback failed again. Leave it out: \`${COMMAND}\` Then apply again.`);
  });

  it('while the line of a log stays one line: what happened, without what to do', () => {
    expect(headOf(MESSAGE)).toBe('The rollback failed again.');
    const result: StackResult = { ...failed, failures: failed.failures.slice(1) };
    expect(plainLine({ type: 'stack-finished', stack: 'a', result })).toBe(
      '  a: failed after 1.0 s: The rollback failed again.',
    );
  });
});

it.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min'],
  [11_520, '3 h 12 min'],
  [183_600, '2 days 3 h'],
  [1_296_000, '15 days'],
])('%s seconds are %s', (seconds, told) => {
  expect(durationOf(seconds)).toBe(told);
});
