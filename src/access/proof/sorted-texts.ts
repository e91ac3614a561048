import { ANYTHING, LITERAL_QUESTION, LITERAL_STAR, matchesGlob } from '../evaluate/glob.ts';

/** Texts in order, so that those that a pattern matches are found without trying all of them. */
export interface SortedTexts {
  readonly texts: readonly string[];
  /** Positions of the texts that a pattern of IAM matches. */
  readonly matching: (pattern: string) => readonly number[];
}

const SPECIAL = new Set(['*', '?', ANYTHING, LITERAL_STAR, LITERAL_QUESTION]);

/** How much of a pattern is plain text. */
const plainLength = (pattern: string): number => {
  for (let index = 0; index < pattern.length; index++) if (SPECIAL.has(pattern.charAt(index))) return index;
  return pattern.length;
};

const firstAtLeast = (texts: readonly string[], wanted: string): number => {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

const search = (texts: readonly string[], pattern: string): readonly number[] => {
  const length = plainLength(pattern);
  const prefix = pattern.slice(0, length);
  const isAllBehind = length === pattern.length - 1 && pattern.endsWith('*');
  const found: number[] = [];
  for (let index = firstAtLeast(texts, prefix); index < texts.length; index++) {
    const text = texts[index] ?? '';
    if (!text.startsWith(prefix)) break;
    if (isAllBehind || matchesGlob(pattern, text)) found.push(index);
  }
  return found;
};

/** Puts texts in order; each should be there once. */
export const sortTexts = (texts: Iterable<string>): SortedTexts => {
  const sorted = [...texts].sort();
  return { texts: sorted, matching: (pattern) => search(sorted, pattern) };
};
