import { randomUUID } from 'node:crypto';
import {
  ContinueUpdateRollbackCommand,
  RollbackStackCommand,
  type StackEvent,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { whileDoing } from '../errors.ts';
import { asRole, describeStack, placeOf, tell, type StackContext } from './context.ts';
import { followOperation, latestEvent, readEvents, type Ending } from './follow.ts';
import { causesText, isCancelled, isStackEvent } from './root-cause.ts';
import { dataIn, idsOf, listResources, nameResources } from './stack-resources.ts';
import { conditionOf } from './stack-status.ts';

/**
 * What may be left out of a rollback: only resources whose own rollback failed, not those that were stopped with it
 * (AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback, ResourcesToSkip).
 */
const skippable = (resources: readonly StackResourceSummary[]): readonly StackResourceSummary[] =>
  resources.filter(
    ({ ResourceStatus, ResourceStatusReason }) =>
      ResourceStatus === 'UPDATE_FAILED' && !isCancelled(ResourceStatusReason),
  );

/** Only people can decide to leave a resource behind in a state that no template describes, so the command for it is theirs. */
const failedAgain = async (
  context: StackContext,
  live: ObservedStack,
  what: string,
  { status, events }: Ending,
): Promise<EdlError> => {
  const failed = status === 'UPDATE_ROLLBACK_FAILED' ? skippable(await listResources(context, live.stackId)) : [];
  const skip = `aws cloudformation continue-update-rollback --resources-to-skip ${idsOf(failed)} ${placeOf(context)}`;
  const way =
    failed.length === 0
      ? []
      : [
          '',
          `If that cannot be done, ${nameResources(failed)} can be left as it is now, and what the rollback would have put back is lost:`,
          commandLine(skip),
          'Then apply again.',
        ];
  return new EdlError(
    'EDL-4240',
    'user',
    inLines(
      `Stack ${context.work.name} is in ${status}: ${what} ${causesText(events)} Remove that cause and apply again.`,
      ...way,
    ),
  );
};

const begin = async (
  context: StackContext,
  live: ObservedStack,
  send: (input: { readonly StackName: string; readonly ClientRequestToken: string }) => Promise<unknown>,
): Promise<Ending> => {
  const since = await latestEvent(context, live.stackId);
  await whileDoing(`roll back stack ${context.work.name}`, () =>
    send({ StackName: live.stackId, ClientRequestToken: randomUUID(), ...asRole(context) }),
  );
  return followOperation(context, live.stackId, since);
};

/**
 * Goes on with a rollback that stopped half-way: the stack returns to its last good state, and nothing is lost by trying
 * (AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback).
 */
export const continueRollback = async (
  context: StackContext,
  live: ObservedStack,
): Promise<ObservedStack | undefined> => {
  tell(context, `going on with the rollback of an earlier update (${live.status})`);
  const ending = await begin(context, live, (input) => context.client.send(new ContinueUpdateRollbackCommand(input)));
  if (ending.status !== 'UPDATE_ROLLBACK_COMPLETE') {
    const what = 'an update failed, and so did its rollback. EDL went on with the rollback, and it failed again:';
    throw await failedAgain(context, live, what, ending);
  }
  return describeStack(context, live.stackId);
};

const PAUSED = 'an update failed with its rollback switched off';

/** The events since the stack was in a good state last; undefined when none of them tells of one. */
const sinceStable = (events: readonly StackEvent[]): readonly StackEvent[] | undefined => {
  const last = events.findLastIndex(
    (event) => isStackEvent(event) && conditionOf(event.ResourceStatus ?? '') === 'ready',
  );
  return last === -1 ? undefined : events.slice(last + 1);
};

/** Without a good state to go back to, AWS deletes the stack instead (AWSCloudFormation/latest/APIReference/API_RollbackStack). */
const refuseUnstable = (context: StackContext, live: ObservedStack): EdlError =>
  new EdlError(
    'EDL-4244',
    'user',
    inLines(
      `Stack ${live.name} is in ${live.status}: ${PAUSED}, and its events (AWS keeps those of 90 days) tell of no good state before. If there is none, AWS would delete the stack instead of rolling it back, so EDL does not.`,
      '',
      'Go forward with a corrected template:',
      commandLine(
        `aws cloudformation update-stack --disable-rollback ${placeOf(context)} --capabilities CAPABILITY_NAMED_IAM --template-body file://corrected.json`,
      ),
      'Or, if all that it holds may go:',
      commandLine(`aws cloudformation rollback-stack ${placeOf(context)}`),
      'Then apply again.',
    ),
  );

const refuseNewData = (context: StackContext, live: ObservedStack, data: readonly StackResourceSummary[]): EdlError =>
  new EdlError(
    'EDL-4241',
    'user',
    inLines(
      `Stack ${live.name} is in ${live.status}: ${PAUSED}. That update has made ${nameResources(data)}, which rolling back could delete, and EDL never deletes what may hold data.`,
      '',
      'If it is empty or its content is copied, run:',
      commandLine(`aws cloudformation rollback-stack ${placeOf(context)}`),
      'Then apply again.',
    ),
  );

/** Data that was made since; what has no such event was there before, and a rollback keeps it. */
const dataOf = async (
  context: StackContext,
  live: ObservedStack,
  events: readonly StackEvent[],
): Promise<readonly StackResourceSummary[]> => {
  const made = new Set(
    events
      .filter(({ ResourceStatus }) => ResourceStatus?.startsWith('CREATE_') === true)
      .map(({ PhysicalResourceId }) => PhysicalResourceId),
  );
  return dataIn(await listResources(context, live.stackId)).filter(({ PhysicalResourceId }) =>
    made.has(PhysicalResourceId),
  );
};

/**
 * Takes an update back that failed with its rollback switched off. The last good state is one that was approved before; the
 * apply then goes on from there. Refused where AWS would delete the stack, or something new that may hold data.
 */
export const rollBack = async (context: StackContext, live: ObservedStack): Promise<ObservedStack | undefined> => {
  const events = await whileDoing(`read the events of stack ${live.name}`, () => readEvents(context, live.stackId));
  const since = sinceStable(events);
  if (since === undefined) throw refuseUnstable(context, live);
  const data = await dataOf(context, live, since);
  if (data.length > 0) throw refuseNewData(context, live, data);
  tell(context, `rolling back an update that failed with its rollback switched off (${live.status})`);
  const ending = await begin(context, live, (input) => context.client.send(new RollbackStackCommand(input)));
  if (ending.status !== 'UPDATE_ROLLBACK_COMPLETE')
    throw await failedAgain(context, live, `${PAUSED}. EDL rolled it back, and that failed:`, ending);
  return describeStack(context, live.stackId);
};
