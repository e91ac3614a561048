import { randomUUID } from 'node:crypto';
import { CreateChangeSetCommand, ExecuteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { digestOf } from '../../reconciler/model/digest.ts';
import type { StackHealed, StackHealing } from '../../reconciler/model/heal.ts';
import { asJson } from '../../reconciler/model/json.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { awaitChangeSet, deleteChangeSet, type ChangeSet } from '../cloudformation/change-set.ts';
import { tell, type StackContext } from '../cloudformation/context.ts';
import { followOperation, latestEvent } from '../cloudformation/follow.ts';
import { asFailures } from '../cloudformation/root-cause.ts';
import { findIdle, refuseForeign } from '../cloudformation/settle.ts';
import { conditionOf, isSuccess, stuckAdvice } from '../cloudformation/stack-status.ts';
import { templateSource } from '../cloudformation/template-source.ts';
import { asEdlError, whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { retryRaces } from '../wait.ts';
import { judgeRevert } from './coverage.ts';

const refused = (reason: string): StackHealed => ({ status: 'refused', reason });

/** Says what is put right, so that a change set that an earlier attempt left behind is known. */
const nameOf = (healing: StackHealing): string =>
  `edl-revert-${digestOf(asJson(healing.objects.map(({ id, parts }) => [id, parts])))
    .replace('sha256:', '')
    .slice(0, 12)}`;

/**
 * A change set that compares with what is live (AWSCloudFormation/latest/UserGuide/drift-aware-change-sets). Without tags and
 * role, CloudFormation keeps those that the stack has.
 */
const create = async (context: StackContext, healing: StackHealing, live: ObservedStack): Promise<ChangeSet> => {
  const name = nameOf(healing);
  const source =
    healing.template === undefined ? { UsePreviousTemplate: true } : await templateSource(context, healing.template);
  try {
    const answer = await context.client.send(
      new CreateChangeSetCommand({
        StackName: live.stackId,
        ChangeSetName: name,
        ChangeSetType: 'UPDATE',
        ClientToken: randomUUID(),
        Description: 'EDL: puts back what was changed by hand',
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        DeploymentMode: 'REVERT_DRIFT',
        ...source,
      }),
    );
    return { changeSetArn: answer.Id ?? name, stackId: answer.StackId ?? live.stackId };
  } catch (error) {
    if (isFailure(error, 'AlreadyExistsException')) await deleteChangeSet(context, name, live.name);
    throw asEdlError(error, `create a change set for stack ${live.name}`);
  }
};

const run = async (context: StackContext, changeSet: ChangeSet, covered: StackHealed): Promise<StackHealed> => {
  const since = await latestEvent(context, changeSet.stackId);
  await whileDoing(`execute the change set of stack ${context.work.name}`, () =>
    context.client.send(
      new ExecuteChangeSetCommand({ ChangeSetName: changeSet.changeSetArn, ClientRequestToken: randomUUID() }),
    ),
  );
  const { status, events } = await followOperation(context, changeSet.stackId, since);
  if (isSuccess(status)) return covered;
  const reasons = asFailures(context.work, status, events).map(({ message }) => message);
  return { status: 'failed', reason: `Stack ${context.work.name} ended in ${status}: ${reasons.join('; ')}` };
};

const attempt = async (context: StackContext, healing: StackHealing): Promise<StackHealed> => {
  const live = await findIdle(context);
  if (live === undefined) return refused(`Stack ${healing.name} is not there. Run edl apply.`);
  if (conditionOf(live.status) !== 'ready') return refused(stuckAdvice(live.name, live.region, live.status));
  refuseForeign(context, live);
  const changeSet = await create(context, healing, live);
  tell(context, 'calculating the change set that reverts drift');
  const ready = await awaitChangeSet(context, changeSet);
  if (ready.status !== 'ready') {
    await deleteChangeSet(context, changeSet.changeSetArn);
    const reason = ready.status === 'empty' ? 'it shows no drift' : ready.reason;
    return refused(`The change set of stack ${healing.name} was not executed: ${reason}.`);
  }
  const verdict = judgeRevert(ready.changes, healing.objects);
  if (verdict.status === 'bad') {
    await deleteChangeSet(context, changeSet.changeSetArn);
    return refused(`The change set of stack ${healing.name} was not executed: ${verdict.problems.join('; ')}.`);
  }
  return run(context, changeSet, { status: 'reverted', covered: verdict.covered });
};

/**
 * Puts a stack right by a drift-aware change set, but only if that does what it is asked to and nothing else; otherwise the
 * change set is deleted and nothing is changed. Never throws: what goes wrong is in the result.
 */
export const revertStack = async (context: StackContext, healing: StackHealing): Promise<StackHealed> => {
  try {
    return await retryRaces(context.timer, () => attempt(context, healing));
  } catch (error) {
    return { status: 'failed', reason: asEdlError(error, `revert stack ${healing.name}`).message };
  }
};
