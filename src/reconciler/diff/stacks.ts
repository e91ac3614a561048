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

/** What an apply does about a stuck stack, also when git asks for nothing else of it. Other statuses need somebody who decides. */
const MENDED: Readonly<Record<string, string>> = {
  UPDATE_ROLLBACK_FAILED:
    'Apply goes on with its rollback first, and leaves nothing out: if it fails again, the message tells why.',
  UPDATE_FAILED:
    'Apply rolls it back to its last good state first, if that deletes nothing that may hold data; then it does what git asks for.',
  CREATE_FAILED: 'Apply deletes what is left of it, if none of that may hold data, and creates it anew.',
  ROLLBACK_FAILED: 'Apply deletes what is left of it, if none of that may hold data, and creates it anew.',
  DELETE_FAILED:
    'Where git has it, apply lets go of the stack and keeps all that is left of it, if none of that may hold data, and the apply after it adopts what is kept. Where git has it no more, apply finishes the deletion as planned here.',
};

const freeingOf = (live: LiveStack): Change => ({
  action: 'update',
  ...baseOf(live),
  properties: [{ path: '/StackStatus', before: live.status, cause: 'edited' }],
  impact: 'in-place',
});

/**
 * Changes of stacks that show in none of their resources: a template that differs in something else than properties
 * (dependencies, outputs, descriptions), a stack that an earlier operation left stuck, and a stack of ours that is no longer desired and holds nothing (a stack that holds
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
    if (target.digest !== stack.digest) return [updateOf(stack, target.digest)];
    return MENDED[stack.status] === undefined ? [] : [freeingOf(stack)];
  });
};

/** Whether an operation runs on a stack: what is told of it is from before. */
export const isBusy = (status: string): boolean => status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

const isStuck = (status: string): boolean => status.endsWith('_FAILED');

const busy = (stack: LiveStack): Diagnostic => ({
  code: 'EDL-3103',
  severity: 'warning',
  summary: 'Stack is busy',
  detail: `Stack ${stack.name} in ${stack.region} is ${stack.status}: an operation runs on it, and CloudFormation takes one a stack at a time. What is told of it here is from before, and may be outdated when that ends. Apply waits for that, and plans then.`,
  target: stack.name,
});

const stuck = ({ name, region, status }: LiveStack): Diagnostic => ({
  code: 'EDL-3104',
  severity: 'warning',
  summary: 'Stack is stuck',
  detail: `Stack ${name} in ${region} is ${status}: an earlier operation failed in a way that CloudFormation cannot leave by itself. ${MENDED[status] ?? 'Apply cannot mend that: see its events, and run edl doctor for the command that frees it.'}`,
  target: name,
});

/** Warnings about all stacks of ours that CloudFormation will not let change now, also those that this plan does not. */
export const stackDiagnostics = (live: LiveState): readonly Diagnostic[] =>
  live.stacks
    .filter(({ ownership }) => ownership === 'ours')
    .flatMap((stack) => (isStuck(stack.status) ? [stuck(stack)] : isBusy(stack.status) ? [busy(stack)] : []));
