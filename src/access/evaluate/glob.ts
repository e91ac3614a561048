/**
 * Patterns of IAM: `*` is any run of characters, `?` is one. Three private characters stand for what a pattern cannot
 * otherwise say: a star or question mark that means itself, and a variable whose value is unknown.
 */
export const LITERAL_STAR = '\uE000';
export const LITERAL_QUESTION = '\uE001';
export const ANYTHING = '\uE002';

/** Makes wildcards mean themselves: for exact operators and for values that come from a request. */
export const literal = (text: string): string =>
  text.includes('*') || text.includes('?')
    ? text.replaceAll('*', LITERAL_STAR).replaceAll('?', LITERAL_QUESTION)
    : text;

const isRun = (char: string | undefined): boolean => char === '*' || char === ANYTHING;

const isSame = (pattern: string | undefined, char: string | undefined): boolean =>
  pattern === char && pattern !== LITERAL_STAR && pattern !== LITERAL_QUESTION
    ? true
    : pattern === '?' || (pattern === LITERAL_STAR && char === '*') || (pattern === LITERAL_QUESTION && char === '?');

/** Whether a text matches a pattern, whole. Linear but for the last star, so that no pattern can stall us. */
export const matchesGlob = (pattern: string, text: string): boolean => {
  let inPattern = 0;
  let inText = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (inText < text.length) {
    if (isRun(pattern[inPattern])) {
      starAt = inPattern++;
      resumeAt = inText;
    } else if (inPattern < pattern.length && isSame(pattern[inPattern], text[inText])) {
      inPattern++;
      inText++;
    } else if (starAt >= 0) {
      inPattern = starAt + 1;
      inText = ++resumeAt;
    } else return false;
  }
  while (isRun(pattern[inPattern])) inPattern++;
  return inPattern === pattern.length;
};
