import { randomUUID } from 'node:crypto';
import { DeleteStackCommand, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { DELETION_TOKEN_PREFIX } from '../../reconciler/model/names.ts';
import { whileDoing } from '../errors.ts';
import { asRole, placeOf, type StackContext } from './context.ts';
import { followOperation, latestEvent, type Ending } from './follow.ts';

/** What of the AWS CLI lifts the protection of the stack from deletion. */
export const unprotectCommand = (context: StackContext): string =>
  `aws cloudformation update-termination-protection --no-enable-termination-protection ${placeOf(context)}`;

/** Starts the deletion of a stack, all of it but what is kept; only a deletion that has failed before may keep anything. */
export const startDeletion = async (
  context: StackContext,
  live: ObservedStack,
  kept: readonly StackResourceSummary[] = [],
): Promise<void> => {
  const ids = kept.flatMap(({ LogicalResourceId }) => LogicalResourceId ?? []);
  await whileDoing(`delete stack ${live.name}`, () =>
    context.client.send(
      new DeleteStackCommand({
        StackName: live.stackId,
        ClientRequestToken: `${DELETION_TOKEN_PREFIX}${randomUUID()}`,
        ...(ids.length === 0 ? {} : { RetainResources: ids }),
        ...asRole(context),
      }),
    ),
  );
};

/** Deletes a stack, and follows that to its end, whichever it is. */
export const deleteStack = async (
  context: StackContext,
  live: ObservedStack,
  kept: readonly StackResourceSummary[] = [],
): Promise<Ending> => {
  const since = await latestEvent(context, live.stackId);
  await startDeletion(context, live, kept);
  return followOperation(context, live.stackId, since);
};
