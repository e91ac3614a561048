import { EdlError } from '../../reconciler/model/errors.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { retryRaces } from '../wait.ts';
import type { StackOutcome } from './apply-stack.ts';
import type { StackContext } from './context.ts';
import { isDataType } from './data-types.ts';
import { deleteStack, unprotectCommand } from './delete-stack.ts';
import { byLogicalId } from './planned.ts';
import { asFailures } from './root-cause.ts';
import { findIdle, refuseForeign, removeShell } from './settle.ts';
import { dataIn, listResources, nameResources } from './stack-resources.ts';

const refuseData = (context: StackContext, what: string): never => {
  throw new EdlError(
    'EDL-4025',
    'user',
    `Stack ${context.work.name} is not pruned: it holds ${what}, and EDL never removes what holds data. Keep it in the catalog, or retire its datasets and leave the stack in place.`,
  );
};

/** Deleting a stack deletes all that is in it; so all of it must be approved, and none of it may hold data. */
const checkContent = async (context: StackContext, live: ObservedStack): Promise<void> => {
  const resources = await listResources(context, live.stackId);
  // What else is there must be approved, below; what holds people's data is refused even then.
  const data = dataIn(resources).filter(({ ResourceType }) => isDataType(ResourceType));
  if (data.length > 0) refuseData(context, nameResources(data));
  const approved = byLogicalId(context.work.changes.filter((change) => change.action === 'prune'));
  const extra = resources.filter(
    (resource) => resource.ResourceStatus !== 'DELETE_COMPLETE' && !approved.has(resource.LogicalResourceId ?? ''),
  );
  if (extra.length > 0) {
    throw new EdlError(
      'EDL-4021',
      'user',
      `Stack ${context.work.name} is not pruned: it also holds ${nameResources(extra)}, which the plan does not prune. Plan again; what is live has moved since.`,
    );
  }
};

const attempt = async (context: StackContext): Promise<StackOutcome> => {
  const { work } = context;
  const live = await findIdle(context);
  if (live === undefined) return { outcome: 'unchanged' };
  if (live.status === 'REVIEW_IN_PROGRESS') {
    await removeShell(context, live);
    return { outcome: 'applied' };
  }
  refuseForeign(context, live);
  await checkContent(context, live);
  if (live.terminationProtection) {
    throw new EdlError(
      'EDL-4030',
      'user',
      inLines(
        `Stack ${work.name} is protected from deletion.`,
        '',
        'If it is really to go, run:',
        commandLine(unprotectCommand(context)),
        'Then apply again.',
      ),
    );
  }
  const { status, events } = await deleteStack(context, live);
  return status === 'DELETE_COMPLETE'
    ? { outcome: 'applied' }
    : { outcome: 'failed', failures: asFailures(work, status, events) };
};

/** Removes a stack that is no longer declared, after checking that the plan says so for everything in it. */
export const pruneStack = (context: StackContext): Promise<StackOutcome> => {
  const data = context.work.changes.filter((change) => change.action === 'prune' && change.holdsData);
  if (data.length > 0) refuseData(context, data.map((change) => change.id).join(', '));
  return retryRaces(context.timer, () => attempt(context), context.races);
};
