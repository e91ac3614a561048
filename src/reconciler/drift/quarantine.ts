import { isJsonArray, isJsonObject, listOf, objectOf, type Json, type JsonObject } from '../model/json.ts';

/** The inline policy by which healing takes everything from a role that nobody declared. */
export const QUARANTINE_POLICY = 'edl-quarantine';

const isEverything = (value: Json | undefined): boolean => value === '*' || (isJsonArray(value) && value.includes('*'));

const deniesAll = (statement: Json): boolean => {
  const { Effect, Action, Resource, Condition } = objectOf(statement);
  return Effect === 'Deny' && isEverything(Action) && isEverything(Resource) && Condition === undefined;
};

const statementsOf = (document: Json | undefined): readonly Json[] => {
  const statement = objectOf(document)['Statement'];
  return isJsonObject(statement) ? [statement] : listOf(statement);
};

/** Whether a role can do nothing, whatever else it has: its quarantine denies every action on everything, without a condition. */
export const isQuarantined = (properties: JsonObject): boolean =>
  listOf(properties['Policies']).some((policy) => {
    const { PolicyName, PolicyDocument } = objectOf(policy);
    return PolicyName === QUARANTINE_POLICY && statementsOf(PolicyDocument).some(deniesAll);
  });
