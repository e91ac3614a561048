import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../json.ts';
import { compact } from '../../json.ts';
import { AwsError, notModelled, validationError } from '../../protocol/errors.ts';
import type { ResourceChange } from '../change.ts';
import type { ChangeSet } from '../change-set.ts';
import { changesOf, isEmptyChange } from '../changes.ts';
import { driftChangesOf } from '../drift-changes.ts';
import { readLive } from '../drift.ts';
import { findChangeSet, findStack, refuseBusy, stacksOf, updatableStack } from '../find-stack.ts';
import { importChanges, toImportOf } from '../import-change-set.ts';
import { withImports } from '../imports.ts';
import type { Request } from '../request.ts';
import { capabilitiesOf, field, flag, pageOf, requiredField, targetOf } from '../request.ts';
import { checkServiceRole } from '../service-role.ts';
import type { Stack } from '../stack.ts';
import { isDeleted, newStack, setStatus } from '../stack.ts';
import { checkCapabilities, checkTemplate } from '../validate.ts';
import { shownChange, shownParameters, shownTags } from './shown.ts';
import { startCreate, startImport, startUpdate } from '../start.ts';
import { checkStackName, refuseOptions } from './stacks.ts';

const EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set.";

const DRIFTED: readonly string[] = ['MODIFIED', 'DELETED'];

const typeOf = (request: Request): ChangeSet['type'] => {
  const type = field(request, 'ChangeSetType') ?? 'UPDATE';
  if (type === 'CREATE' || type === 'UPDATE' || type === 'IMPORT') return type;
  throw validationError(`Invalid ChangeSetType ${type}`);
};

/** The stack a change set is for: a new one under review for CREATE (one that is deleted or under review may be used). */
const stackFor = (request: Request, name: string, type: ChangeSet['type'], changeSetName: string): Stack => {
  if (type === 'UPDATE') return updatableStack(request, name);
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
    changeSet.executionStatus = 'AVAILABLE';
  } catch (error) {
    changeSet.status = 'FAILED';
    changeSet.reason = error instanceof Error ? error.message : String(error);
  }
};

const onStackFailureOf = (request: Request, type: ChangeSet['type']): ChangeSet['onStackFailure'] => {
  const given = field(request, 'OnStackFailure');
  if (given === undefined || given === 'ROLLBACK') return given;
  if (given !== 'DELETE' && given !== 'DO_NOTHING') throw validationError(`Invalid OnStackFailure ${given}`);
  if (type !== 'CREATE')
    throw given === 'DELETE'
      ? validationError('OnStackFailure DELETE is only supported for ChangeSetType CREATE')
      : notModelled('OnStackFailure DO_NOTHING for updates');
  return given;
};

const isDriftAwareOf = (request: Request, type: ChangeSet['type']): boolean => {
  const mode = field(request, 'DeploymentMode');
  if (mode === undefined) return false;
  if (mode !== 'REVERT_DRIFT') throw validationError(`Invalid DeploymentMode ${mode}`);
  if (type !== 'UPDATE') throw validationError('DeploymentMode REVERT_DRIFT is only for change sets of type UPDATE');
  return true;
};

const refuseRest = (request: Request): void => {
  refuseOptions(request);
  if (flag(request, 'IncludeNestedStacks')) throw notModelled('nested stacks');
};

