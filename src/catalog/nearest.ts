import { compareText } from '../reconciler/model/json.ts';

/** Number of single-letter insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export const editDistance = (left: string, right: string): number => {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          row > 1 && column > 1 && swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
};

/** Longer texts are no typing mistakes, and comparing them would be slow. */
const LONGEST = 64;

/** The candidate that somebody most likely meant: the one with the fewest typing mistakes, at most one in three letters. */
export const nearest = (text: string, candidates: Iterable<string>): string | undefined => {
  if (text.length > LONGEST) return undefined;
  const folded = text.toLowerCase();
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const most = Math.max(1, Math.floor(Math.max(text.length, candidate.length) / 3));
    const limit = Math.min(best?.distance ?? most, most);
    if (Math.abs(candidate.length - text.length) > limit) continue;
    const distance = editDistance(folded, candidate.toLowerCase());
    if (distance > limit) continue;
    const better = best === undefined || distance < best.distance || compareText(candidate, best.candidate) < 0;
    if (better) best = { candidate, distance };
  }
  return best?.candidate;
};

/** `, did you mean "x"?` as the end of a sentence, or a full stop when nothing is near. */
export const didYouMean = (text: string, candidates: Iterable<string>): string => {
  const candidate = nearest(text, candidates);
  return candidate === undefined || candidate === text ? '.' : `; did you mean "${candidate}"?`;
};

/** Lists a few names in a sentence, and how many more there are. */
export const listNames = (names: Iterable<string>, most = 8): string => {
  const sorted = [...names].sort(compareText);
  if (sorted.length === 0) return 'none';
  const shown = sorted.slice(0, most).join(', ');
  return sorted.length > most ? `${shown} and ${sorted.length - most} more` : shown;
};
