import type { JsonObject } from '../../json.ts';
import { validationError } from '../../protocol/errors.ts';
import { inBackground } from '../deploy.ts';
import { findStack } from '../find-stack.ts';
import { rollBackPaused, wasStable } from '../paused.ts';
import type { Request } from '../request.ts';
import { field, flag, requiredField, tokenOf } from '../request.ts';
import { deleteStack } from '../rollback.ts';
import { checkServiceRole } from '../service-role.ts';
import { isDeleted, makeObsolete, setStatus } from '../stack.ts';

/**
 * The way back from an operation that failed with rollback disabled. A stack that never was stable has nothing to go back to:
 * it is deleted, whatever it holds (API_RollbackStack).
 */
export const rollbackStack = async (request: Request): Promise<JsonObject> => {
  const name = requiredField(request, 'StackName');
  const roleArn = field(request, 'RoleARN');
  if (roleArn !== undefined) await checkServiceRole(request.services, request.account, roleArn);
  const stack = findStack(request, name);
  const token = tokenOf(request);
  if (stack === undefined || isDeleted(stack)) throw validationError(`Stack [${name}] does not exist`);
  if (token !== undefined && stack.token === token) return { StackId: stack.id };
  if (stack.status !== 'UPDATE_FAILED' && stack.status !== 'CREATE_FAILED')
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
  makeObsolete(stack);
  stack.token = token;
  stack.roleArn = roleArn ?? stack.roleArn;
  stack.onFailure = 'ROLLBACK';
  if (wasStable(stack)) {
    setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    const dropsRetained = flag(request, 'RetainExceptOnCreate');
    inBackground(stack, 'UPDATE_ROLLBACK_FAILED', () => rollBackPaused(stack, dropsRetained));
  } else {
    setStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    inBackground(stack, 'DELETE_FAILED', () => deleteStack(request.environment, stack, new Set()));
  }
  return { StackId: stack.id };
};
