import { paragraphsOf } from '../reconciler/model/message.ts';

const escapeText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;')
    .replaceAll('@', '&#64;')
    .replaceAll('`', '&#96;')
    .replaceAll(/[\\*_[\]~]/g, (sign) => `\\${sign}`)
    .replaceAll(/\s*\n\s*/g, ' ');

/** Text as code within a line. */
export const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;

/**
 * Makes text safe inside a table or a paragraph: no markup, no table borders, no mentions that would write to people. The
 * commands of a message become code.
 */
export const escapeMarkdown = (text: string): string =>
  text.includes('\n$ ')
    ? paragraphsOf(text)
        .flat()
        .map((part) => (part.kind === 'command' ? code(part.text) : escapeText(part.text)))
        .join(' ')
    : escapeText(text);

/** A message as an item of a list: its paragraphs apart, and each command a block that has a button to copy it. */
export const listItem = (message: string): string =>
  paragraphsOf(message)
    .map((parts) =>
      parts.map((part) => (part.kind === 'command' ? fence([part.text], 'sh') : escapeText(part.text))).join('\n'),
    )
    .join('\n\n')
    .split('\n')
    .map((line, index) => (index === 0 ? `- ${line}` : line === '' ? '' : `  ${line}`))
    .join('\n');

/** Lines in a fence; `diff` gives + and - their colours. */
export const fence = (lines: readonly string[], language = ''): string =>
  ['```' + language, ...lines.map((line) => line.replaceAll('```', "'''")), '```'].join('\n');

/** Something folded away under one line. */
export const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

/** A table; cells are markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** One part of a comment. What is `kept` is never cut. */
export interface Section {
  readonly text: string;
  readonly kept?: true;
}

const SEPARATOR = '\n\n';

/**
 * Joins sections so that the whole stays below `limit` characters: from the first one that does not fit on, whatever is not
 * `kept` is left out, and `leftOut` says how many. Never half a section: half a table reads like a whole one.
 */
export const joinSections = (
  sections: readonly Section[],
  limit: number,
  leftOut: (count: number) => string,
): string => {
  const render = (count: number): string => {
    const cuttable = sections.filter((section) => section.kept !== true);
    const dropped = new Set(cuttable.slice(count));
    const shown = sections.filter((section) => !dropped.has(section)).map((section) => section.text);
    if (dropped.size === 0) return shown.join(SEPARATOR);
    const last = shown.length - 1;
    return [...shown.slice(0, last), leftOut(dropped.size), ...shown.slice(last)].join(SEPARATOR);
  };
  const total = sections.filter((section) => section.kept !== true).length;
  let low = 0;
  let high = total;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (render(middle).length < limit) low = middle;
    else high = middle - 1;
  }
  return render(low);
};
