import { paragraphsOf } from '../reconciler/model/message.ts';

/**
 * Pads the cells of a row, but for its last one, to the widest of their column. Last cells do not count: one long line would
 * push the ends of all others away. Cells have no colours yet, which would count as width.
 */
export const alignColumns = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const widthOf = (column: number): number =>
    rows.reduce((widest, row) => (column < row.length - 1 ? Math.max(widest, (row[column] ?? '').length) : widest), 0);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => widthOf(column));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))),
  );
};

const wrapWords = (text: string, width: number, indent: string): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
};

const COMMAND_INDENT = '  ';

/**
 * Breaks text at spaces so that no line is longer than `width`, each line behind `indent`. A longer word stays whole, and so does
 * a command on a line of its own: it is to be copied. An empty line between paragraphs stays.
 */
export const wrapText = (text: string, width: number, indent: string): readonly string[] =>
  paragraphsOf(text).flatMap((parts, index) => [
    ...(index === 0 ? [] : ['']),
    ...parts.flatMap((part) =>
      part.kind === 'command' ? [indent + COMMAND_INDENT + part.text] : wrapWords(part.text, width, indent),
    ),
  ]);

/** `1 object`, `2 objects`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `2026-11-22 10:00 UTC`. */
export const minuteOf = (isoTime: string): string => `${isoTime.slice(0, 10)} ${isoTime.slice(11, 16)} UTC`;

/** What follows the kind in an id; of a sha256 in it the first 12 digits, or columns would drift apart. */
export const nameOf = (id: string): string =>
  id.slice(id.indexOf('/') + 1).replace(/([0-9a-f]{12})[0-9a-f]{52}/, '$1…');

/** `catalog/grants/x.yaml:3`, or nothing. */
export const placeOf = (location: { readonly file?: string; readonly line?: number } | undefined): string =>
  location?.file === undefined ? '' : `${location.file}${location.line === undefined ? '' : `:${location.line}`}`;
