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

/** A stack that can be updated now; AWS names the state that forbids it. */
export const updatableStack = (request: Request, nameOrId: string): Stack => {
  const stack = findStack(request, nameOrId);
  if (stack === undefined || isDeleted(stack)) throw validationError(`Stack [${nameOrId}] does not exist`);
  if (!UPDATABLE.has(stack.status))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  return stack;
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
  if (isBusy(stack)) throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
};
