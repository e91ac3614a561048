import type { Right } from './rights.ts';

/** Who may do something: whoever holds one of the rights, as long as the longest of them, unless held back by another. */
export interface Rule {
  readonly anyOf: readonly Right[];
  readonly unless?: Right;
}

/** Nobody may. */
export const NOBODY: Rule = { anyOf: [] };

/** The rule of each action on one resource. */
export type RuleOf = (action: string) => Rule;
