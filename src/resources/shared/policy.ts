import {
  compareText,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  objectOf,
  textOf,
} from '../../reconciler/model/json.ts';
import { sortList } from './properties.ts';

/** A statement of a policy that we write. Identity policies have no `Principal`, trust policies no `Resource`. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Json;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: JsonObject;
}

/** A policy document of these statements. */
export const policyDocument = (statements: readonly Statement[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ ...statement })),
});

const LISTS = ['Action', 'NotAction', 'Resource', 'NotResource'];

/** IAM takes one value for a list of one, text for numbers and booleans, and no order or repetition matters. */
const asTextList = (value: Json): readonly string[] => {
  const values = isJsonArray(value) ? value : [value];
  return [...new Set(values.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))))].sort(compareText);
};

/** IAM writes the id of an account as its root (IAM/latest/UserGuide/reference_policies_elements_principal). */
const asPrincipals = (value: Json): readonly string[] =>
  asTextList(
    asTextList(value).map((principal) => (/^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal)),
  );

const mapValues = (value: Json, change: (child: Json) => Json): Json =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)])) : value;

const normalizeStatement = (statement: Json): Json =>
  isJsonObject(statement)
    ? Object.fromEntries(
        Object.entries(statement).map(([key, value]): [string, Json] => {
          if (LISTS.includes(key)) return [key, asTextList(value)];
          if (key === 'Principal' || key === 'NotPrincipal') return [key, mapValues(value, asPrincipals)];
          if (key === 'Condition') return [key, mapValues(value, (block) => mapValues(block, asTextList))];
          return [key, value];
        }),
      )
    : statement;

/**
 * Brings a policy document into the one form that compares equal when it means the same: statements by their Sid, values
 * as sorted lists of text. Never for what is sent to AWS: the lists cost characters that are counted there.
 */
export const normalizePolicy = (document: Json): Json => {
  if (!isJsonObject(document)) return document;
  const { Statement: statement } = document;
  if (statement === undefined) return document;
  const statements = (isJsonArray(statement) ? statement : [statement]).map(normalizeStatement);
  return { ...document, Statement: sortList(statements, (value) => textOf(objectOf(value)['Sid'])) };
};
