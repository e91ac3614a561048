import { hasVariable } from '../evaluate/variables.ts';
import { includesGlob, overlapsGlob } from './globs.ts';

/** A pattern of a policy: what it says, and the least plain pattern that surely holds all that it can stand for. */
export interface Pattern {
  readonly text: string;
  readonly hasVariables: boolean;
  readonly widest: string;
}

/** A list of patterns, or everything but what they match (`NotAction`, `NotResource`). */
export interface PatternSet {
  readonly isExcept: boolean;
  readonly patterns: readonly Pattern[];
}

/** Reads a pattern; variables count in documents of 2012 only, and one may stand for any text. */
export const readPattern = (text: string, knowsVariables: boolean): Pattern => {
  const hasVariables = knowsVariables && hasVariable(text);
  return { text, hasVariables, widest: hasVariables ? text.replace(/\$\{[^}]*\}/g, '*') : text };
};

/** Whether the outer pattern surely matches all that the inner one does. What a variable stands for is known to equal itself only. */
export const includesPattern = (outer: Pattern, inner: Pattern): boolean =>
  outer.hasVariables ? inner.hasVariables && outer.text === inner.text : includesGlob(outer.text, inner.widest);

/**
 * Whether a set surely holds all of one part of another: of a list, one of its patterns; of an exception, everything but all of
 * them (`undefined`).
 */
export const includesPart = (outer: PatternSet, inner: PatternSet, part: Pattern | undefined): boolean => {
  if (part !== undefined)
    return outer.isExcept
      ? outer.patterns.every((pattern) => !overlapsGlob(pattern.widest, part.widest))
      : outer.patterns.some((pattern) => includesPattern(pattern, part));
  return outer.isExcept
    ? outer.patterns.every((pattern) => inner.patterns.some((left) => includesPattern(left, pattern)))
    : outer.patterns.some((pattern) => !pattern.hasVariables && includesGlob(pattern.text, '*'));
};

/** What a set falls into so that each part can be held by another set. */
export const partsOf = ({ isExcept, patterns }: PatternSet): readonly (Pattern | undefined)[] =>
  isExcept ? [undefined] : patterns;
