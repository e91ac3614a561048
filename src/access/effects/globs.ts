/**
 * Questions about two patterns of IAM at once, where `evaluate/glob.ts` asks about a pattern and a text. `*` is any run of
 * characters, `?` is one; all else means itself.
 */

const STAR = '*';
const QUESTION = '?';

/** The same pattern with one spelling for each run of wildcards: its question marks, then at most one star. */
const tidy = (pattern: string): string =>
  pattern.replace(/[*?]{2,}/g, (run) => {
    const questions = run.replaceAll(STAR, '');
    return run.includes(STAR) ? `${questions}${STAR}` : questions;
  });

/** Whether one character of the outer pattern (no star) takes every text that one of the inner pattern stands for. */
const takes = (outer: string | undefined, inner: string | undefined): boolean =>
  outer !== undefined && inner !== STAR && (outer === QUESTION || outer === inner);

/** As `matchesGlob`, but a star of the inner pattern is taken by a star only. */
const takesAll = (outer: string, inner: string): boolean => {
  let inOuter = 0;
  let inInner = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (inInner < inner.length) {
    if (outer[inOuter] === STAR) {
      starAt = inOuter++;
      resumeAt = inInner;
    } else if (takes(outer[inOuter], inner[inInner])) {
      inOuter++;
      inInner++;
    } else if (starAt >= 0) {
      inOuter = starAt + 1;
      inInner = ++resumeAt;
    } else return false;
  }
  return /^\**$/.test(outer.slice(inOuter));
};

/** Whether every text that the inner pattern matches is matched by the outer one too. */
export const includesGlob = (outer: string, inner: string): boolean =>
  outer === inner || outer === STAR || takesAll(tidy(outer), tidy(inner));

/** Whether some text is matched by both patterns. */
export const overlapsGlob = (left: string, right: string): boolean => {
  // reach[j]: what is read of `left` so far and the first j characters of `right` can stand for the same text.
  let reach = Array.from({ length: right.length + 1 }, (_, index) => /^\**$/.test(right.slice(0, index)));
  for (const char of left) {
    const next: boolean[] = [char === STAR && reach[0] === true];
    for (let index = 1; index <= right.length; index++) {
      const other = right[index - 1];
      const before = reach[index - 1] === true;
      if (char === STAR || other === STAR) next.push(before || reach[index] === true || next[index - 1] === true);
      else next.push(before && (char === other || char === QUESTION || other === QUESTION));
    }
    reach = next;
  }
  return reach[right.length] === true;
};
