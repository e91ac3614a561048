import { randomUUID } from 'node:crypto';
import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeEventsCommand,
  type CreateChangeSetInput,
  type DescribeChangeSetOutput,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { digestOf } from '../../reconciler/model/digest.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import { asJson } from '../../reconciler/model/json.ts';
import { changeSetPrefix, stackTags } from '../../reconciler/model/names.ts';
import type { Stack } from '../../reconciler/model/resource.ts';
import { asEdlError, whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { waitFor } from '../wait.ts';
import { CHANGE_SET_PATIENCE, type StackContext } from './context.ts';
import type { TemplateSource } from './template-source.ts';

/** A change set that exists. ARNs only: names are not unique between two attempts. */
export interface ChangeSet {
  readonly changeSetArn: string;
  readonly stackId: string;
}

/** What became of a change set's calculation. */
export type ReadyChangeSet =
  | { readonly status: 'empty' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'ready'; readonly changes: readonly ResourceChange[] };

const digits = (digest: string, count: number): string => digest.replace('sha256:', '').slice(0, count);

/** Says what is applied and which approval it follows: the digests of the template and of the planned changes. */
export const changeSetName = (stack: Stack, context: StackContext): string =>
  `${changeSetPrefix(stack.digest)}${digits(digestOf(asJson(context.work.changes)), 8)}`;

/** Removes a change set; one that is gone already is fine. */
export const deleteChangeSet = async (context: StackContext, changeSet: string, stackName?: string): Promise<void> => {
  await whileDoing(`delete change set ${changeSet}`, async () => {
    try {
      await context.client.send(
        new DeleteChangeSetCommand({
          ChangeSetName: changeSet,
          ...(stackName === undefined ? {} : { StackName: stackName }),
        }),
      );
    } catch (error) {
      if (!isFailure(error, 'ChangeSetNotFound', 'ChangeSetNotFoundException')) throw error;
    }
  });
};

/**
 * Creates a change set. One of the same name is left over from an attempt that did not end, or was put there by somebody
 * else: it is removed and never executed, and the caller starts over.
 */
export const createChangeSet = async (
  context: StackContext,
  stack: Stack,
  source: TemplateSource,
  type: 'CREATE' | 'UPDATE',
): Promise<ChangeSet> => {
  const { client, work } = context;
  const name = changeSetName(stack, context);
  const input: CreateChangeSetInput = {
    StackName: work.name,
    ChangeSetName: name,
    ChangeSetType: type,
    ClientToken: randomUUID(),
    Description: `EDL: ${stack.digest}`,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    Tags: Object.entries(stackTags(work.organization, work.instance)).map(([Key, Value]) => ({ Key, Value })),
    ...source,
    ...(work.roleArn === undefined ? {} : { RoleARN: work.roleArn }),
    ...(work.changes.some((change) => change.action === 'adopt') ? { ImportExistingResources: true } : {}),
  };
  try {
    const answer = await client.send(new CreateChangeSetCommand(input));
    return { changeSetArn: answer.Id ?? name, stackId: answer.StackId ?? work.name };
  } catch (error) {
    if (isFailure(error, 'AlreadyExistsException')) await deleteChangeSet(context, name, work.name);
    throw asEdlError(error, `create a change set for stack ${work.name}`);
  }
};

const isNoChange = (reason: string): boolean => /didn't contain changes|no updates are to be performed/i.test(reason);

/** Early validation tells what is wrong in events only (AWSCloudFormation/latest/UserGuide/validate-stack-deployments). */
const readValidation = async (context: StackContext, { changeSetArn }: ChangeSet): Promise<string> => {
  const answer = await context.client.send(
    new DescribeEventsCommand({ ChangeSetName: changeSetArn, Filters: { FailedEvents: true } }),
  );
  return (answer.OperationEvents ?? [])
    .map(
      (event) =>
        `${event.LogicalResourceId ?? ''}${event.ValidationPath ?? ''}: ${event.ValidationStatusReason ?? event.ResourceStatusReason ?? ''}`,
    )
    .join('; ');
};

const failureReason = async (context: StackContext, changeSet: ChangeSet, reason: string): Promise<string> => {
  if (!/EarlyValidation|DescribeEvents/.test(reason)) return reason;
  try {
    return `${reason} ${await readValidation(context, changeSet)}`;
  } catch (error) {
    return `${reason} (${asEdlError(error, 'read the validation events').message})`;
  }
};

const describePage = (
  context: StackContext,
  { changeSetArn }: ChangeSet,
  nextToken?: string,
): Promise<DescribeChangeSetOutput> =>
  context.client.send(
    new DescribeChangeSetCommand({
      ChangeSetName: changeSetArn,
      IncludePropertyValues: true,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    }),
  );

const readChanges = async (
  context: StackContext,
  changeSet: ChangeSet,
  first: DescribeChangeSetOutput,
): Promise<readonly ResourceChange[]> => {
  const changes: ResourceChange[] = [];
  for (let page = first; ; page = await describePage(context, changeSet, page.NextToken)) {
    for (const change of page.Changes ?? [])
      if (change.ResourceChange !== undefined) changes.push(change.ResourceChange);
    if (page.NextToken === undefined) return changes;
  }
};

const isIncomplete = (changes: readonly ResourceChange[]): boolean =>
  changes.some(
    (change) => change.Action === 'Modify' && ((change.Details ?? []).length === 0 || change.Replacement === undefined),
  );

const READINGS = 3;
const READING_PAUSE_MS = 500;

/** With property values, AWS sometimes leaves details out at first; so an incomplete answer is read again. */
const readComplete = async (
  context: StackContext,
  changeSet: ChangeSet,
  first: DescribeChangeSetOutput,
): Promise<readonly ResourceChange[]> => {
  let changes = await readChanges(context, changeSet, first);
  for (let reading = 2; reading <= READINGS && isIncomplete(changes); reading += 1) {
    await context.timer.sleep(READING_PAUSE_MS);
    changes = await readChanges(context, changeSet, await describePage(context, changeSet));
  }
  return changes;
};

/** Waits until CloudFormation has calculated a change set, and reads all of it. */
export const awaitChangeSet = async (context: StackContext, changeSet: ChangeSet): Promise<ReadyChangeSet> => {
  const what = `the change set of stack ${context.work.name}`;
  return whileDoing(`read ${what}`, async () => {
    const described = await waitFor(context.timer, CHANGE_SET_PATIENCE, what, async () => {
      const answer = await describePage(context, changeSet);
      return answer.Status === 'CREATE_PENDING' || answer.Status === 'CREATE_IN_PROGRESS' ? undefined : answer;
    });
    const reason = described.StatusReason ?? 'no reason given';
    if (described.Status === 'CREATE_COMPLETE') {
      return { status: 'ready', changes: await readComplete(context, changeSet, described) };
    }
    if (described.Status !== 'FAILED') {
      throw new EdlError(
        'EDL-4012',
        'retry',
        `Somebody else is removing ${what} (${described.Status ?? 'no status'}).`,
      );
    }
    if (isNoChange(reason)) return { status: 'empty' };
    return { status: 'failed', reason: await failureReason(context, changeSet, reason) };
  });
};
