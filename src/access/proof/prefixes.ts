import type { Condition } from '../evaluate/conditions.ts';
import { OPERATORS } from '../evaluate/operators.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import { hasVariable } from '../evaluate/variables.ts';

const PREFIX = 's3:prefix';
const PLAIN_OPERATORS = new Set([OPERATORS.get('StringLike'), OPERATORS.get('StringEquals')]);

/** A condition on the prefix that can be looked up: it holds exactly for the prefixes that match one of its values. */
const isPlain = ({ key, operator, qualifier, matchesAbsent, isUndecidable, values }: Condition): boolean =>
  key === PREFIX &&
  !isUndecidable &&
  !matchesAbsent &&
  qualifier === undefined &&
  PLAIN_OPERATORS.has(operator) &&
  !values.some(hasVariable);

/** Whether a statement's resources can be looked up: they are listed, and the same for everybody. */
export const isLookedUp = ({ isNotResource, hasVariables }: CompiledStatement): boolean =>
  !isNotResource && !hasVariables;

/** Whether what a statement says depends on the prefix of a listing, or may by a variable. */
export const looksAtPrefix = ({ hasVariables, conditions }: CompiledStatement): boolean =>
  hasVariables || conditions.some(({ key, values }) => key === PREFIX || values.some(hasVariable));

/** A statement without its condition on the prefix, and the prefixes that it said. */
export interface Limited {
  readonly statement: CompiledStatement;
  /** Then it speaks of listings alone: no other request has a prefix. */
  readonly prefixes?: readonly string[];
}

/**
 * Takes the prefixes of a statement apart from it, where they are plain. Listings are many and differ in nothing but
 * their prefix, so that is looked up like a resource, and they are judged together.
 */
export const limitedOf = (statement: CompiledStatement): Limited => {
  const limit = isLookedUp(statement) ? statement.conditions.find(isPlain) : undefined;
  if (limit === undefined) return { statement };
  const conditions = statement.conditions.filter((condition) => condition !== limit);
  return { statement: { ...statement, conditions }, prefixes: limit.values };
};
