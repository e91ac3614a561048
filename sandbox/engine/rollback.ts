import { inOrder, reversed } from './graph.ts';
import type { Done, Run } from './run.ts';
import type { Stack, StackResource } from './stack.ts';
import { recordEvent, setStatus } from './stack.ts';
import { deleteStep, updateStep } from './steps.ts';
import type { Environment } from './environment.ts';
import { activeResources, scopeOf } from './resolve.ts';

/** Resources to delete, with the policy that may keep them. */
export interface Removal {
  readonly resource: StackResource;
  readonly isRetained: boolean;
}

/** Deletes resources, dependants first, in parallel where independent; returns those that would not go. */
export const removeAll = async (
  environment: Environment,
  stack: Stack,
  removals: readonly Removal[],
): Promise<readonly string[]> => {
  const byId = new Map(removals.map((removal) => [removal.resource.logicalId, removal]));
  const ids = [...byId.keys()];
  const dependencies = (id: string): Iterable<string> => byId.get(id)?.resource.dependsOn ?? [];
  const visit = async (id: string): Promise<boolean> => {
    const removal = byId.get(id);
    if (removal === undefined) return true;
    const { resource, isRetained } = removal;
    const step = { environment, stack, logicalId: id, definition: resource };
    return deleteStep(step, resource.physicalId, resource.properties, isRetained);
  };
  return inOrder(ids, reversed(ids, dependencies), visit, 'go-on');
};

/** What a failed creation made is deleted; `Retain` keeps it, `RetainExceptOnCreate` does not (aws-attribute-deletionpolicy). */
const createdRemovals = ({ done, dropsRetained }: Run): readonly Removal[] =>
  done.flatMap((entry) => {
    if (entry.kind === 'created') {
      const isKept = !dropsRetained && !entry.isFailed && entry.resource.deletionPolicy === 'Retain';
      return [{ resource: entry.resource, isRetained: isKept }];
    }
    return entry.kind === 'imported' ? [{ resource: entry.resource, isRetained: true }] : [];
  });

/** Takes back a stack's creation. */
export const rollBackCreate = async (run: Run, reason: string): Promise<void> => {
  const { environment, stack } = run;
  const isDelete = stack.onFailure === 'DELETE';
  setStatus(stack, isDelete ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
  const failed = await removeAll(environment, stack, createdRemovals(run));
  for (const id of [...stack.resources.keys()]) if (!failed.includes(id)) stack.resources.delete(id);
  const detail = `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
  if (failed.length > 0) setStatus(stack, isDelete ? 'DELETE_FAILED' : 'ROLLBACK_FAILED', detail);
  else if (isDelete) {
    stack.deletedAt = new Date();
    setStatus(stack, 'DELETE_COMPLETE');
  } else setStatus(stack, 'ROLLBACK_COMPLETE');
};

/** Brings one resource back to what it was before the update. */
const undo = async (run: Run, entry: Done): Promise<boolean> => {
  const { environment, stack } = run;
  if (entry.kind === 'created' || entry.kind === 'imported') {
    stack.resources.delete(entry.resource.logicalId);
    return true;
  }
  const { resource } = entry;
  stack.resources.set(resource.logicalId, resource);
  if (entry.kind === 'replaced') return true;
  const step = { environment, stack, logicalId: resource.logicalId, definition: resource };
  return updateStep(step, resource, entry.attempted, resource);
};

/** Takes back an update: first every changed resource, then what was made anew is deleted. */
export const rollBackUpdate = async (
  run: Run,
  before: ReadonlyMap<string, StackResource>,
  reason: string,
): Promise<void> => {
  setStatus(run.stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await undoAll(run, before);
};

/** Likewise, of a stack that is in UPDATE_ROLLBACK_IN_PROGRESS already. */
export const undoAll = (run: Run, before: ReadonlyMap<string, StackResource>): Promise<void> =>
  goBack({ run, before, entries: run.done.toReversed() }, new Set());

/** A rollback that some resources withstood, and what is left of it. */
interface PendingRollback {
  readonly run: Run;
  readonly before: ReadonlyMap<string, StackResource>;
  readonly entries: readonly Done[];
}

const PENDING = new WeakMap<Stack, PendingRollback>();

/** The resources that keep a stack in UPDATE_ROLLBACK_FAILED: only they can be skipped. */
export const failedToRollBack = (stack: Stack): readonly string[] =>
  PENDING.get(stack)?.entries.map((entry) => entry.resource.logicalId) ?? [];

/** Goes on with a rollback that failed; what is skipped keeps its live state and is called UPDATE_COMPLETE. */
export const continueRollback = async (stack: Stack, skipped: ReadonlySet<string>): Promise<void> => {
  const pending = PENDING.get(stack);
  if (pending !== undefined) await goBack(pending, skipped);
};

const skip = (stack: Stack, { logicalId, type, physicalId }: StackResource): boolean => {
  recordEvent(stack, { logicalId, type, physicalId, status: 'UPDATE_COMPLETE', reason: 'Resource was skipped.' });
  return true;
};

const goBack = async (pending: PendingRollback, skipped: ReadonlySet<string>): Promise<void> => {
  const { run, before } = pending;
  const { environment, stack, done } = run;
  const failed: Done[] = [];
  for (const entry of pending.entries) {
    const isDone = skipped.has(entry.resource.logicalId) ? skip(stack, entry.resource) : await undo(run, entry);
    if (!isDone) failed.push(entry);
  }
  if (failed.length > 0) {
    PENDING.set(stack, { ...pending, entries: failed });
    const ids = failed.map((entry) => entry.resource.logicalId).join(', ');
    setStatus(stack, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${ids}]. `);
    return;
  }
  PENDING.delete(stack);
  for (const [id, resource] of before) stack.resources.set(id, resource);
  setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const replacements = done.flatMap((entry) =>
    entry.kind === 'replaced' ? [{ resource: entry.replacement, isRetained: false }] : [],
  );
  await removeAll(environment, stack, [...createdRemovals(run), ...replacements]);
  for (const id of [...stack.states.keys()]) if (!before.has(id)) stack.states.delete(id);
  setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE');
};

