import type { Json, JsonObject } from '../../json.ts';
import { compact } from '../../json.ts';
import { AwsError, notModelled, validationError } from '../../protocol/errors.ts';
import type { ChangeSet } from '../change-set.ts';
import { findChangeSet, findStack, refuseBusy, refusePaused } from '../find-stack.ts';
import type { Request } from '../request.ts';
import { field, flag, pageOf, requiredField, tokenOf } from '../request.ts';
import { startCreate, startImport, startUpdate } from '../start.ts';
import type { OnFailure, Stack } from '../stack.ts';
import { shownChange, shownParameters, shownTags } from './shown.ts';

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

/** The change set says what becomes of a failure, or else its execution does, but never both (API_ExecuteChangeSet). */
const onFailureOf = (request: Request, changeSet: ChangeSet): OnFailure => {
  const isGiven = field(request, 'DisableRollback') !== undefined;
  if (isGiven && changeSet.onStackFailure !== undefined)
    throw validationError('DisableRollback cannot be specified when the change set was created with OnStackFailure');
  if (isGiven && changeSet.type === 'IMPORT') throw notModelled('DisableRollback for imports');
  const isPreserving = changeSet.onStackFailure === 'DO_NOTHING' || flag(request, 'DisableRollback');
  return isPreserving ? 'PRESERVE' : changeSet.onStackFailure === 'DELETE' ? 'DELETE' : 'ROLLBACK';
};

export const execute = (request: Request): JsonObject => {
  const { stack, changeSet } = findChangeSet(request);
  const token = tokenOf(request);
  if (token !== undefined && stack.token === token) return {};
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
  const onFailure = onFailureOf(request, changeSet);
  refusePaused(stack, onFailure === 'PRESERVE', 'execute-change-set');
  changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
  // The stack moves on, so what the other change sets say of it is no longer true (using-cfn-updating-stacks-changesets-execute).
  for (const other of [...stack.changeSets.values()]) if (other !== changeSet) stack.changeSets.delete(other.name);
  stack.token = token;
  stack.executedChangeSet = changeSet.id;
  stack.roleArn = changeSet.roleArn ?? stack.roleArn;
  stack.capabilities = changeSet.capabilities;
  const isNew = stack.status === 'REVIEW_IN_PROGRESS';
  if (changeSet.type !== 'IMPORT') stack.onFailure = onFailure;
  const start = changeSet.type === 'IMPORT' ? startImport : isNew ? startCreate : startUpdate;
  start(request, stack, changeSet.target, {
    imports: importsOf(changeSet),
    isDriftAware: changeSet.isDriftAware,
    dropsRetained: flag(request, 'RetainExceptOnCreate'),
    after: () => {
      changeSet.executionStatus = DONE.includes(stack.status) ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    },
  });
  return {};
};
