import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../reconciler/model/json.ts';
import { type Limit, readLimits } from './limits.ts';
import { type PatternSet, readPattern } from './patterns.ts';
import { type Principals, readPrincipals } from './principals.ts';

/** Where documents differ: only an identity's name no principals, only a trust's no resources. */
export type DocumentSort = 'identity' | 'resource' | 'trust';

/** A statement read for comparison. */
export interface Clause {
  readonly effect: 'Allow' | 'Deny';
  /** In lower case. */
  readonly actions: PatternSet;
  readonly resources: PatternSet;
  /** Absent: whoever has the policy. */
  readonly principals?: Principals;
  readonly limits: readonly Limit[];
  readonly statement: JsonObject;
}

/** A document's statements: those that we understand, and all that we do not. */
export interface ReadDocument {
  readonly clauses: readonly Clause[];
  readonly unreadable: readonly Json[];
}

const KEYS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
];

const readSet = (
  only: Json | undefined,
  except: Json | undefined,
  read: (text: string) => PatternSet['patterns'][number],
): PatternSet | undefined => {
  const value = only ?? except;
  if (value === undefined || (only !== undefined && except !== undefined)) return undefined;
  const items = isJsonArray(value) ? value : [value];
  const texts = items.filter((item) => typeof item === 'string');
  if (texts.length === 0 || texts.length !== items.length) return undefined;
  return { isExcept: except !== undefined, patterns: texts.map(read) };
};

const EVERYTHING: PatternSet = { isExcept: false, patterns: [readPattern('*', false)] };

const isWellFormed = (statement: JsonObject, sort: DocumentSort): boolean => {
  const names = (key: string): boolean => statement[key] !== undefined || statement[`Not${key}`] !== undefined;
  return (
    Object.keys(statement).every((key) => KEYS.includes(key)) &&
    names('Principal') === (sort !== 'identity') &&
    names('Resource') === (sort !== 'trust')
  );
};

const readClause = (statement: Json, sort: DocumentSort, knowsVariables: boolean): Clause | undefined => {
  if (!isJsonObject(statement) || !isWellFormed(statement, sort)) return undefined;
  const effect = statement['Effect'];
  const actions = readSet(statement['Action'], statement['NotAction'], (text) =>
    readPattern(text.toLowerCase(), false),
  );
  const resources =
    sort === 'trust'
      ? EVERYTHING
      : readSet(statement['Resource'], statement['NotResource'], (text) => readPattern(text, knowsVariables));
  const principals =
    sort === 'identity' ? undefined : readPrincipals(statement['Principal'], statement['NotPrincipal']);
  const limits = readLimits(statement['Condition'], knowsVariables);
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  if (actions === undefined || resources === undefined || limits === undefined) return undefined;
  if (sort !== 'identity' && principals === undefined) return undefined;
  return { effect, actions, resources, limits, statement, ...(principals === undefined ? {} : { principals }) };
};

const VERSIONS = ['2012-10-17', '2008-10-17'];

const isKnownDocument = (document: JsonObject): boolean => {
  const version = document['Version'];
  return (
    Object.keys(document).every((key) => ['Version', 'Id', 'Statement'].includes(key)) &&
    (version === undefined || (typeof version === 'string' && VERSIONS.includes(version)))
  );
};

/** Reads a policy document; an absent one says nothing. What is not understood is kept, so that nobody takes it for nothing. */
export const readDocument = (document: Json | undefined, sort: DocumentSort): ReadDocument => {
  if (document === undefined) return { clauses: [], unreadable: [] };
  if (!isJsonObject(document) || !isKnownDocument(document)) return { clauses: [], unreadable: [document] };
  const element = document['Statement'];
  const statements = element === undefined ? [] : isJsonArray(element) ? element : [element];
  const read = statements.map((statement) => ({
    statement,
    clause: readClause(statement, sort, document['Version'] === '2012-10-17'),
  }));
  return {
    clauses: read.flatMap(({ clause }) => clause ?? []),
    unreadable: read.flatMap(({ statement, clause }) => (clause === undefined ? [statement] : [])),
  };
};