/** Deletes what creations that failed left behind when rollback was disabled (stack-failure-options). */
export const removeLeftovers = async (environment: Environment, stack: Stack): Promise<void> => {
  const removals = stack.leftovers.map((resource) => ({ resource, isRetained: false }));
  const failed = await removeAll(environment, stack, removals);
  stack.leftovers = stack.leftovers.filter(({ logicalId }) => failed.includes(logicalId));
};

/** After a successful update: deletes what the template dropped and what was replaced. A deletion that fails is only reported. */
export const cleanUp = async (run: Run, before: ReadonlyMap<string, StackResource>): Promise<void> => {
  const { environment, stack, target, done } = run;
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  const active = new Set(activeResources(target, scope));
  const dropped = [...before.values()].filter((resource) => !active.has(resource.logicalId));
  const replaced = done.flatMap((entry) =>
    entry.kind === 'replaced'
      ? [{ resource: entry.resource, isRetained: entry.replacement.updateReplacePolicy === 'Retain' }]
      : [],
  );
  const removals = [
    ...dropped.map((resource) => ({ resource, isRetained: resource.deletionPolicy !== 'Delete' })),
    ...replaced,
  ];
  await removeAll(environment, stack, removals);
  for (const resource of dropped) stack.resources.delete(resource.logicalId);
  for (const id of [...stack.states.keys()]) if (!stack.resources.has(id)) stack.states.delete(id);
};

/** Deletes a whole stack, keeping what its policies and the caller want kept. */
export const deleteStack = async (
  environment: Environment,
  stack: Stack,
  retained: ReadonlySet<string>,
): Promise<void> => {
  const removals = [
    ...[...stack.resources.values()].map((resource) => ({
      resource,
      isRetained: retained.has(resource.logicalId) || resource.deletionPolicy !== 'Delete',
    })),
    ...stack.leftovers.map((resource) => ({ resource, isRetained: retained.has(resource.logicalId) })),
  ];
  const failed = await removeAll(environment, stack, removals);
  for (const { resource } of removals) {
    const status = stack.states.get(resource.logicalId)?.status;
    if (status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED') stack.resources.delete(resource.logicalId);
  }
  stack.leftovers = stack.leftovers.filter(({ logicalId }) => failed.includes(logicalId));
  if (failed.length > 0) {
    setStatus(stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    return;
  }
  stack.deletedAt = new Date();
  setStatus(stack, 'DELETE_COMPLETE');
};
