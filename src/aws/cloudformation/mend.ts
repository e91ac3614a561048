import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { placeOf, tell, type StackContext } from './context.ts';
import { deleteStack, unprotectCommand } from './delete-stack.ts';
import { unprotect } from './protection.ts';
import { causesText } from './root-cause.ts';
import { dataIn, idsOf, listResources, nameResources, survivorsIn } from './stack-resources.ts';

const WHAT_FAILED: Readonly<Record<string, string>> = {
  CREATE_FAILED: 'its creation failed with its rollback switched off',
  ROLLBACK_FAILED: 'its creation failed, and so did its rollback',
  DELETE_FAILED: 'its deletion failed half-way',
};

const explain = ({ name, status }: ObservedStack): string =>
  `Stack ${name} is in ${status}: ${WHAT_FAILED[status] ?? 'an operation failed'}`;

/** Only a deletion that has failed may keep resources by name (AWSCloudFormation/latest/APIReference/API_DeleteStack). */
const refuseData = (
  context: StackContext,
  live: ObservedStack,
  data: readonly StackResourceSummary[],
  survivors: readonly StackResourceSummary[],
): EdlError => {
  const ways =
    live.status === 'DELETE_FAILED'
      ? [
          'To let go of the stack and keep all that is left in it, run:',
          commandLine(`aws cloudformation delete-stack --retain-resources ${idsOf(survivors)} ${placeOf(context)}`),
          'Then plan again: what is kept is adopted.',
        ]
      : [
          'If any of it must stay, ask AWS Support before anything else. If all of it may go, run:',
          commandLine(`aws cloudformation delete-stack ${placeOf(context)}`),
          'Then apply again. A bucket that is not empty withstands that, and EDL then prints how to keep it; a key does not.',
        ];
  return new EdlError(
    'EDL-4241',
    'user',
    inLines(
      `${explain(live)}, and it holds ${nameResources(data)}. EDL never deletes a stack that may hold data.`,
      '',
      ...ways,
    ),
  );
};

const refuseProtected = (context: StackContext, live: ObservedStack): EdlError =>
  new EdlError(
    'EDL-4030',
    'user',
    inLines(
      `${explain(live)}, and it is protected from deletion, which is the only way on.`,
      '',
      'If the stack is really to go, run:',
      commandLine(unprotectCommand(context)),
      'Then apply again.',
    ),
  );

/** What of the stack is still there, if none of it may hold data. Throws when it may, or nobody can tell. */
const harmless = async (context: StackContext, live: ObservedStack): Promise<readonly StackResourceSummary[]> => {
  const resources = await listResources(context, live.stackId);
  const survivors = survivorsIn(resources);
  const data = dataIn(resources);
  if (data.length > 0) throw refuseData(context, live, data, survivors);
  // Of one that never succeeded the protection is our own, from before its change set ran; it protects nothing.
  if (live.terminationProtection && live.status === 'DELETE_FAILED') throw refuseProtected(context, live);
  return survivors;
};

const removeRest = async (
  context: StackContext,
  live: ObservedStack,
  kept: readonly StackResourceSummary[],
): Promise<void> => {
  const { status, events } = await deleteStack(context, live, kept);
  if (status === 'DELETE_COMPLETE') return;
  throw new EdlError(
    'EDL-4242',
    'user',
    `${explain(live)}. It holds no data, so EDL tried to delete it, and that failed: ${causesText(events)} Remove that cause and apply again.`,
  );
};

/**
 * Deletes what is left of a creation that failed, of which CloudFormation takes nothing else, if none of it may hold data. What
 * it adopted is retained by its policy; what it made is made anew from git.
 */
export const removeRemains = async (context: StackContext, live: ObservedStack): Promise<void> => {
  await harmless(context, live);
  tell(context, `removing what a failed creation left (${live.status})`);
  if (live.terminationProtection) await unprotect(context, live.stackId);
  await removeRest(context, live, []);
};

/**
 * Lets go of a stack that git has and somebody else wanted to delete: what is left of it serves people, so all of it is kept, and
 * only the stack goes. The next plan adopts what is kept and makes the rest anew.
 */
export const letGo = async (context: StackContext, live: ObservedStack): Promise<void> => {
  const survivors = await harmless(context, live);
  tell(context, `letting go of a stack whose deletion failed, and keeping what is left of it (${live.status})`);
  await removeRest(context, live, survivors);
  if (survivors.length === 0) return;
  throw new EdlError(
    'EDL-4243',
    'retry',
    `${explain(live)}. EDL has let go of the stack and kept what was left of it: ${nameResources(survivors)}. Nobody lost access by that. Plan and apply again: what is kept is adopted, and the rest is made anew.`,
  );
};

/**
 * After the removal a stack is created whole, which the plan may not say: it was made while parts of the stack were there.
 * Then the next plan does, and nothing is made that nobody has seen.
 */
export const refuseUnplanned = ({ work }: StackContext, live: ObservedStack): void => {
  const made = new Set(
    work.changes.filter(({ action }) => action === 'create' || action === 'adopt').map(({ id }) => id),
  );
  if ((work.desired?.resources ?? []).every(({ id }) => made.has(id))) return;
  throw new EdlError(
    'EDL-4243',
    'retry',
    `${explain(live)}. EDL has removed what was left of it, none of which held data. This plan does not create all of it anew, because some of it was still there; plan and apply again.`,
  );
};
