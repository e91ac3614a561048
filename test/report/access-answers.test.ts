import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import { answerDiff } from '../../src/app/access/diff.ts';
import { answerWhat } from '../../src/app/access/what.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { AccessHolder } from '../../src/reconciler/model/resource.ts';
import {
  type AccessAnswer,
  type CanAnswer,
  type LiveAnswer,
  renderAnswerJson,
} from '../../src/report/access-answers.ts';
import { renderCanText } from '../../src/report/access-answers-can.ts';
import { renderDiffMarkdown, renderDiffText } from '../../src/report/access-answers-diff.ts';
import { renderWhatText } from '../../src/report/access-answers-what.ts';
import { renderWhoText } from '../../src/report/access-answers-who.ts';
import { plain } from '../../src/report/paint.ts';
import { AS_OF } from '../access/support.ts';
import { can, LAKE, who } from '../app/access-support.ts';
import { REPOSITORY } from '../support/edl.ts';

const what = (...holders: readonly AccessHolder[]) =>
  answerWhat({ catalog: LAKE, instance: 'dev01', principal: holders.join(), holders, asOf: AS_OF });

/** The lake after a pull request: a grant gone, a level raised, another caller. */
const LATER: Catalog = {
  ...LAKE,
  principals: LAKE.principals.map((principal) =>
    principal.ref === 'team:owners'
      ? { ...principal, assumedBy: [{ arn: 'arn:aws:iam::999999999999:role/partner' }] }
      : principal,
  ),
  grants: LAKE.grants
    .filter(({ principal }) => principal !== 'service:robots')
    .map((one) =>
      one.principal === 'team:oncology'
        ? { ...one, access: one.access.map((line) => ({ ...line, level: 'read-raw' as const })) }
        : one,
    ),
};

const diff = (before: Catalog, after: Catalog) =>
  answerDiff({
    before: { side: { revision: 'main', commit: '0123456789abcdef' }, catalog: before },
    after: { side: {}, catalog: after },
    asOf: AS_OF,
    instance: 'dev01',
  });

const tell = (answer: CanAnswer, withStatements = false): string =>
  renderCanText(answer, { paint: plain, withStatements });

describe('who, for a terminal', () => {
  it('is a table whose last line counts', () => {
    expect(renderWhoText(who(LAKE, 'visits'), { paint: plain, withMembers: false })).toBe(
      `Who may do what on restricted visits in dev01 (as of 2026-06-01 12:00 UTC)
Owner: team:owners

  principal    level  until       people  because
  team:crm     admin  2027-05-01  1       catalog/grants/g.yaml:4  all restricted datasets of domain crm
  team:owners  write  2026-12-31  1       catalog/grants/g.yaml:4
  team:owners  read   2027-01-01  1       catalog/grants/g.yaml:4  all restricted datasets

  pipeline:daily sees the names of its tables and columns and nothing else, because the metadata of
  the tier restricted is open; --level discover lists them.

2 principals, 2 people named in teams and users (members counted once)
`,
    );
  });

  it('names people when asked, once a holder', () => {
    const lines = renderWhoText(who(LAKE, 'visits'), { paint: plain, withMembers: true }).split('\n');
    expect(lines.filter((line) => line.includes('@')).map((line) => line.trim())).toEqual([
      'jane.doe@acme.example',
      'maria.silva@acme.example',
    ]);
  });

  it.each([
    ['a dataset of other instances', 'far', /does not have far; prod does\.\n\nNobody\.\n$/],
    ['a retired dataset', 'old', /was retired on 2026-05-01: grants on it have ended\./],
  ])('says what to know of %s', (_, name, expected) => {
    expect(renderWhoText(who(LAKE, name), { paint: plain, withMembers: false })).toMatch(expected);
  });
});

