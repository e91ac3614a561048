import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../json.ts';
import { AwsError, notModelled, validationError } from '../../protocol/errors.ts';
import type { ResourceChange } from '../change.ts';
import type { ChangeSet } from '../change-set.ts';
import { changesOf, isEmptyChange } from '../changes.ts';
import { driftChangesOf } from '../drift-changes.ts';
import { readLive } from '../drift.ts';
import { findStack, resumableStack, stacksOf, updatableStack } from '../find-stack.ts';
import { importChanges, toImportOf } from '../import-change-set.ts';
import { withImports } from '../imports.ts';
import type { Request } from '../request.ts';
import { capabilitiesOf, describedAs, field, flag, requiredField, targetOf, tokenOf } from '../request.ts';
import { checkServiceRole } from '../service-role.ts';
import type { Stack } from '../stack.ts';
import { isDeleted, newStack, setStatus } from '../stack.ts';
import { checkCapabilities, checkTemplate } from '../validate.ts';
import { checkStackName } from './stacks.ts';

const EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set.";

const DRIFTED: readonly string[] = ['MODIFIED', 'DELETED'];

const typeOf = (request: Request): ChangeSet['type'] => {
  const type = field(request, 'ChangeSetType') ?? 'UPDATE';
  if (type === 'CREATE' || type === 'UPDATE' || type === 'IMPORT') return type;
  throw validationError(`Invalid ChangeSetType ${type}`);
};

/** The stack a change set is for: a new one under review for CREATE (one that is deleted or under review may be used). */
const stackFor = (request: Request, name: string, type: ChangeSet['type'], changeSetName: string): Stack => {
  if (type === 'UPDATE') return resumableStack(request, name);
  const existing = findStack(request, name);
  if (existing === undefined || isDeleted(existing))
    return newStack(request.account, request.region, name, 'REVIEW_IN_PROGRESS');
  if (existing.status === 'REVIEW_IN_PROGRESS') return existing;
  if (type === 'IMPORT') return updatableStack(request, name);
  throw validationError(
    `Stack [${name}] already exists and cannot be created again with the changeSet [${changeSetName}].`,
  );
};

const changesFor = async (request: Request, stack: Stack, changeSet: ChangeSet): Promise<readonly ResourceChange[]> => {
  const { target } = changeSet;
  if (changeSet.type === 'IMPORT')
    return importChanges(request, stack, target, changesOf(stack, target), changeSet.toImport);
  const live = changeSet.isDriftAware ? await readLive(request.environment, stack, target) : undefined;
  if (live !== undefined) changeSet.hasDrift = [...live.values()].some(({ status }) => DRIFTED.includes(status));
  const changes = live === undefined ? changesOf(stack, target) : driftChangesOf(stack, target, live);
  return changeSet.importsExisting ? withImports(request, stack, target, changes) : changes;
};

/** Works out the changes after the request was answered, as AWS does. */
const compute = async (request: Request, stack: Stack, changeSet: ChangeSet): Promise<void> => {
  if (request.environment.delayMs > 0) await sleep(request.environment.delayMs);
  changeSet.status = 'CREATE_IN_PROGRESS';
  try {
    changeSet.changes = await changesFor(request, stack, changeSet);
    if (isEmptyChange(stack, changeSet.target, changeSet.changes)) throw validationError(EMPTY);
    changeSet.status = 'CREATE_COMPLETE';
    // The stack may have been updated by other means meanwhile.
    if (changeSet.executionStatus !== 'OBSOLETE') changeSet.executionStatus = 'AVAILABLE';
  } catch (error) {
    changeSet.status = 'FAILED';
    changeSet.reason = error instanceof Error ? error.message : String(error);
  }
};

/** DELETE is for creations only (API_CreateChangeSet); what an import does when it fails is not for the request to say. */
const onStackFailureOf = (request: Request, type: ChangeSet['type']): ChangeSet['onStackFailure'] => {
  const given = field(request, 'OnStackFailure');
  if (given === undefined || given === 'ROLLBACK') return given;
  if (given !== 'DELETE' && given !== 'DO_NOTHING') throw validationError(`Invalid OnStackFailure ${given}`);
  if (type === 'IMPORT') throw notModelled(`OnStackFailure ${given} for imports`);
  if (given === 'DELETE' && type === 'UPDATE')
    throw validationError('OnStackFailure DELETE is only supported for ChangeSetType CREATE');
  return given;
};

const isDriftAwareOf = (request: Request, type: ChangeSet['type']): boolean => {
  const mode = field(request, 'DeploymentMode');
  if (mode === undefined) return false;
  if (mode !== 'REVERT_DRIFT') throw validationError(`Invalid DeploymentMode ${mode}`);
  if (type !== 'UPDATE') throw validationError('DeploymentMode REVERT_DRIFT is only for change sets of type UPDATE');
  return true;
};

/** Answers at once with a change set whose changes are worked out afterwards (API_CreateChangeSet). */
export const create = async (request: Request): Promise<JsonObject> => {
  const stackName = requiredField(request, 'StackName');
  const name = requiredField(request, 'ChangeSetName');
  if (!stackName.startsWith('arn:')) checkStackName(stackName);
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const type = typeOf(request);
  const token = tokenOf(request, 'ClientToken');
  const target = await targetOf(request, findStack(request, stackName));
  const roleArn = field(request, 'RoleARN');
  if (roleArn !== undefined) await checkServiceRole(request.services, request.account, roleArn);
  const stack = stackFor(request, stackName, type, name);
  const twin = stack.changeSets.get(name);
  if (twin !== undefined) {
    if (token !== undefined && twin.token === token) return { Id: twin.id, StackId: stack.id };
    throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
  }
  checkTemplate(request.environment, target.template);
  checkCapabilities(request.environment, stack, target, capabilitiesOf(request));
  const changeSet: ChangeSet = {
    id: `arn:aws:cloudformation:${request.region}:${request.account}:changeSet/${name}/${randomUUID()}`,
    name,
    type,
    createdAt: new Date(),
    description: describedAs(request),
    token,
    target,
    capabilities: capabilitiesOf(request),
    roleArn,
    onStackFailure: onStackFailureOf(request, type),
    importsExisting: flag(request, 'ImportExistingResources'),
    toImport: toImportOf(request, type, target),
    isDriftAware: isDriftAwareOf(request, type),
    hasDrift: undefined,
    changes: [],
    status: 'CREATE_PENDING',
    reason: undefined,
    executionStatus: 'UNAVAILABLE',
  };
  if (!stacksOf(request).includes(stack)) {
    stacksOf(request).push(stack);
    setStatus(stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  stack.changeSets.set(name, changeSet);
  void compute(request, stack, changeSet);
  return { Id: changeSet.id, StackId: stack.id };
};
