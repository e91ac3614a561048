import type { JsonObject } from '../../json.ts';
import { AwsError, notModelled, validationError } from '../../protocol/errors.ts';
import { scalarsOf } from '../../protocol/call.ts';
import { changesOf, isEmptyChange } from '../changes.ts';
import { inBackground } from '../deploy.ts';
import { findStack, refusePaused, resumableStack, stacksOf } from '../find-stack.ts';
import type { Request } from '../request.ts';
import { capabilitiesOf, field, flag, requiredField, targetOf, tokenOf } from '../request.ts';
import { deleteStack } from '../rollback.ts';
import { startCreate, startUpdate } from '../start.ts';
import { checkServiceRole } from '../service-role.ts';
import type { OnFailure, Stack } from '../stack.ts';
import { isBusy, isDeleted, makeObsolete, newStack, setStatus } from '../stack.ts';
import { checkCapabilities, checkTemplate } from '../validate.ts';

export const checkStackName = (name: string): void => {
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) return;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
};

const onFailureOf = (request: Request): OnFailure => {
  const given = field(request, 'OnFailure');
  if (given !== undefined && field(request, 'DisableRollback') !== undefined)
    throw validationError('You cannot specify both OnFailure and DisableRollback');
  if (flag(request, 'DisableRollback')) return 'PRESERVE';
  if (given === undefined || given === 'ROLLBACK') return 'ROLLBACK';
  if (given === 'DELETE' || given === 'DO_NOTHING') return given;
  throw validationError(`Invalid OnFailure ${given}`);
};

export const create = async (request: Request): Promise<JsonObject> => {
  const name = requiredField(request, 'StackName');
  checkStackName(name);
  const token = tokenOf(request);
  const existing = findStack(request, name);
  if (existing !== undefined) {
    if (token !== undefined && existing.token === token) return { StackId: existing.id };
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  const onFailure = onFailureOf(request);
  const target = await targetOf(request, undefined);
  const stack = newStack(request.account, request.region, name, 'CREATE_IN_PROGRESS');
  checkTemplate(request.environment, target.template);
  checkCapabilities(request.environment, stack, target, capabilitiesOf(request));
  changesOf(stack, target);
  stack.roleArn = field(request, 'RoleARN');
  if (stack.roleArn !== undefined) await checkServiceRole(request.services, request.account, stack.roleArn);
  // The awaits above let another request for the same name in.
  if (findStack(request, name) !== undefined)
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  stack.capabilities = capabilitiesOf(request);
  stack.isProtected = flag(request, 'EnableTerminationProtection');
  stack.onFailure = onFailure;
  stack.token = token;
  stacksOf(request).push(stack);
  startCreate(request, stack, target, { dropsRetained: flag(request, 'RetainExceptOnCreate') });
  return { StackId: stack.id };
};

export const update = async (request: Request): Promise<JsonObject> => {
  const name = requiredField(request, 'StackName');
  const token = tokenOf(request);
  const same = findStack(request, name);
  if (same !== undefined && token !== undefined && same.token === token) return { StackId: same.id };
  const target = await targetOf(request, resumableStack(request, name));
  const roleArn = field(request, 'RoleARN');
  if (roleArn !== undefined) await checkServiceRole(request.services, request.account, roleArn);
  const stack = resumableStack(request, name);
  const isRollbackDisabled = flag(request, 'DisableRollback');
  refusePaused(stack, isRollbackDisabled, 'update-stack');
  checkTemplate(request.environment, target.template);
  checkCapabilities(request.environment, stack, target, capabilitiesOf(request));
  if (isEmptyChange(stack, target, changesOf(stack, target))) throw validationError('No updates are to be performed.');
  stack.roleArn = roleArn ?? stack.roleArn;
  stack.capabilities = capabilitiesOf(request);
  stack.token = token;
  stack.onFailure = isRollbackDisabled ? 'PRESERVE' : 'ROLLBACK';
  makeObsolete(stack);
  startUpdate(request, stack, target, { dropsRetained: flag(request, 'RetainExceptOnCreate') });
  return { StackId: stack.id };
};

/** Resources to leave behind are named once a deletion has failed, and are the stack's (API_DeleteStack). */
const checkRetained = (stack: Stack, retained: readonly string[]): void => {
  if (retained.length > 0 && stack.status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
    );
  }
  const unknown = retained.filter((id) => !stack.states.has(id));
  if (unknown.length > 0)
    throw validationError(`Resources to retain [${unknown.join(', ')}] do not exist in stack [${stack.id}]`);
};

export const remove = async (request: Request): Promise<JsonObject> => {
  const name = requiredField(request, 'StackName');
  const roleArn = field(request, 'RoleARN');
  const mode = field(request, 'DeletionMode') ?? 'STANDARD';
  if (mode !== 'STANDARD') throw notModelled(`DeletionMode ${mode}`);
  if (roleArn !== undefined) await checkServiceRole(request.services, request.account, roleArn);
  const stack = findStack(request, name);
  const token = tokenOf(request);
  // Deleting what does not exist succeeds (API_DeleteStack).
  if (stack === undefined || isDeleted(stack) || stack.status === 'DELETE_IN_PROGRESS') return {};
  if (token !== undefined && stack.token === token) return {};
  if (stack.isProtected)
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (isBusy(stack)) throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  const retained = scalarsOf(request.form, 'RetainResources');
  checkRetained(stack, retained);
  makeObsolete(stack);
  stack.token = token;
  stack.roleArn = roleArn ?? stack.roleArn;
  setStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  inBackground(stack, 'DELETE_FAILED', () => deleteStack(request.environment, stack, new Set(retained)));
  return {};
};

export const protect = (request: Request): JsonObject => {
  const name = requiredField(request, 'StackName');
  const stack = findStack(request, name);
  if (stack === undefined) throw validationError(`Stack [${name}] does not exist`);
  const wanted = requiredField(request, 'EnableTerminationProtection');
  // Any status but these two allows it (using-cfn-protect-stacks).
  if (isDeleted(stack) || stack.status === 'DELETE_IN_PROGRESS')
    throw validationError(`TerminationProtection of stack [${stack.id}] cannot be changed in ${stack.status} state`);
  stack.isProtected = wanted === 'true';
  return { StackId: stack.id };
};