describe('what, for a terminal', () => {
  it('goes by tier, marks what ends soon, and tells the role behind it', () => {
    expect(renderWhatText(what('team:oncology'), { paint: plain })).toBe(
      `What team:oncology may do in dev01 (as of 2026-06-01 12:00 UTC)

team:oncology
  jane.doe@acme.example, samir.haddad@acme.example

    dataset  level  until                       because
  sensitive
    trials   read   2026-06-10  ends in 9 days  catalog/grants/trials.yaml:5  REQ-1

  Declared, and giving nothing here
    sales  read  ended with 2026-05-31  catalog/grants/trials.yaml:6

  role       arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology
  workgroup  edl-dev01-team-oncology (eu-west-1)
  taken by   arn:aws:iam::111111111111:role/sso-oncology
  how full   2,947 of 10,240 characters inline (28 %)
             0 of 10 managed policies (0 %)
             1 different end date
             room for about 98 more grants

Beside that, the default role everyone:internal reads all internal data without a grant; anybody in
account 111111111111 may take it:
arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-default-internal

1 right, 1 ending within 14 days
`,
    );
  });

  it('has a part for each role of a person', () => {
    const text = renderWhatText(what('team:crm', 'everyone:internal'), { paint: plain });
    expect(text).toContain('one role at a time');
    expect(text).toMatch(/all internal datasets +read +no end +lake\.yaml:1 {2}default role/);
    expect(text).toMatch(/rights of 2 principals\n$/);
  });

  it('calls permission sets by their name', () => {
    const catalog = {
      ...LAKE,
      principals: LAKE.principals.map((one) => ({ ...one, assumedBy: [{ identityCenter: { permissionSet: 'Crm' } }] })),
    };
    const answer = answerWhat({ catalog, instance: 'dev01', principal: 'x', holders: ['team:crm'], asOf: AS_OF });
    expect(renderWhatText(answer, { paint: plain })).toContain('permission set Crm of IAM Identity Center');
  });

  it('says so when there is nothing', () => {
    expect(renderWhatText(what('pipeline:nightly'), { paint: plain })).toMatch(
      /Nothing\.\n\n {2}It has no role in dev01\./,
    );
  });
});

describe('can, for a terminal', () => {
  it('is yes, until when and why', () => {
    expect(tell(can(LAKE, 'team:oncology', 'read', 'trials'))).toBe(
      `Yes: team:oncology holds read on sensitive trials in dev01 until 2026-06-10. (as of 2026-06-01 12:00 UTC)

  because  catalog/grants/trials.yaml:5  REQ-1
`,
    );
  });

  it('is no, why, what to write where, and whose approval it needs', () => {
    expect(tell(can(LAKE, 'team:oncology', 'read', 'sales'))).toBe(
      `No: team:oncology does not hold read on restricted sales in dev01. (as of 2026-06-01 12:00 UTC)

  It was granted and ended with 2026-05-31 (catalog/grants/trials.yaml:6). team:oncology holds
  nothing on it.

To ask for it, replace the entry at catalog/grants/trials.yaml:6 by:

  - { dataset: sales, level: read, expires: 2027-06-01 }

It needs the approval of team:owners (owns the data: maria.silva@acme.example).

  - The file says why: “REQ-1”. If this is for something else, put the entry into a file of its own
    with its own reason.
`,
    );
  });

  it.each([
    ['team:oncology', 'read-raw', 'trials', 'holds read on trials until 2026-06-10. That does not include read-raw.'],
    ['team:owners', 'read', 'trials', 'It is granted in prod only (catalog/grants/g.yaml:4).'],
    ['team:oncology', 'read', 'visits', 'It was never granted. team:oncology holds nothing on it.'],
    ['team:crm', 'read', 'old', 'old was retired on 2026-05-01'],
    ['team:crm', 'read', 'far', 'The instance dev01 does not have far; prod does.'],
    ['pipeline:nightly', 'read', 'news', 'does not run in dev01, so it has no role there.'],
    ['pipeline:daily', 'read', 'news', 'set this in catalog/pipelines/daily/pipeline_config.yaml:'],
    ['team:crm', 'run-write', 'news', 'Only a pipeline holds run-write'],
    ['everyone:internal', 'write', 'news', 'no grant adds to it'],
    ['exposed:trials/read', 'write', 'trials', 'in expose: of the dataset'],
    ['team:crm', 'read', 'trials', 'make a new file catalog/grants/crm-trials.yaml:'],
    ['team:oncology', 'write', 'visits', 'make a new file catalog/grants/oncology-visits.yaml:'],
    ['team:oncology', 'write', 'trials', 'add this to catalog/grants/trials.yaml under access:'],
  ] as const)('explains no: %s %s %s', (holder, level, name, expected) => {
    expect(tell(can(LAKE, holder, level, name)).replace(/\s+/g, ' ')).toContain(expected);
  });

  it('says that a yes is about a retired dataset', () => {
    expect(tell(can(LAKE, 'everyone:internal', 'read', 'old'))).toMatch(/^Yes[^]*old was retired/);
  });

  it('shows the statements that decide, when asked', () => {
    const text = tell(can(LAKE, 'team:oncology', 'read', 'trials'), true);
    expect(text).toMatch(
      /allowed s3:GetObject on arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1\/trials\/data\/.*: allowed by statement/,
    );
  });
});

