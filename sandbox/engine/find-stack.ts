import { AwsError, validationError } from '../protocol/errors.ts';
import type { ChangeSet } from './change-set.ts';
import type { Request } from './request.ts';
import { field } from './request.ts';
import type { Stack } from './stack.ts';
import { isBusy, isDeleted } from './stack.ts';

export const stacksOf = (request: Request): Stack[] => request.environment.stacks(request.account, request.region);

/** A stack by name, or by id: the id also finds deleted ones. */
export const findStack = (request: Request, nameOrId: string): Stack | undefined => {
  const stacks = stacksOf(request);
  return nameOrId.startsWith('arn:')
    ? stacks.find((stack) => stack.id === nameOrId)
    : stacks.find((stack) => stack.name === nameOrId && !isDeleted(stack));
};

const UPDATABLE: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
]);

const cannotUpdate = ({ id, status }: Stack): Error =>
  validationError(`Stack:${id} is in ${status} state and can not be updated.`);

/** Failed with rollback disabled: an update that disables it too goes on from there. */
const isPaused = ({ status, onFailure }: Stack): boolean =>
  (status === 'CREATE_FAILED' || status === 'UPDATE_FAILED') && onFailure === 'PRESERVE';

const existing = (request: Request, nameOrId: string): Stack => {
  const stack = findStack(request, nameOrId);
  if (stack === undefined || isDeleted(stack)) throw validationError(`Stack [${nameOrId}] does not exist`);
  return stack;
};

/** A stack that can be updated now; AWS names the state that forbids it. */
export const updatableStack = (request: Request, nameOrId: string): Stack => {
  const stack = existing(request, nameOrId);
  if (!UPDATABLE.has(stack.status)) throw cannotUpdate(stack);
  return stack;
};

/** A stack that can be updated if rollback stays disabled; change sets may be made for it in any case (stack-failure-options). */
export const resumableStack = (request: Request, nameOrId: string): Stack => {
  const stack = existing(request, nameOrId);
  if (stack.status === 'CREATE_FAILED' && stack.onFailure === 'DO_NOTHING') {
    throw validationError(
      'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.',
    );
  }
  if (!UPDATABLE.has(stack.status) && !isPaused(stack)) throw cannotUpdate(stack);
  return stack;
};

/** From a failed state only an operation that disables rollback goes on: there is nothing stable to roll back to (observed). */
export const refusePaused = (stack: Stack, isRollbackDisabled: boolean, api: string): void => {
  if (!isPaused(stack) || isRollbackDisabled) return;
  throw validationError(
    `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with ${api} API. ` +
      'To rollback to the last known good state, use the rollback-stack API',
  );
};

export const describedStack = (request: Request, nameOrId: string): Stack => {
  const stack = findStack(request, nameOrId);
  if (stack === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`);
  return stack;
};

/** A change set by its ARN, or by name within its stack. */
export const findChangeSet = (request: Request): { readonly stack: Stack; readonly changeSet: ChangeSet } => {
  const name = field(request, 'ChangeSetName') ?? '';
  const missing = new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  if (name.startsWith('arn:')) {
    for (const stack of stacksOf(request)) {
      const changeSet = [...stack.changeSets.values()].find((candidate) => candidate.id === name);
      if (changeSet !== undefined) return { stack, changeSet };
    }
    throw missing;
  }
  const stackName = field(request, 'StackName');
  if (stackName === undefined)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  const stack = findStack(request, stackName);
  if (stack === undefined) throw validationError(`Stack [${stackName}] does not exist`);
  const changeSet = stack.changeSets.get(name);
  if (changeSet === undefined) throw missing;
  return { stack, changeSet };
};

export const refuseBusy = (stack: Stack): void => {
  if (isBusy(stack)) throw cannotUpdate(stack);
};
