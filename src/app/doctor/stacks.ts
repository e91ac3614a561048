import { conditionOf, stuckAdvice } from '../../aws/cloudformation/stack-status.ts';
import { broken, good, warning, type Check } from '../../reconciler/model/doctor.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { stackTags } from '../../reconciler/model/names.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { attempt } from './attempt.ts';

type Scope = Pick<DesiredState, 'organization' | 'instance' | 'regions' | 'stacks'>;

const BUSY = 'Wait until it is done; apply waits as well. If it does not end, see its events.';

/** What is said of one stack; nothing where all is well. */
const judge = ({ name, region, status }: ObservedStack, instance: string): readonly Check[] => {
  const title = `stack ${name} (${region})`;
  const apply = commandLine(`edl apply --instance ${instance}`);
  const mended = (found: string, says: string): readonly Check[] => [
    broken(title, `${status}: ${found}`, inLines(says, apply)),
  ];
  switch (conditionOf(status)) {
    case 'ready':
      return [];
    case 'busy':
      return [warning(title, `an operation runs on it: ${status}`, BUSY)];
    case 'shell':
      return [
        warning(
          title,
          `${status}: its creation never succeeded, and it holds nothing`,
          inLines('The next apply removes it first:', apply),
        ),
      ];
    case 'halted':
      return mended(
        'an update failed, and so did its rollback',
        'This goes on with the rollback; if that fails again, it says why and what can be left out:',
      );
    case 'paused':
      return mended(
        'an update failed with its rollback switched off',
        'This rolls it back to its last good state and goes on from there, unless that could delete data; then it prints the command:',
      );
    case 'remains':
      return mended(
        'its creation failed, and only a deletion is possible',
        'This deletes what is left and creates it anew, unless that may hold data; then it prints the command:',
      );
    case 'half-deleted':
      return mended(
        "somebody's deletion failed half-way",
        'Where git has it, run this twice: the first lets go of the stack and keeps what is left of it, the second adopts that. If it may hold data, the first prints the command instead. Where git has it no more, one apply finishes the deletion:',
      );
    case 'stuck':
      return [broken(title, `${status}: apply cannot mend that`, stuckAdvice(name, region, status))];
  }
};

/** Stacks of ours by their tags, and those of our names that have none yet: a change set that was never executed. */
const isOurs = (stack: ObservedStack, scope: Scope): boolean =>
  Object.entries(stackTags(scope.organization, scope.instance)).every(([key, value]) => stack.tags[key] === value) ||
  (stack.status === 'REVIEW_IN_PROGRESS' && scope.stacks.some(({ name }) => name === stack.name));

/** Which stacks an earlier operation left in a state that needs something. A region that cannot be read is told elsewhere. */
export const checkStacks = async (reads: AwsReads, scope: Scope): Promise<readonly Check[]> => {
  const ofRegions = await Promise.all(
    scope.regions.map(async (region): Promise<readonly Check[]> => {
      const answer = await attempt(() => reads.stacks(region));
      if (answer.status === 'failed') return [];
      const ours = answer.value.filter((stack) => isOurs(stack, scope));
      const found = ours.flatMap((stack) => judge(stack, scope.instance));
      return found.length > 0 ? found : [good(`stacks (${region})`, `${ours.length} of this instance, none is stuck`)];
    }),
  );
  return ofRegions.flat();
};
