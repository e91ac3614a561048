import type { WhoAnswer, WhoLine } from './access-answers.ts';
import {
  asOfText,
  becauseText,
  datasetName,
  defaultRoleText,
  holderName,
  pastLines,
  stateText,
  untilCell,
} from './access-answers-parts.ts';
import { alignColumns, countOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;
const HEAD = ['principal', 'level', 'until', 'people', 'because'];

/** How much of the answer is shown. */
export interface WhoTextOptions {
  readonly paint: Paint;
  /** Names the people, not only their number. */
  readonly withMembers: boolean;
  /** ISO 8601. */
  readonly today?: string;
}

const isFirstOfHolder = (lines: readonly WhoLine[], index: number): boolean =>
  lines[index]?.principal !== lines[index - 1]?.principal;

/** One line a right; more than one declaration goes below. */
const rowsOf = (line: WhoLine, dataset: string): readonly (readonly string[])[] => {
  const [first, ...more] = [
    ...line.because.map((because) => becauseText(because, dataset)),
    ...(line.untaken === true ? ['nobody may take this role here: it has no callers in this instance'] : []),
  ];
  const people = line.members.length === 0 ? '-' : String(line.members.length);
  return [
    [holderName(line.principal), line.level, untilCell(line.until), people, first ?? ''],
    ...more.map((because) => ['', '', '', '', because]),
  ];
};

const tableLines = ({ access, dataset }: WhoAnswer, { paint, withMembers }: WhoTextOptions): readonly string[] => {
  const blocks = access.map((line) => rowsOf(line, dataset.name));
  const [head = [], ...rows] = alignColumns([HEAD, ...blocks.flat()]);
  let next = 0;
  const lines = access.flatMap((line, index) => {
    const own = rows.slice(next, next + (blocks[index]?.length ?? 0));
    next += own.length;
    const members =
      withMembers && isFirstOfHolder(access, index) && line.members.length > 0
        ? wrapText(line.members.join(', '), WIDTH, '      ')
        : [];
    return [...own.map((cells) => `  ${cells.join('  ')}`), ...members.map(paint.dim)];
  });
  return [paint.dim(`  ${head.join('  ')}`), ...lines];
};

const metadataLines = ({ metadataOnly, dataset }: WhoAnswer, paint: Paint): readonly string[] => {
  if (metadataOnly.length === 0) return [];
  const who = metadataOnly.length === 1 ? (metadataOnly[0] ?? '') : countOf(metadataOnly.length, 'other principal');
  const verb = metadataOnly.length === 1 ? 'sees' : 'see';
  const text = `${who} ${verb} the names of its tables and columns and nothing else, because the metadata of the tier ${dataset.tier} is open; --level discover lists them.`;
  return [...wrapText(text, WIDTH, '  ').map(paint.dim), ''];
};

const title = ({ dataset, instance, level }: WhoAnswer): string =>
  `${level === undefined ? 'Who may do what' : `Who holds ${level} or more`} on ${datasetName(dataset)} in ${instance}`;

const totals = ({ principals, people }: WhoAnswer): string =>
  principals === 0
    ? 'Nobody.'
    : `${countOf(principals, 'principal')}, ${people === 1 ? '1 person' : `${people} people`} named in teams and users (members counted once)`;

const defaultRoleLines = ({ defaultRole }: WhoAnswer, paint: Paint): readonly string[] =>
  defaultRole === undefined
    ? []
    : [...wrapText(`Everyone: ${defaultRoleText(defaultRole)}`, WIDTH, '  ').map(paint.dim), ''];

/** Who may do what on a dataset, for a terminal: a table, the most powerful level first. The last line counts. */
export const renderWhoText = (answer: WhoAnswer, options: WhoTextOptions): string => {
  const { paint } = options;
  const state = stateText(answer.dataset, answer.instance);
  return `${[
    `${paint.bold(title(answer))} ${paint.dim(`(${asOfText(answer.asOf)})`)}`,
    ...pastLines(answer.asOf, options.today).map(paint.dim),
    paint.dim(`Owner: ${answer.dataset.owner}`),
    ...(state === '' ? [] : wrapText(state, WIDTH, '').map(paint.yellow)),
    '',
    ...(answer.access.length === 0 ? [] : [...tableLines(answer, options), '']),
    ...metadataLines(answer, paint),
    ...defaultRoleLines(answer, paint),
    paint.bold(totals(answer)),
  ].join('\n')}\n`;
};
