import type { JsonObject } from '../../json.ts';
import { scalarsOf } from '../../protocol/call.ts';
import { validationError } from '../../protocol/errors.ts';
import { inBackground } from '../deploy.ts';
import { findStack } from '../find-stack.ts';
import type { Request } from '../request.ts';
import { field, flag, requiredField, tokenOf } from '../request.ts';
import { continueRollback, failedToRollBack } from '../rollback.ts';
import { checkServiceRole } from '../service-role.ts';
import { isDeleted, setStatus } from '../stack.ts';

/** The way out of UPDATE_ROLLBACK_FAILED: once more, or past the resources that will not go (API_ContinueUpdateRollback). */
export const continueUpdateRollback = async (request: Request): Promise<JsonObject> => {
  const name = requiredField(request, 'StackName');
  const roleArn = field(request, 'RoleARN');
  if (roleArn !== undefined) await checkServiceRole(request.services, request.account, roleArn);
  const stack = findStack(request, name);
  const token = tokenOf(request);
  if (stack === undefined || isDeleted(stack)) throw validationError(`Stack [${name}] does not exist`);
  if (token !== undefined && stack.token === token) return {};
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
  const skipped = scalarsOf(request.form, 'ResourcesToSkip');
  const isForced = flag(request, 'ForceRollback');
  if (isForced && skipped.length > 0)
    throw validationError('You cannot specify both ResourcesToSkip and ForceRollback');
  const failed = failedToRollBack(stack);
  const wrong = skipped.filter((id) => !failed.includes(id));
  if (wrong.length > 0) {
    throw validationError(
      `Rollback cannot skip resources [${wrong.join(', ')}]: only resources that failed to roll back can be skipped.`,
    );
  }
  stack.token = token;
  stack.roleArn = roleArn ?? stack.roleArn;
  setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
  inBackground(stack, 'UPDATE_ROLLBACK_FAILED', () => continueRollback(stack, new Set(isForced ? failed : skipped)));
  return {};
};
