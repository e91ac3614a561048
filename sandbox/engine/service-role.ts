import type { Json } from '../json.ts';
import { isList, isObject, objectAt, parseJson, textAt, textOf } from '../json.ts';
import { AwsError, validationError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';

const texts = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.flatMap((item) => textOf(item) ?? []) : [textOf(value) ?? ''];

const trusts = (statement: Json): boolean =>
  textAt(statement, 'Effect') === 'Allow' &&
  texts(isObject(statement) ? statement['Action'] : undefined).some((action) =>
    ['sts:AssumeRole', 'sts:*', '*'].includes(action),
  ) &&
  texts(objectAt(statement, 'Principal')['Service']).includes('cloudformation.amazonaws.com');

/** A service role must exist and let CloudFormation assume it; what it may do is not checked (using-iam-servicerole). */
export const checkServiceRole = async (services: Services, account: string, roleArn: string): Promise<void> => {
  const refused = validationError(`Role ${roleArn} is invalid or cannot be assumed`);
  const name = new RegExp(`^arn:aws:iam::${account}:role/(?:.+/)?([^/]+)$`).exec(roleArn)?.[1];
  if (name === undefined) throw refused;
  try {
    const answer = await services.iam('GetRole', { RoleName: name });
    const role = objectAt(objectAt(objectAt(answer, 'GetRoleResponse'), 'GetRoleResult'), 'Role');
    const document = parseJson(decodeURIComponent(textAt(role, 'AssumeRolePolicyDocument') ?? ''));
    const statement = isObject(document) ? document['Statement'] : undefined;
    const statements = isList(statement) ? statement : statement === undefined ? [] : [statement];
    if (textAt(role, 'Arn') !== roleArn || !statements.some(trusts)) throw refused;
  } catch (error) {
    throw error instanceof AwsError ? refused : error;
  }
};
