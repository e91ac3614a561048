import { randomUUID } from 'node:crypto';
import { DescribeChangeSetCommand, ExecuteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { EdlError, invariant } from '../../reconciler/model/errors.ts';
import { DIGEST_OUTPUT } from '../../reconciler/model/names.ts';
import type { Stack } from '../../reconciler/model/resource.ts';
import type { Failure } from '../../reconciler/model/result.ts';
import { asEdlError, whileDoing } from '../errors.ts';
import { retryRaces } from '../wait.ts';
import { adoptionsOf, afterImport, importingStack } from './adoption.ts';
import { awaitChangeSet, createChangeSet, deleteChangeSet, type ChangeSet } from './change-set.ts';
import { checkChangeSet } from './check-change-set.ts';
import { describeStack, tell, type StackContext } from './context.ts';
import { followOperation, latestEvent } from './follow.ts';
import { isProtected, protect } from './protection.ts';
import { asFailures } from './root-cause.ts';
import { removeShell, settle } from './settle.ts';
import { conditionOf, isSuccess } from './stack-status.ts';
import { templateSource } from './template-source.ts';

/** What became of an operation on a stack. */
export type StackOutcome =
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'failed'; readonly failures: readonly Failure[] };

const failed = (code: Failure['code'], message: string): StackOutcome => ({
  outcome: 'failed',
  failures: [{ code, message }],
});

/** Takes back a change set that is not executed, and the empty stack that it made if it was to create one. */
const discard = async (context: StackContext, changeSet: ChangeSet, isNew: boolean): Promise<void> => {
  await deleteChangeSet(context, changeSet.changeSetArn);
  if (!isNew) return;
  const shell = await describeStack(context, changeSet.stackId);
  if (shell !== undefined && conditionOf(shell.status) === 'shell') await removeShell(context, shell);
};

/** Whether this very change set has been started: the answer to the first attempt of the call can get lost. */
const isStarted = (context: StackContext, changeSet: ChangeSet): Promise<boolean> =>
  whileDoing(`read the change set of stack ${context.work.name}`, async () => {
    const answer = await context.client.send(new DescribeChangeSetCommand({ ChangeSetName: changeSet.changeSetArn }));
    return answer.ExecutionStatus === 'EXECUTE_IN_PROGRESS' || answer.ExecutionStatus === 'EXECUTE_COMPLETE';
  });

const execute = async (context: StackContext, changeSet: ChangeSet): Promise<void> => {
  const command = new ExecuteChangeSetCommand({
    ChangeSetName: changeSet.changeSetArn,
    ClientRequestToken: randomUUID(),
  });
  try {
    await context.client.send(command);
  } catch (error) {
    const failure = asEdlError(error, `execute the change set of stack ${context.work.name}`);
    if (failure.code !== 'EDL-4012' || !(await isStarted(context, changeSet))) throw failure;
  }
};

/** A status alone proves little; the digest in the outputs says which template the stack has now. */
const verify = async (context: StackContext, desired: Stack, stackId: string): Promise<StackOutcome> => {
  const { work } = context;
  const live = await describeStack(context, stackId);
  if (live === undefined) return failed('EDL-4027', `Stack ${work.name} was applied but is not there. Plan again.`);
  if (live.outputs[DIGEST_OUTPUT] !== desired.digest) {
    return failed(
      'EDL-4027',
      `Stack ${work.name} reports ${live.status}, but its template is not the one that was applied (${DIGEST_OUTPUT} is ${live.outputs[DIGEST_OUTPUT] ?? 'missing'}, not ${desired.digest}). Somebody else may be changing it; plan again.`,
    );
  }
  if (isProtected(context, desired) && !live.terminationProtection) {
    await protect(context, live.stackId);
  }
  return { outcome: 'applied' };
};

const runChangeSet = async (
  context: StackContext,
  desired: Stack,
  changeSet: ChangeSet,
  isNew: boolean,
): Promise<StackOutcome> => {
  const since = isNew ? undefined : await latestEvent(context, changeSet.stackId);
  if (isNew && isProtected(context, desired)) await protect(context, changeSet.stackId);
  await execute(context, changeSet);
  const { status, events } = await followOperation(context, changeSet.stackId, since);
  if (!isSuccess(status)) return { outcome: 'failed', failures: asFailures(context.work, status, events) };
  return verify(context, desired, changeSet.stackId);
};

const attempt = async (context: StackContext, desired: Stack): Promise<StackOutcome> => {
  const { work } = context;
  invariant(desired.template, `Stack ${work.name} has no template.`);
  const { stack: live, isMended } = await settle(context);
  const isNew = live === undefined;
  const source = await templateSource(context, desired.template);
  const changeSet = await createChangeSet(context, desired, source, isNew ? 'CREATE' : 'UPDATE');
  tell(context, 'calculating the change set');
  const ready = await awaitChangeSet(context, changeSet);
  if (ready.status === 'failed') {
    await discard(context, changeSet, isNew);
    return failed('EDL-4022', `CloudFormation refused the change set of stack ${work.name}: ${ready.reason}`);
  }
  if (ready.status === 'empty') {
    await discard(context, changeSet, isNew);
    if (isNew) return { outcome: 'unchanged' };
    const verified = await verify(context, desired, live.stackId);
    // What was mended is work that was done, though nothing of the template is left to change.
    return isMended || verified.outcome === 'failed' ? verified : { outcome: 'unchanged' };
  }
  const problems = checkChangeSet(ready.changes, work.changes);
  if (problems.length > 0) {
    await discard(context, changeSet, isNew);
    return failed(
      'EDL-4021',
      `The change set of stack ${work.name} does more than the plan: ${problems.join('; ')}. Nothing was changed. Plan again; what is live has moved since.`,
    );
  }
  return runChangeSet(context, desired, changeSet, isNew);
};

/**
 * Creates or updates a stack through a change set that is checked against the plan before it runs. Applied twice, the second
 * time finds nothing to change. Races with other operations start over from the beginning. Objects to adopt are imported as
 * they are first, and then brought to what is declared.
 */
export const applyStack = async (context: StackContext, desired: Stack): Promise<StackOutcome> => {
  if (desired.driver !== 'cloudformation') {
    throw new EdlError('EDL-9041', 'bug', `Stack ${desired.name} is not one of CloudFormation's.`);
  }
  const adoptions = adoptionsOf(context.work.changes);
  const run = (work: () => Promise<StackOutcome>): Promise<StackOutcome> =>
    retryRaces(context.timer, work, context.races);
  if (adoptions.length === 0) return run(() => attempt(context, desired));
  const imported = await run(() => attempt(context, importingStack(desired, adoptions)));
  if (imported.outcome === 'failed') return imported;
  return run(() => attempt(afterImport(context), desired));
};
