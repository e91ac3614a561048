import { STACK_PATIENCE } from '../aws/cloudformation/context.ts';
import type { Aws } from '../aws/create-aws.ts';
import { systemTimer, waitFor, type Timer } from '../aws/wait.ts';
import { isBusy } from '../reconciler/diff/stacks.ts';
import { ownershipOfStack } from '../reconciler/live/ownership.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import type { ObservedStack } from '../reconciler/model/live.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

/** What waiting for stacks needs. */
export interface IdleParts {
  readonly aws: Pick<Aws, 'reads' | 'freshReads' | 'forget'>;
  readonly desired: Pick<DesiredState, 'organization' | 'instance' | 'regions' | 'stacks'>;
  readonly reporter: Reporter;
  /** Ends the waiting; what is planned then may not be applied. */
  readonly stopping?: AbortSignal | undefined;
  readonly timer?: Timer;
}

/** The stacks of ours that something runs on; absent where nobody can tell. */
const busyStacks = async ({ desired }: IdleParts, reads: AwsReads): Promise<readonly ObservedStack[] | undefined> => {
  const names = new Set(desired.stacks.map(({ name }) => name));
  try {
    const stacks = await Promise.all(desired.regions.map((region) => reads.stacks(region)));
    return stacks
      .flat()
      .filter(
        (stack) => isBusy(stack.status) && (names.has(stack.name) || ownershipOfStack(stack, desired) === 'ours'),
      );
  } catch (error) {
    if (error instanceof EdlError && error.disposition !== 'bug') return undefined;
    throw error;
  }
};

const list = (stacks: readonly ObservedStack[]): string =>
  stacks.map(({ name, status }) => `${name} (${status})`).join(', ');

/**
 * Waits until no operation runs on any stack of the instance, also none that git wants nothing of. CloudFormation answers with
 * the template and outputs from before an operation until that ends, so a run that was killed leaves stacks of which nobody can
 * say what they will be; a plan made meanwhile would find nothing to do, and what it was to take back would come later. Costs no
 * call where nothing runs. Throws EDL-4024 when an operation does not end.
 */
export const awaitIdleStacks = async (parts: IdleParts): Promise<void> => {
  const { aws, reporter, stopping, timer = systemTimer } = parts;
  // What cannot be read at all is for the plan to tell, and blocks it.
  const first = (await busyStacks(parts, aws.reads)) ?? [];
  if (first.length === 0) return;
  const message = `Waiting until AWS has finished what runs already: ${list(first)}. What it comes to is not known before.`;
  reporter.emit({ type: 'note', message });
  await waitFor(timer, STACK_PATIENCE, `the operations that run on ${list(first)}`, async () => {
    if (stopping?.aborted === true) return true;
    return (await busyStacks(parts, aws.freshReads()))?.length === 0 ? true : undefined;
  });
  aws.forget();
};
