import { inOrder, reversed } from './graph.ts';
import type { Done, Run } from './run.ts';
import type { Stack, StackResource } from './stack.ts';
import { setStatus } from './stack.ts';
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
const createdRemovals = (done: readonly Done[]): readonly Removal[] =>
  done.flatMap((entry) => {
    if (entry.kind === 'created')
      return [{ resource: entry.resource, isRetained: !entry.isFailed && entry.resource.deletionPolicy === 'Retain' }];
    return entry.kind === 'imported' ? [{ resource: entry.resource, isRetained: true }] : [];
  });

/** Takes back a stack's creation. */
export const rollBackCreate = async (run: Run, reason: string): Promise<void> => {
  const { environment, stack } = run;
  const isDelete = stack.onFailure === 'DELETE';
  setStatus(stack, isDelete ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
  const failed = await removeAll(environment, stack, createdRemovals(run.done));
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
  const { environment, stack, done } = run;
  setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  const failed: string[] = [];
  for (const entry of done.toReversed()) if (!(await undo(run, entry))) failed.push(entry.resource.logicalId);
  if (failed.length > 0) {
    setStatus(stack, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${failed.join(', ')}]. `);
    return;
  }
  for (const [id, resource] of before) stack.resources.set(id, resource);
  setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const replacements = done.flatMap((entry) =>
    entry.kind === 'replaced' ? [{ resource: entry.replacement, isRetained: false }] : [],
  );
  await removeAll(environment, stack, [...createdRemovals(done), ...replacements]);
  for (const id of [...stack.states.keys()]) if (!before.has(id)) stack.states.delete(id);
  setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE');
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
  for (const resource of dropped) {
    stack.resources.delete(resource.logicalId);
    stack.states.delete(resource.logicalId);
  }
};

/** Deletes a whole stack, keeping what its policies and the caller want kept. */
export const deleteStack = async (
  environment: Environment,
  stack: Stack,
  retained: ReadonlySet<string>,
): Promise<void> => {
  const removals = [...stack.resources.values()].map((resource) => ({
    resource,
    isRetained: retained.has(resource.logicalId) || resource.deletionPolicy !== 'Delete',
  }));
  const failed = await removeAll(environment, stack, removals);
  for (const { resource } of removals) {
    const status = stack.states.get(resource.logicalId)?.status;
    if (status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED') stack.resources.delete(resource.logicalId);
  }
  if (failed.length > 0) {
    setStatus(stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    return;
  }
  stack.deletedAt = new Date();
  setStatus(stack, 'DELETE_COMPLETE');
};
