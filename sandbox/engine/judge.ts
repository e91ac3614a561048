import type { Json } from '../json.ts';
import { isList, isObject, textAt } from '../json.ts';
import { covers, isMet, textsOf } from './conditions.ts';
import type { Need } from './needs.ts';

/** The statements of what a role may do: its own policies, and its permissions boundary where it has one. */
export interface Rights {
  readonly identity: readonly Json[];
  readonly boundary: readonly Json[] | undefined;
}

/** The statements of a policy document, which may hold one or a list. */
export const statementsOf = (document: Json | undefined): readonly Json[] => {
  const found = isObject(document) ? document['Statement'] : undefined;
  return isList(found) ? found : found === undefined ? [] : [found];
};

const speaksOf = (statement: Json, { action, resource }: Need): boolean => {
  if (!isObject(statement)) return false;
  const some = (key: string, value: string, flags: string): boolean =>
    textsOf(statement[key]).some((pattern) => covers(pattern, value, flags));
  const isAction = statement['Action'] === undefined ? !some('NotAction', action, 'i') : some('Action', action, 'i');
  if (!isAction) return false;
  return statement['Resource'] === undefined ? !some('NotResource', resource, '') : some('Resource', resource, '');
};

const applies = (statements: readonly Json[], effect: 'Allow' | 'Deny', need: Need): boolean => {
  const found = statements.filter((statement) => textAt(statement, 'Effect') === effect && speaksOf(statement, need));
  const conditions = found.map((statement) => (isObject(statement) ? statement['Condition'] : undefined));
  return conditions.includes(undefined) || conditions.some((condition) => isMet(condition, need));
};

/** Why a role may not do something, in AWS's words; undefined if it may (reference_policies_evaluation-logic, troubleshoot_access-denied). */
export const refusalOf = ({ identity, boundary }: Rights, need: Need): string | undefined => {
  if (applies(identity, 'Deny', need)) return 'with an explicit deny in an identity-based policy';
  if (boundary !== undefined && applies(boundary, 'Deny', need))
    return 'with an explicit deny in a permissions boundary';
  if (!applies(identity, 'Allow', need)) return `because no identity-based policy allows the ${need.action} action`;
  if (boundary !== undefined && !applies(boundary, 'Allow', need))
    return `because no permissions boundary allows the ${need.action} action`;
  return undefined;
};
