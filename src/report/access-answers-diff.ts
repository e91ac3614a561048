import { holderText } from '../access/changes/describe.ts';
import { headlineOf } from '../access/changes/headline.ts';
import { ACCESS_COLUMNS, tellAccess, type AccessLine } from './access.ts';
import type { CallerChange, DiffAnswer, InstanceDiff, Side } from './access-answers.ts';
import { asOfText } from './access-answers-parts.ts';
import { wrapText } from './layout.ts';
import { escapeMarkdown, joinSections, table, type Section } from './markdown.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;

const sideText = ({ revision, commit = '' }: Side): string => {
  if (revision === undefined) return 'the working tree';
  const [left = '', right] = revision.split('...');
  const name = right === undefined ? revision : `where ${left} and ${right} parted`;
  return `${name} (${commit.slice(0, 10)})`;
};

const isEmpty = ({ access, callers }: InstanceDiff): boolean => access.length + callers.length === 0;

/** What changes about who may take a role, in the words of a plan. */
const callerSentences = (change: CallerChange): readonly string[] => {
  const { principal, isNew, gained, lost, accounts } = change;
  const holder = holderText(principal);
  const list = gained.join(', ');
  return [
    ...(gained.length === 0
      ? []
      : [
          isNew
            ? `The role of ${holder} is new, and ${list} may take it.`
            : `From now on ${list} may work as ${holder}, with everything it was granted.`,
        ]),
    ...(lost.length === 0 ? [] : [`${lost.join(', ')} may no longer work as ${holder}.`]),
    ...(accounts.length === 0 ? [] : [`That is outside of this instance's own account: ${accounts.join(', ')}.`]),
  ];
};

const callerSign = ({ gained, lost }: CallerChange): string =>
  gained.length === 0 ? '↓' : lost.length === 0 ? '↑' : '↑↓';

const instanceTitle = ({ instance, missing }: InstanceDiff): string => {
  if (missing === undefined) return instance;
  return missing === 'before' ? `${instance}, which is new` : `${instance}, which is gone`;
};

const totals = ({ gain, lose }: DiffAnswer): string => `Access: ${gain} gain, ${lose} lose.`;

const accessLine = ({ sign, text, background = '', isFolded }: AccessLine, paint: Paint): readonly string[] => {
  const color = sign.gains ? paint.green : sign.loses ? paint.red : paint.yellow;
  const [first = '', ...rest] = isFolded ? wrapText(text, WIDTH, '    ') : [`    ${text}`];
  const beneath = wrapText(background, WIDTH, '      ').map(paint.dim);
  return [`  ${color(sign.symbol)} ${first.trimStart()}`, ...rest, ...beneath];
};

const callerLines = (change: CallerChange, paint: Paint): readonly string[] => {
  const color = change.gained.length > 0 ? paint.yellow : paint.red;
  const [first = '', ...rest] = wrapText(callerSentences(change).join(' '), WIDTH, '    ');
  return [`  ${color(callerSign(change))} ${first.trimStart()}`, ...rest];
};

const instanceLines = (diff: InstanceDiff, paint: Paint): readonly string[] => {
  if (isEmpty(diff)) return [`${paint.bold(instanceTitle(diff))}: nothing changes.`, ''];
  const headline =
    diff.access.length === 0 ? [] : headlineOf(diff.people).flatMap((line) => wrapText(line, WIDTH, '  '));
  return [
    paint.bold(instanceTitle(diff)),
    ...headline,
    ...(headline.length === 0 ? [] : ['']),
    ...tellAccess(diff.access).flatMap((line) => accessLine(line, paint)),
    ...(diff.callers.length === 0 ? [] : [...(diff.access.length === 0 ? [] : ['']), '  Who may take a role']),
    ...diff.callers.flatMap((change) => callerLines(change, paint)),
    '',
  ];
};

/** Who gains and loses what between two states of git, for a terminal: the sentences of a plan. The last line is for scripts too. */
export const renderDiffText = (answer: DiffAnswer, { paint }: { readonly paint: Paint }): string =>
  `${[
    `${paint.bold(`Access from ${sideText(answer.before)} to ${sideText(answer.after)}`)} ${paint.dim(`(both ${asOfText(answer.asOf)})`)}`,
    '',
    ...answer.instances.flatMap((diff) => instanceLines(diff, paint)),
    paint.bold(totals(answer)),
  ].join('\n')}\n`;

/** GitHub refuses comments over 65,536 characters; what the shells add around this needs some room. */
const LONGEST = 65_000;
const MOST_ROWS = 150;
const MOST_SENTENCES = 20;

const instanceTable = (lines: readonly AccessLine[]): string => {
  const shown = lines.slice(0, MOST_ROWS);
  const columns = ACCESS_COLUMNS.map((name, index) => ({ name, index })).filter(({ index }) =>
    shown.some(({ cells }) => cells[index] !== ''),
  );
  const rows = shown.map(({ sign, cells }) => [
    sign.symbol,
    ...columns.map(({ index }) => escapeMarkdown(cells[index] ?? '')),
  ]);
  const more = lines.length > shown.length ? `\n\n_… and ${lines.length - shown.length} more._` : '';
  return `${table(['', ...columns.map(({ name }) => name)], rows)}${more}`;
};

const instanceSections = (diff: InstanceDiff): readonly Section[] => {
  const title = `#### ${escapeMarkdown(instanceTitle(diff))}`;
  if (isEmpty(diff)) return [{ text: `${title}\n\nNothing changes.` }];
  const lines = tellAccess(diff.access);
  const headline = diff.access.length === 0 ? [] : headlineOf(diff.people).map((line) => `**${escapeMarkdown(line)}**`);
  const sentences =
    lines.length > MOST_SENTENCES ? [] : lines.map(({ sign, text }) => `- ${sign.symbol} ${escapeMarkdown(text)}`);
  const callers = diff.callers.map(
    (change) => `- ${callerSign(change)} ${escapeMarkdown(callerSentences(change).join(' '))}`,
  );
  return [
    { text: [title, headline.join('<br>\n'), sentences.join('\n')].filter((part) => part !== '').join('\n\n') },
    ...(lines.length === 0 ? [] : [{ text: instanceTable(lines) }]),
    ...(callers.length === 0 ? [] : [{ text: `**Who may take a role**\n\n${callers.join('\n')}` }]),
  ];
};

/** The same as a comment on a pull request. It never exceeds what GitHub takes. */
export const renderDiffMarkdown = (answer: DiffAnswer, limit: number = LONGEST): string =>
  `${joinSections(
    [
      {
        text: `### EDL access from ${escapeMarkdown(sideText(answer.before))} to ${escapeMarkdown(sideText(answer.after))}\n\n**${totals(answer)}**`,
        kept: true,
      },
      ...answer.instances.flatMap(instanceSections),
      { text: `<sub>both ${asOfText(answer.asOf)}</sub>`, kept: true },
    ],
    limit,
    (count) =>
      `_${count} sections left out, because a comment takes ${limit.toLocaleString('en-US')} characters. The answer as JSON or text has everything._`,
  )}\n`;
