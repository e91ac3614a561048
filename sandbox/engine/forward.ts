import { isSame } from '../json.ts';
import { inOrder } from './graph.ts';
import { dependenciesOf } from './references.ts';
import type { Resolved } from './resolve.ts';
import { activeResources, resolveOutputs, resolveResource, scopeOf } from './resolve.ts';
import type { Run } from './run.ts';
import type { StackResource } from './stack.ts';
import { isPreserving } from './stack.ts';
import { createStep, impactOf, importStep, madeBy, recordOf, refuseStep, restoreStep, updateStep } from './steps.ts';

/** Observed; stack-failure-options says that such updates are not supported. */
const NO_REPLACEMENT = 'Replacement type updates not supported on stack with disable-rollback.';

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
  const step = { environment, stack, logicalId, definition };
  if (isPreserving(stack)) return refuseStep(step, existing, NO_REPLACEMENT);
  const outcome = await createStep(step, resolved, existing);
  const instance = madeBy(outcome);
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
  const step = { environment, stack, logicalId, definition };
  const isDone = await updateStep(step, existing, existing, resolved);
  if (isDone) stack.resources.set(logicalId, record);
  else if (isPreserving(stack)) await restoreStep(step, existing, resolved, existing);
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
  const instance = madeBy(outcome);
  if (instance === undefined) return false;
  const resource = recordOf(logicalId, definition, resolved, instance, dependsOn);
  done.push(isImport ? { kind: 'imported', resource } : { kind: 'created', resource, isFailed: !outcome.ok });
  if (outcome.ok) stack.resources.set(logicalId, resource);
  else if (isPreserving(stack)) stack.leftovers = [...stack.leftovers, resource];
  return outcome.ok;
};

/** Creates and changes what the target wants; returns what failed. Where nothing is rolled back, independent paths go on. */
export const goForward = async (run: Run): Promise<readonly string[]> => {
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
  const failed = await inOrder(
    activeResources(target, scope),
    dependencies,
    visit,
    isPreserving(stack) ? 'go-on' : 'stop',
  );
  if (failed.length === 0) stack.outputs = resolveOutputs(target, scope);
  return failed;
};
