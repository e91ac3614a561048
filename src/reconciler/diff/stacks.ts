import { STACK_KIND } from '../live/coverage.ts';
import { desiredStacks, stackKey } from '../live/templates-needed.ts';
import { isEmptyStack } from '../live/ownership.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveStack, LiveState } from '../model/live.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState, ResourceId } from '../model/resource.ts';

/** The type of stacks themselves. */
export const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** The id of a stack itself, where no resource of it tells that it changes. */
export const stackId = (name: string): ResourceId => `${STACK_KIND}/${name}`;

const baseOf = (stack: { readonly name: string; readonly region: string }) => ({
  id: stackId(stack.name),
  kind: STACK_KIND,
  type: STACK_TYPE,
  stack: stack.name,
  region: stack.region,
});

const updateOf = (live: LiveStack, digest: string): Change => ({
  action: 'update',
  ...baseOf(live),
  properties: [
    {
      path: '/EdlDigest',
      ...(live.digest === undefined ? {} : { before: live.digest }),
      after: digest,
      cause: 'edited',
    },
  ],
  impact: 'in-place',
});

/**
 * Changes of stacks that show in none of their resources: a template that differs in something else than properties
 * (dependencies, outputs, descriptions), and a stack of ours that is no longer desired and holds nothing (a stack that holds
 * something, none of which shows among the changes, could not be read). `held` are stacks to leave alone, because something
 * of theirs could not be read or decided.
 */
export const stackChanges = (
  desired: DesiredState,
  live: LiveState,
  changes: readonly Change[],
  held: ReadonlySet<string>,
): readonly Change[] => {
  const wanted = desiredStacks(desired);
  const told = new Set(changes.map((change) => stackKey(change.region, change.stack)));
  return live.stacks.flatMap((stack): readonly Change[] => {
    const key = stackKey(stack.region, stack.name);
    if (stack.ownership !== 'ours' || told.has(key) || held.has(key)) return [];
    const target = wanted.get(key);
    if (target === undefined)
      return isEmptyStack(stack) ? [{ action: 'prune', ...baseOf(stack), holdsData: false }] : [];
    return target.digest === stack.digest ? [] : [updateOf(stack, target.digest)];
  });
};

const isBusy = (status: string): boolean => status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

const isStuck = (status: string): boolean => status.endsWith('_FAILED');

const busy = (stack: LiveStack): Diagnostic => ({
  code: 'EDL-3103',
  severity: 'warning',
  summary: 'Stack is busy',
  detail: `Stack ${stack.name} in ${stack.region} is ${stack.status}: somebody else is changing it right now, and CloudFormation takes one operation a stack at a time. Wait until it is done and plan again; an apply before that will fail for this stack.`,
  target: stack.name,
});

const stuck = (stack: LiveStack): Diagnostic => ({
  code: 'EDL-3104',
  severity: 'warning',
  summary: 'Stack is stuck',
  detail: `Stack ${stack.name} in ${stack.region} is ${stack.status}: an earlier operation failed in a way that CloudFormation cannot leave by itself. Look at the stack's events, remove the cause, and continue the rollback (UPDATE_ROLLBACK_FAILED) or delete the stack (CREATE_FAILED, ROLLBACK_FAILED, DELETE_FAILED); then plan again.`,
  target: stack.name,
});

/** Warnings about stacks that this plan changes and that CloudFormation will not let change now. */
export const stackDiagnostics = (live: LiveState, changes: readonly Change[]): readonly Diagnostic[] => {
  const touched = new Set(changes.map((change) => stackKey(change.region, change.stack)));
  return live.stacks
    .filter((stack) => stack.ownership === 'ours' && touched.has(stackKey(stack.region, stack.name)))
    .flatMap((stack) => (isBusy(stack.status) ? [busy(stack)] : isStuck(stack.status) ? [stuck(stack)] : []));
};
