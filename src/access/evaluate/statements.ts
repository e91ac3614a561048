import { isJsonArray, isJsonObject, type Json } from '../../reconciler/model/json.ts';
import { compileConditions, type Condition } from './conditions.ts';
import { matchesGlob } from './glob.ts';
import type { DecidingStatement, Match, NamedDocument } from './types.ts';
import { either, negate } from './types.ts';
import { hasVariable, type Lookup, matchesExpanded } from './variables.ts';

/** A statement ready to be matched. */
export interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly origin: DecidingStatement;
  /** Lower-case patterns. */
  readonly actions: readonly string[];
  readonly isNotAction: boolean;
  readonly resources: readonly string[];
  readonly isNotResource: boolean;
  /** Variables in resources count (documents of 2012). */
  readonly hasVariables: boolean;
  readonly conditions: readonly Condition[];
}

const list = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

/** Where documents differ: an identity policy's statement has no Principal and must name resources. */
export type DocumentRole = 'identity' | 'resource';

const compileStatement = (
  origin: DecidingStatement,
  role: DocumentRole,
  knowsVariables: boolean,
): CompiledStatement | undefined => {
  const { statement } = origin;
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  const namesPrincipal = statement['Principal'] !== undefined || statement['NotPrincipal'] !== undefined;
  if (namesPrincipal !== (role === 'resource')) return undefined;
  const isNotAction = statement['NotAction'] !== undefined;
  const isNotResource = statement['NotResource'] !== undefined;
  const actions = list(statement['NotAction'] ?? statement['Action']).map((action) => action.toLowerCase());
  const resources = list(statement['NotResource'] ?? statement['Resource']);
  if (actions.length === 0 || resources.length === 0) return undefined;
  return {
    effect,
    origin,
    actions,
    isNotAction,
    resources,
    isNotResource,
    hasVariables: knowsVariables && resources.some(hasVariable),
    conditions: compileConditions(statement['Condition'], knowsVariables),
  };
};

/** Reads the statements of a document. Malformed ones say nothing, as in AWS, which refuses them. */
export const compileStatements = (document: NamedDocument, role: DocumentRole): readonly CompiledStatement[] => {
  const element = document.document['Statement'];
  const statements: readonly Json[] = isJsonArray(element) ? element : element === undefined ? [] : [element];
  const knowsVariables = document.document['Version'] === '2012-10-17';
  return statements.flatMap((statement, index) => {
    if (!isJsonObject(statement)) return [];
    return compileStatement({ policy: document.name, index, statement }, role, knowsVariables) ?? [];
  });
};

/** Whether a statement speaks of an action (given in lower case). */
export const speaksOfAction = (statement: CompiledStatement, action: string): boolean =>
  statement.actions.some((pattern) => matchesGlob(pattern, action)) !== statement.isNotAction;

const matchesAny = (statement: CompiledStatement, resource: string, lookup: Lookup): Match => {
  let found: Match = 'no';
  for (const pattern of statement.resources) {
    if (statement.hasVariables) found = either(found, matchesExpanded(pattern, resource, lookup));
    else if (matchesGlob(pattern, resource)) found = 'yes';
    if (found === 'yes') break;
  }
  return found;
};

/** Whether a statement speaks of a resource. */
export const speaksOfResource = (statement: CompiledStatement, resource: string, lookup: Lookup): Match => {
  const matched = matchesAny(statement, resource, lookup);
  return statement.isNotResource ? negate(matched) : matched;
};

/** The text of a document's statement for messages: its `Sid`, else its number from 1. */
export const statementLabel = (origin: DecidingStatement): string => {
  const sid = origin.statement['Sid'];
  return typeof sid === 'string' ? `"${sid}"` : `number ${origin.index + 1}`;
};
