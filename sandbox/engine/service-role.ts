import type { Json } from '../json.ts';
import { isObject, objectAt, textAt } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import { textsOf } from './conditions.ts';
import { readRole } from './iam-facts.ts';
import { statementsOf } from './judge.ts';

const trusts = (statement: Json): boolean =>
  textAt(statement, 'Effect') === 'Allow' &&
  textsOf(isObject(statement) ? statement['Action'] : undefined).some((action) =>
    ['sts:AssumeRole', 'sts:*', '*'].includes(action),
  ) &&
  textsOf(objectAt(statement, 'Principal')['Service']).includes('cloudformation.amazonaws.com');

/** A service role must exist and let CloudFormation assume it; what it may do is asked of each call (using-iam-servicerole). */
export const checkServiceRole = async (services: Services, account: string, roleArn: string): Promise<void> => {
  const name = new RegExp(`^arn:aws:iam::${account}:role/(?:.+/)?([^/]+)$`).exec(roleArn)?.[1];
  const role = name === undefined ? undefined : await readRole(services, name);
  if (role?.arn !== roleArn || !statementsOf(role.trust).some(trusts))
    throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
};
