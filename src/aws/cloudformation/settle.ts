import { EdlError } from '../../reconciler/model/errors.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { stackTags } from '../../reconciler/model/names.ts';
import { whileDoing } from '../errors.ts';
import { waitFor } from '../wait.ts';
import { STACK_PATIENCE, describeStack, placeOf, tell, type StackContext } from './context.ts';
import { startDeletion, unprotectCommand } from './delete-stack.ts';
import { letGo, refuseUnplanned, removeRemains } from './mend.ts';
import { unprotect } from './protection.ts';
import { continueRollback, rollBack } from './roll-back.ts';
import { dataIn, listResources, nameResources } from './stack-resources.ts';
import { conditionOf, stuckAdvice } from './stack-status.ts';

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

const refuseFilled = (context: StackContext, shell: ObservedStack, held: string): EdlError =>
  new EdlError(
    'EDL-4029',
    'user',
    inLines(
      `Stack ${shell.name} is in ${shell.status}: its creation failed, and it still holds ${held}. EDL does not remove what may hold data.`,
      '',
      'If it is empty, remove it, then run:',
      ...(shell.terminationProtection ? [commandLine(unprotectCommand(context))] : []),
      commandLine(`aws cloudformation delete-stack ${placeOf(context)}`),
      'Then apply again.',
    ),
  );

/**
 * Removes a stack that never succeeded, which holds nothing but its name. If it still holds data, that is for people to
 * decide: a bucket in it may have been filled meanwhile. The stack itself is asked whether it is gone: one that was only
 * reviewed need not tell its removal in events.
 */
export const removeShell = async (context: StackContext, shell: ObservedStack): Promise<void> => {
  const data = dataIn(await listResources(context, shell.stackId));
  if (data.length > 0) throw refuseFilled(context, shell, nameResources(data));
  tell(context, `removing what a failed creation left (${shell.status})`);
  if (shell.terminationProtection) await unprotect(context, shell.stackId);
  await startDeletion(context, shell);
  const what = `the removal of stack ${shell.name}`;
  await whileDoing(`follow ${what}`, () =>
    waitFor(context.timer, STACK_PATIENCE, what, async () => {
      const status = (await describeStack(context, shell.stackId))?.status ?? 'DELETE_COMPLETE';
      if (status === 'DELETE_FAILED')
        throw new EdlError('EDL-4023', 'user', stuckAdvice(shell.name, shell.region, status));
      return status === 'DELETE_COMPLETE' ? status : undefined;
    }),
  );
};

/** Waits until no operation runs on the stack. */
const awaitIdle = async (context: StackContext, live: ObservedStack): Promise<ObservedStack | undefined> => {
  const message = `waiting: another operation is running (${live.status})`;
  tell(context, message);
  // A log shows no progress of stacks, and would not say why nothing happens for minutes.
  context.reporter.emit({ type: 'note', message: `  ${live.name}: ${message}` });
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

/** A stack on which a change set can be made; absent when it is to be created. */
export interface Settled {
  readonly stack: ObservedStack | undefined;
  /** Whether an earlier operation had left it stuck: then something was done even if nothing else is to do. */
  readonly isMended: boolean;
}

/**
 * Brings a stack where a change set can be made: the stack to update, or none if it is to be created. Mends what an earlier
 * operation left:
 *
 * | status                                       | what is done                                        |
 * |----------------------------------------------|-----------------------------------------------------|
 * | …_COMPLETE of an update, creation or import  | nothing, it is ready                                |
 * | …_IN_PROGRESS                                | waited for                                          |
 * | REVIEW_IN_PROGRESS, ROLLBACK_COMPLETE        | removed if it holds no data, then created           |
 * | UPDATE_ROLLBACK_FAILED                       | its rollback is gone on with once                   |
 * | UPDATE_FAILED                                | rolled back to its last good state                  |
 * | CREATE_FAILED, ROLLBACK_FAILED               | deleted if it holds no data, then created           |
 * | DELETE_FAILED                                | let go of, and nothing in it deleted                |
 * | IMPORT_ROLLBACK_FAILED, other                | refused with the command: somebody must decide      |
 */
export const settle = async (context: StackContext): Promise<Settled> => {
  const live = await findIdle(context);
  if (live === undefined) return { stack: undefined, isMended: false };
  const condition = conditionOf(live.status);
  if (condition === 'shell') {
    // A stack that was only reviewed has no tags yet; one whose creation was rolled back has them.
    if (live.status !== 'REVIEW_IN_PROGRESS') refuseForeign(context, live);
    await removeShell(context, live);
    return { stack: undefined, isMended: true };
  }
  refuseForeign(context, live);
  switch (condition) {
    case 'ready':
      return { stack: live, isMended: false };
    case 'halted':
      return { stack: await continueRollback(context, live), isMended: true };
    case 'paused':
      return { stack: await rollBack(context, live), isMended: true };
    case 'remains':
      await removeRemains(context, live);
      break;
    case 'half-deleted':
      await letGo(context, live);
      break;
    case 'busy':
    case 'stuck':
      throw new EdlError('EDL-4023', 'user', stuckAdvice(live.name, live.region, live.status));
  }
  refuseUnplanned(context, live);
  return { stack: undefined, isMended: true };
};
