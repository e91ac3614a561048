import { randomUUID } from 'node:crypto';
import {
  DeleteStackCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { DELETION_TOKEN_PREFIX, stackTags } from '../../reconciler/model/names.ts';
import { whileDoing } from '../errors.ts';
import { waitFor } from '../wait.ts';
import { STACK_PATIENCE, describeStack, tell, type StackContext } from './context.ts';
import { isDataType } from './data-types.ts';
import { conditionOf, stuckAdvice } from './stack-status.ts';

/** All resources of a stack, also those that are gone. */
export const listResources = (context: StackContext, stackId: string): Promise<readonly StackResourceSummary[]> =>
  whileDoing(`list the resources of stack ${context.work.name}`, async () => {
    const resources: StackResourceSummary[] = [];
    for await (const page of paginateListStackResources({ client: context.client }, { StackName: stackId })) {
      resources.push(...(page.StackResourceSummaries ?? []));
    }
    return resources;
  });

/** Data that a stack still holds. A creation that failed before the object was made holds nothing. */
export const dataIn = (resources: readonly StackResourceSummary[]): readonly StackResourceSummary[] =>
  resources.filter(
    (resource) =>
      isDataType(resource.ResourceType) &&
      resource.ResourceStatus !== 'DELETE_COMPLETE' &&
      (resource.PhysicalResourceId ?? '') !== '',
  );

/** Names resources for a message. */
export const nameResources = (resources: readonly StackResourceSummary[]): string =>
  resources
    .map(
      (resource) =>
        `${resource.PhysicalResourceId ?? resource.LogicalResourceId ?? '?'} (${resource.ResourceType ?? '?'})`,
    )
    .join(', ');

/**
 * Refuses a stack that is not ours: its name is, so somebody made it by hand or another lake uses the same names. What
 * carries no tags is refused too; a stack of ours always has them.
 */
export const refuseForeign = (context: StackContext, live: ObservedStack): void => {
  const { work } = context;
  const expected = Object.entries(stackTags(work.organization, work.instance));
  if (expected.every(([key, value]) => live.tags[key] === value)) return;
  const wanted = expected.map(([key, value]) => `${key}=${value}`).join(', ');
  throw new EdlError(
    'EDL-4028',
    'user',
    `Stack ${work.name} exists but is not ours: it lacks the tags ${wanted}. Rename or remove it, or give the instance another name.`,
  );
};

/**
 * Removes a stack that never succeeded, which holds nothing but its name. If it still holds data, that is for people to
 * decide: a bucket in it may have been filled meanwhile.
 */
export const removeShell = async (context: StackContext, shell: ObservedStack): Promise<void> => {
  const { client, work, timer } = context;
  const data = dataIn(await listResources(context, shell.stackId));
  if (data.length > 0) {
    throw new EdlError(
      'EDL-4029',
      'user',
      `Stack ${work.name} is in ${shell.status}: its creation failed, and it still holds ${nameResources(data)}. EDL does not remove what may hold data. If it is empty, remove it, then run: aws cloudformation delete-stack --stack-name ${work.name} --region ${work.region}. Then apply again.`,
    );
  }
  tell(context, `removing what a failed creation left (${shell.status})`);
  await whileDoing(`remove the empty stack ${work.name}`, async () => {
    await client.send(
      new DeleteStackCommand({
        StackName: shell.stackId,
        ClientRequestToken: `${DELETION_TOKEN_PREFIX}${randomUUID()}`,
      }),
    );
    await waitFor(timer, STACK_PATIENCE, `the removal of stack ${work.name}`, async () => {
      const status = (await describeStack(context, shell.stackId))?.status ?? 'DELETE_COMPLETE';
      if (status === 'DELETE_FAILED')
        throw new EdlError('EDL-4023', 'user', stuckAdvice(work.name, work.region, status));
      return status === 'DELETE_COMPLETE' ? status : undefined;
    });
  });
};

/** Waits until no operation runs on the stack. */
const awaitIdle = async (context: StackContext, live: ObservedStack): Promise<ObservedStack | undefined> => {
  tell(context, `waiting: another operation is running (${live.status})`);
  const idle = await waitFor(context.timer, STACK_PATIENCE, `the running operation on stack ${live.name}`, async () => {
    const stack = await describeStack(context, live.stackId);
    if (stack === undefined || stack.status === 'DELETE_COMPLETE') return { stack: undefined };
    return conditionOf(stack.status) === 'busy' ? undefined : { stack };
  });
  return idle.stack;
};

/** The stack when nothing runs on it, whatever its state; absent when there is none. */
export const findIdle = async (context: StackContext): Promise<ObservedStack | undefined> => {
  const live = await describeStack(context, context.work.name);
  return live !== undefined && conditionOf(live.status) === 'busy' ? awaitIdle(context, live) : live;
};

/** Brings a stack where a change set can be made: the stack to update, or none if it is to be created. */
export const settle = async (context: StackContext): Promise<ObservedStack | undefined> => {
  const live = await findIdle(context);
  if (live === undefined) return undefined;
  const condition = conditionOf(live.status);
  if (condition === 'shell') {
    // A stack that was only reviewed has no tags yet; one whose creation was rolled back has them.
    if (live.status !== 'REVIEW_IN_PROGRESS') refuseForeign(context, live);
    await removeShell(context, live);
    return undefined;
  }
  if (condition !== 'ready') throw new EdlError('EDL-4023', 'user', stuckAdvice(live.name, live.region, live.status));
  refuseForeign(context, live);
  return live;
};
