import { isSame } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import { liveResources, readLive } from './drift.ts';
import { inOrder } from './graph.ts';
import { dependenciesOf } from './references.ts';
import type { Resolved } from './resolve.ts';
import { activeResources, resolveOutputs, resolveResource, scopeOf } from './resolve.ts';
import { cleanUp, rollBackCreate, rollBackUpdate } from './rollback.ts';
import type { Run } from './run.ts';
import type { Stack, StackResource } from './stack.ts';
import { setStatus } from './stack.ts';
import { createStep, impactOf, importStep, recordOf, updateStep } from './steps.ts';

const isUnchanged = (resource: StackResource, resolved: Resolved): boolean =>
  isSame(resource.properties, resolved.properties) && JSON.stringify(resource.tags) === JSON.stringify(resolved.tags);

const replace = async (
  run: Run,
  existing: StackResource,
  resolved: Resolved,
  dependsOn: ReadonlySet<string>,
): Promise<boolean> => {
  const { environment, stack, target, done } = run;
  const { logicalId } = existing;
  const definition = target.template.resources[logicalId];
  if (definition === undefined) return false;
  const outcome = await createStep({ environment, stack, logicalId, definition }, resolved, existing);
  const instance = outcome.ok
    ? outcome.instance
    : outcome.born === undefined
      ? undefined
      : { physicalId: outcome.born, attributes: {} };
  if (instance === undefined) return false;
  const replacement = recordOf(logicalId, definition, resolved, instance, dependsOn);
  done.push({ kind: 'replaced', resource: existing, replacement });
  if (outcome.ok) stack.resources.set(logicalId, replacement);
  return outcome.ok;
};

const update = async (
  run: Run,
  existing: StackResource,
  resolved: Resolved,
  dependsOn: ReadonlySet<string>,
): Promise<boolean> => {
  const { environment, stack, target, done } = run;
  const { logicalId } = existing;
  const definition = target.template.resources[logicalId];
  if (definition === undefined) return false;
  const record = recordOf(logicalId, definition, resolved, existing, dependsOn);
  if (isUnchanged(existing, resolved)) {
    stack.resources.set(logicalId, record);
    return true;
  }
  if (impactOf(existing.type, existing.properties, resolved.properties) === 'replaces')
    return replace(run, existing, resolved, dependsOn);
  done.push({ kind: 'updated', resource: existing, attempted: resolved });
  const isDone = await updateStep({ environment, stack, logicalId, definition }, existing, existing, resolved);
  if (isDone) stack.resources.set(logicalId, record);
  return isDone;
};

const create = async (
  run: Run,
  logicalId: string,
  resolved: Resolved,
  dependsOn: ReadonlySet<string>,
): Promise<boolean> => {
  const { environment, stack, target, done } = run;
  const definition = target.template.resources[logicalId];
  if (definition === undefined) return false;
  const step = { environment, stack, logicalId, definition };
  const identifier = run.imports.get(logicalId);
  const isImport = identifier !== undefined;
  const outcome = isImport ? await importStep(step, resolved, identifier) : await createStep(step, resolved);
  const instance = outcome.ok
    ? outcome.instance
    : outcome.born === undefined
      ? undefined
      : { physicalId: outcome.born, attributes: {} };
  if (instance === undefined) return false;
  const resource = recordOf(logicalId, definition, resolved, instance, dependsOn);
  done.push(isImport ? { kind: 'imported', resource } : { kind: 'created', resource, isFailed: !outcome.ok });
  if (outcome.ok) stack.resources.set(logicalId, resource);
  return outcome.ok;
};

/** Creates and changes what the target wants; returns what failed. */
const goForward = async (run: Run): Promise<readonly string[]> => {
  const { stack, target } = run;
  const edges = dependenciesOf(target.template);
  const dependencies = (id: string): ReadonlySet<string> => edges.get(id) ?? new Set();
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  const visit = async (id: string): Promise<boolean> => {
    const resolved = resolveResource(target, id, scope);
    const existing = stack.resources.get(id);
    return existing === undefined
      ? create(run, id, resolved, dependencies(id))
      : update(run, existing, resolved, dependencies(id));
  };
  const failed = await inOrder(activeResources(target, scope), dependencies, visit, 'stop');
  if (failed.length === 0) stack.outputs = resolveOutputs(target, scope);
  return failed;
};

const failureReason = (verb: string, failed: readonly string[]): string =>
  `The following resource(s) failed to ${verb}: [${failed.join(', ')}]. `;

const complete = (run: Run): void => {
  run.stack.deployed = run.target;
  run.stack.description = run.target.template.description;
};

/** Creates a stack whose status already is CREATE_IN_PROGRESS. */
export const createStack = async (run: Run): Promise<void> => {
  const { stack } = run;
  stack.deployed = run.target;
  stack.description = run.target.template.description;
  const failed = await goForward(run);
  if (failed.length === 0) {
    setStatus(stack, 'CREATE_COMPLETE');
    return;
  }
  const reason = failureReason('create', failed);
  if (stack.onFailure === 'DO_NOTHING') setStatus(stack, 'CREATE_FAILED', reason);
  else await rollBackCreate(run, `${reason}Rollback requested by user.`);
};

/** Updates a stack whose status already is UPDATE_IN_PROGRESS. */
export const updateStack = async (run: Run): Promise<void> => {
  const { stack } = run;
  const recorded = new Map(stack.resources);
  const outputs = stack.outputs;
  if (run.isDriftAware) {
    // From here on each change starts at the live state, and so each rollback ends there (drift-aware-change-sets).
    const live = liveResources(await readLive(run.environment, stack, run.target), run.target);
    for (const id of recorded.keys()) {
      const resource = live.get(id);
      if (resource === undefined) stack.resources.delete(id);
      else stack.resources.set(id, resource);
    }
  }
  const before = new Map(stack.resources);
  const failed = await goForward(run);
  if (failed.length > 0) {
    stack.outputs = outputs;
    const isNew = failed.some((id) => !before.has(id));
    await rollBackUpdate(run, recorded, failureReason(isNew ? 'create' : 'update', failed));
    return;
  }
  complete(run);
  setStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await cleanUp(run, before);
  setStatus(stack, 'UPDATE_COMPLETE');
};

/** Takes existing resources in, and nothing else; if one cannot be had, none is (resource-import). */
export const importStack = async (run: Run): Promise<void> => {
  const { stack, done } = run;
  const failed = await goForward(run);
  if (failed.length === 0) {
    complete(run);
    setStatus(stack, 'IMPORT_COMPLETE');
    return;
  }
  setStatus(stack, 'IMPORT_ROLLBACK_IN_PROGRESS', failureReason('import', failed));
  for (const id of [...done.map((entry) => entry.resource.logicalId), ...failed]) {
    stack.resources.delete(id);
    stack.states.delete(id);
  }
  setStatus(stack, 'IMPORT_ROLLBACK_COMPLETE');
};

/** Starts an operation that no caller waits for. What it cannot foresee ends in a FAILED status with the cause. */
export const inBackground = (stack: Stack, failedStatus: string, operation: () => Promise<void>): void => {
  setImmediate(() => {
    operation().catch((error: unknown) => {
      const reason =
        error instanceof AwsError
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
      setStatus(stack, failedStatus, reason);
    });
  });
};
