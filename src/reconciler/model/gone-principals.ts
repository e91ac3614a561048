import { isJsonArray, isJsonObject, listOf, objectOf, textOf, type Json, type JsonObject } from './json.ts';
import type { ObservedObject } from './live.ts';

/**
 * When a principal is deleted, AWS writes its unique id where policies named its ARN, and keeps the id even when a principal of
 * the same name is made again (IAM/latest/UserGuide/reference_policies_elements_principal). Such an id lets nobody in.
 */
const UNIQUE_ID = /^A(?:ROA|IDA)[A-Z0-9]{12,}$/;

/** The property of a role that says who may take it. */
const TRUST = 'AssumeRolePolicyDocument';

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\//;

const textsOf = (value: Json | undefined): readonly string[] =>
  (isJsonArray(value) ? value : value === undefined ? [] : [value]).map(textOf);

const awsPrincipals = (statement: Json): readonly string[] =>
  textsOf(objectOf(objectOf(statement)['Principal'])['AWS']);

const statementsOf = (document: Json | undefined): readonly Json[] => {
  const statement = objectOf(document)['Statement'];
  return isJsonObject(statement) ? [statement] : listOf(statement);
};

/** Whether a trust policy names principals that are no more. */
export const namesGonePrincipals = (trust: JsonObject): boolean =>
  statementsOf(trust).some((statement) => awsPrincipals(statement).some((principal) => UNIQUE_ID.test(principal)));

/** Puts as many ARNs as there are in the place of ids. Which id was whose nobody can tell, and it makes no difference. */
const withArns = (statement: Json, gone: readonly string[]): Json => {
  const left = [...gone];
  const principals = awsPrincipals(statement).map((principal) =>
    UNIQUE_ID.test(principal) ? (left.shift() ?? principal) : principal,
  );
  const before = objectOf(statement);
  return { ...before, Principal: { ...objectOf(before['Principal']), AWS: principals } };
};

/** Declared roles of the own account that live does not name and that are not there. Of others nobody knows whether they are. */
const goneFrom = (declared: Json, live: Json, { account, arns }: PresentRoles): readonly string[] => {
  const named = new Set(awsPrincipals(live));
  return awsPrincipals(declared).filter(
    (arn) => ROLE_ARN.exec(arn)?.[1] === account && !named.has(arn) && !arns.includes(arn),
  );
};

type PresentRoles = NonNullable<ObservedObject['presentRoles']>;

/**
 * A live role with the ids of deleted principals told by the ARNs that are declared in their place, so that a principal that
 * somebody deleted elsewhere is no drift of ours. An id stays where the declared principal is there again: it cannot take the
 * role, and that is drift. Not yet in normal form.
 */
export const withGonePrincipals = (
  { properties, presentRoles }: Pick<ObservedObject, 'properties' | 'presentRoles'>,
  declared: JsonObject | undefined,
): JsonObject => {
  const trust = properties[TRUST];
  if (presentRoles === undefined || declared === undefined || !isJsonObject(trust)) return properties;
  const wanted = new Map(statementsOf(declared[TRUST]).map((one) => [textOf(objectOf(one)['Sid']), one]));
  const statements = statementsOf(trust).map((statement) => {
    const target = wanted.get(textOf(objectOf(statement)['Sid']));
    if (target === undefined || awsPrincipals(statement).length === 0) return statement;
    return withArns(statement, goneFrom(target, statement, presentRoles));
  });
  return { ...properties, [TRUST]: { ...trust, Statement: statements } };
};
