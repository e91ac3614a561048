import { describe, expect, it } from 'vitest';
import { answerWhat } from '../../src/app/access/what.ts';
import { type CanAnswer } from '../../src/report/access-answers.ts';
import { renderCanText } from '../../src/report/access-answers-can.ts';
import { renderWhatText } from '../../src/report/access-answers-what.ts';
import { renderWhoText } from '../../src/report/access-answers-who.ts';
import { plain } from '../../src/report/paint.ts';
import { AS_OF } from '../access/support.ts';
import { can, LAKE, who } from '../app/access-support.ts';

const what = (principal: 'team:oncology') =>
  answerWhat({ catalog: LAKE, instance: 'dev01', principal, holders: [principal], asOf: AS_OF });

const tell = (answer: CanAnswer): string => renderCanText(answer, { paint: plain, withStatements: false });

describe('can, beside the answer', () => {
  it('names the default role that reads it already, before what to ask for', () => {
    expect(tell(can(LAKE, 'team:crm', 'read', 'news')).replace(/\s+/g, ' ')).toMatch(
      /Nobody has to ask to read news: the default role everyone:internal .* anybody in account 111111111111 may take it: arn:aws:iam::111111111111:role\/edl\/dev01\/edl-dev01-default-internal To have it in the role of team:crm as well, add/,
    );
    expect(tell(can(LAKE, 'team:crm', 'read', 'trials'))).toContain('\nTo ask for it, make');
  });

  it('says that a yes is of no use to anybody', () => {
    const principals = LAKE.principals.map((one) => ({ ...one, assumedBy: [] }));
    expect(tell(can({ ...LAKE, principals }, 'team:oncology', 'read', 'trials'))).toContain(
      'Nobody may take the role of team:oncology in dev01: it has no callers there.',
    );
  });
});

describe('of a day', () => {
  const past = /Today's files, judged as of 2026-06-01; .* git\./;
  it.each([
    ['before today', '2026-06-02T00:00:00Z', true],
    ['today', '2026-06-01T23:00:00Z', false],
    ['after today', '2026-05-31T23:00:00Z', false],
  ])('%s', (_, today, isTold) => {
    const answers = [
      renderWhoText(who(LAKE, 'visits'), { paint: plain, withMembers: false, today }),
      renderWhatText(what('team:oncology'), { paint: plain, today }),
      renderCanText(can(LAKE, 'team:oncology', 'read', 'sales'), { paint: plain, withStatements: false, today }),
    ];
    expect(answers.map((text) => past.test(text.split('\n')[1] ?? ''))).toEqual(answers.map(() => isTold));
  });
});

describe('who, of roles that nobody may take', () => {
  it('says so below the right', () => {
    expect(renderWhoText(who(LAKE, 'trials'), { paint: plain, withMembers: false })).toMatch(
      /exposed to third parties\n +nobody may take this role here/,
    );
  });

  it('names the default role and how to take it', () => {
    expect(renderWhoText(who(LAKE, 'news'), { paint: plain, withMembers: false }).replace(/\s+/g, ' ')).toContain(
      'anybody in account 111111111111 may take it: arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-default-internal',
    );
  });
});