export const create = async (request: Request): Promise<JsonObject> => {
  refuseRest(request);
  const stackName = requiredField(request, 'StackName');
  const name = requiredField(request, 'ChangeSetName');
  if (!stackName.startsWith('arn:')) checkStackName(stackName);
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const type = typeOf(request);
  const token = field(request, 'ClientToken');
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
    description: field(request, 'Description'),
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

const CHANGES_PER_PAGE = 100;

export const describe = (request: Request): JsonObject => {
  const { stack, changeSet } = findChangeSet(request);
  const page = pageOf(request, changeSet.changes, CHANGES_PER_PAGE);
  const withValues = flag(request, 'IncludePropertyValues');
  return compact({
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: stack.id,
    StackName: stack.name,
    Description: changeSet.description,
    Parameters: shownParameters(changeSet.target),
    CreationTime: changeSet.createdAt.toISOString(),
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    Capabilities: changeSet.capabilities,
    Tags: shownTags(changeSet.target.tags),
    Changes: page.items.map((change) => shownChange(change, withValues)),
    NextToken: page.next,
    IncludeNestedStacks: false,
    OnStackFailure: changeSet.onStackFailure,
    ImportExistingResources: changeSet.importsExisting,
    DeploymentMode: changeSet.isDriftAware ? 'REVERT_DRIFT' : undefined,
    StackDriftStatus: changeSet.hasDrift === undefined ? undefined : changeSet.hasDrift ? 'DRIFTED' : 'IN_SYNC',
  });
};

const summary = (stack: Stack, changeSet: ChangeSet): Json =>
  compact({
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    CreationTime: changeSet.createdAt.toISOString(),
    Description: changeSet.description,
    ImportExistingResources: changeSet.importsExisting,
  });

export const list = (request: Request): JsonObject => {
  const name = requiredField(request, 'StackName');
  const stack = findStack(request, name);
  if (stack === undefined) throw validationError(`Stack [${name}] does not exist`);
  const page = pageOf(request, [...stack.changeSets.values()], 100);
  return compact({ Summaries: page.items.map((changeSet) => summary(stack, changeSet)), NextToken: page.next });
};

export const remove = (request: Request): JsonObject => {
  try {
    const { stack, changeSet } = findChangeSet(request);
    if (changeSet.executionStatus === 'EXECUTE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSet.id}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]`,
      );
    }
    stack.changeSets.delete(changeSet.name);
  } catch (error) {
    // Deleting a change set that does not exist succeeds (API_DeleteChangeSet).
    if (!(error instanceof AwsError && error.code === 'ChangeSetNotFound')) throw error;
  }
  return {};
};

const importsOf = ({ changes, toImport }: ChangeSet): ReadonlyMap<string, JsonObject> =>
  new Map(
    changes
      .filter((change) => change.Action === 'Import')
      .map((change) => [change.LogicalResourceId, toImport.get(change.LogicalResourceId) ?? {}]),
  );

/** The statuses that end an execution well. */
const DONE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];

export const execute = (request: Request): JsonObject => {
  const { stack, changeSet } = findChangeSet(request);
  const token = field(request, 'ClientRequestToken');
  if (token !== undefined && stack.token === token) return {};
  if (flag(request, 'DisableRollback') || flag(request, 'RetainExceptOnCreate'))
    throw notModelled('DisableRollback and RetainExceptOnCreate');
  if (changeSet.status !== 'CREATE_COMPLETE' || changeSet.executionStatus !== 'AVAILABLE') {
    const status =
      changeSet.status === 'CREATE_COMPLETE'
        ? `execution status of [${changeSet.executionStatus}]`
        : `status of [${changeSet.status}]`;
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${changeSet.id}] cannot be executed in its current ${status}`,
    );
  }
  refuseBusy(stack);
  changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
  // The stack moves on, so what the other change sets say of it is no longer true (using-cfn-updating-stacks-changesets-execute).
  for (const other of [...stack.changeSets.values()]) if (other !== changeSet) stack.changeSets.delete(other.name);
  stack.token = token;
  stack.executedChangeSet = changeSet.id;
  stack.roleArn = changeSet.roleArn ?? stack.roleArn;
  stack.capabilities = changeSet.capabilities;
  const isNew = stack.status === 'REVIEW_IN_PROGRESS';
  if (isNew) stack.onFailure = changeSet.onStackFailure ?? 'ROLLBACK';
  const start = changeSet.type === 'IMPORT' ? startImport : isNew ? startCreate : startUpdate;
  start(request, stack, changeSet.target, {
    imports: importsOf(changeSet),
    isDriftAware: changeSet.isDriftAware,
    after: () => {
      changeSet.executionStatus = DONE.includes(stack.status) ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    },
  });
  return {};
};
