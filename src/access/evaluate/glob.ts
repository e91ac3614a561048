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

const STAR = 42;
const QUESTION = 63;
const STAR_ITSELF = LITERAL_STAR.charCodeAt(0);
const QUESTION_ITSELF = LITERAL_QUESTION.charCodeAt(0);
const RUN = ANYTHING.charCodeAt(0);

/** Characters are compared by code, which is several times faster than as texts. */
const isSame = (pattern: number, char: number): boolean => {
  if (pattern === STAR_ITSELF) return char === STAR;
  if (pattern === QUESTION_ITSELF) return char === QUESTION;
  return pattern === char || pattern === QUESTION;
};

/** Whether a text matches a pattern, whole. Linear but for the last star, so that no pattern can stall us. */
export const matchesGlob = (pattern: string, text: string): boolean => {
  let inPattern = 0;
  let inText = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (inText < text.length) {
    const wanted = inPattern < pattern.length ? pattern.charCodeAt(inPattern) : -1;
    if (wanted === STAR || wanted === RUN) {
      starAt = inPattern++;
      resumeAt = inText;
    } else if (wanted >= 0 && isSame(wanted, text.charCodeAt(inText))) {
      inPattern++;
      inText++;
    } else if (starAt >= 0) {
      inPattern = starAt + 1;
      inText = ++resumeAt;
    } else return false;
  }
  while (inPattern < pattern.length) {
    const rest = pattern.charCodeAt(inPattern);
    if (rest !== STAR && rest !== RUN) return false;
    inPattern++;
  }
  return true;
};
