import { deedOf } from './deed.ts';
import type { Mismatch } from './types.ts';

/** Those of one sort with a new dataset first, so that a few name as many as they can. */
const variedFirst = (mismatches: readonly Mismatch[]): readonly Mismatch[] => {
  const seen = new Set<string>();
  const isNew = ({ tier = '', dataset = '' }: Mismatch): boolean => {
    const key = `${tier} ${dataset}`;
    return !seen.has(key) && seen.add(key).has(key);
  };
  const firsts = mismatches.filter(isNew);
  const told = new Set(firsts);
  return [...firsts, ...mismatches.filter((mismatch) => !told.has(mismatch))];
};

/** So many of many, some of everything: one sort of access after the other in turn. */
export const sampleOf = (mismatches: readonly Mismatch[], count: number): readonly Mismatch[] => {
  if (mismatches.length <= count) return mismatches;
  const byVerb = new Map<string, Mismatch[]>();
  for (const mismatch of mismatches) {
    const { verb } = deedOf(mismatch);
    const known = byVerb.get(verb);
    if (known === undefined) byVerb.set(verb, [mismatch]);
    else known.push(mismatch);
  }
  const turns = [...byVerb.values()].flatMap((some) => variedFirst(some).map((mismatch, turn) => ({ mismatch, turn })));
  const chosen = turns.sort((left, right) => left.turn - right.turn).slice(0, count);
  const kept = new Set(chosen.map(({ mismatch }) => mismatch));
  return mismatches.filter((mismatch) => kept.has(mismatch));
};