describe('can, with what AWS says', () => {
  const yes = can(LAKE, 'team:oncology', 'read', 'trials');
  const no = can(LAKE, 'team:oncology', 'read', 'visits');
  const live = (answer: CanAnswer, said: LiveAnswer['answer']): string =>
    tell({
      ...answer,
      answer: said,
      live: { answer: said, reason: 'because of this', agrees: said === answer.git, judged: [] },
    }).replace(/\s+/g, ' ');

  it.each([
    ['both say yes', yes, 'yes', /^Yes: .*until 2026-06-10\..*AWS now: because of this\. Git says the same\./],
    [
      'AWS alone says no',
      yes,
      'no',
      /^No: .*in git catalog.*Git and AWS disagree: git gives it, but AWS does not allow it now/,
    ],
    [
      'AWS alone says yes',
      no,
      'yes',
      /^Yes: .*in dev01\. .*In git: It was never granted.*Git and AWS disagree: AWS allows it now \(because of this\), but git does not/,
    ],
    ['nobody can tell', yes, 'unknown', /^Not proven: nobody can tell.*Git says yes\./],
  ] as const)('%s', (_, answer, said, expected) => {
    expect(live(answer, said)).toMatch(expected);
  });
});

describe('diff', () => {
  it('is the sentences of a plan, then the counts', () => {
    expect(renderDiffText(diff(LAKE, LATER), { paint: plain })).toMatch(
      /^Access from main \(0123456789\) to the working tree \(both as of 2026-06-01 12:00 UTC\)\n\ndev01\n[^]*↑ team:oncology \(2 people\) gains read-raw on sensitive trials until 2026-06-10[^]*↓ service:robots loses write on internal news[^]*Who may take a role\n[^]*999999999999[^]*\nAccess: 1 gain, 1 lose\.\n$/,
    );
  });

  it('says in one line that nothing changes', () => {
    expect(renderDiffText(diff(LAKE, LAKE), { paint: plain })).toContain(
      '\ndev01: nothing changes.\n\nAccess: 0 gain, 0 lose.\n',
    );
  });

  it('names the commit where two revisions parted', () => {
    const answer = { ...diff(LAKE, LAKE), before: { revision: 'main...side', commit: '0123456789abcdef' } };
    expect(renderDiffText(answer, { paint: plain })).toContain('from where main and side parted (0123456789) to');
  });

  it('is a comment that GitHub takes', () => {
    const text = renderDiffMarkdown(diff(LAKE, LATER));
    expect(text).toMatch(
      /^### EDL access from main \(0123456789\) to the working tree\n\n\*\*Access: 1 gain, 1 lose\.\*\*/,
    );
    expect(text).toContain('| ↑ | team:oncology | 2 | trials | read | read-raw |');
    expect(renderDiffMarkdown(diff(LAKE, LATER), 400).length).toBeLessThan(400);
  });
});

describe('the JSON form', () => {
  const read = (name: string): object =>
    JSON.parse(readFileSync(join(REPOSITORY, `schemas/${name}.schema.json`), 'utf8')) as object;
  const ajv = new Ajv({ allErrors: true, strictTypes: false });
  ajv.addFormat('date', fullFormats.date);
  ajv.addSchema(read('plan'));
  const validate = ajv.compile(read('access'));
  const live: LiveAnswer = { answer: 'no', reason: 'x', agrees: false, judged: [] };

  it.each<readonly [string, AccessAnswer]>([
    ['who', who(LAKE, 'visits')],
    ['who, asked for a level', who(LAKE, 'visits', 'discover')],
    ['who, with roles nobody may take', who(LAKE, 'trials')],
    ['who, with a default role', who(LAKE, 'news')],
    ['who, of a retired dataset', who(LAKE, 'old')],
    ['what', what('team:oncology', 'team:owners', 'everyone:internal', 'exposed:trials/read')],
    ['what, without a role', what('pipeline:nightly')],
    ['can, yes', can(LAKE, 'team:oncology', 'read', 'trials')],
    ['can, no', can(LAKE, 'team:oncology', 'read', 'sales')],
    ['can, by the default role', can(LAKE, 'team:crm', 'read', 'news')],
    ['can, with a new file', can(LAKE, 'team:crm', 'read', 'trials')],
    ['can, with a pipeline', can(LAKE, 'pipeline:daily', 'read', 'news')],
    ['can, live', { ...can(LAKE, 'team:oncology', 'read', 'trials'), live }],
    ['diff', diff(LAKE, LATER)],
    ['diff, of nothing', diff(LAKE, LAKE)],
  ])('keeps to its schema: %s', (_, answer) => {
    expect([validate(JSON.parse(renderAnswerJson(answer))), validate.errors]).toEqual([true, null]);
  });

  it('is refused with a key that nobody knows', () => {
    expect(validate({ ...who(LAKE, 'visits'), more: 1 })).toBe(false);
  });
});
