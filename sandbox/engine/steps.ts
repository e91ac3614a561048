import { setTimeout as sleep } from 'node:timers/promises';
import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { JsonObject } from '../json.ts';
import { canonical, isSame, textAt } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import { checkKinds } from '../types/common.ts';
import type { Desired, Instance, ResourceType } from '../types/resource-type.ts';
import { contextOf, typeFor } from './context.ts';
import type { Environment } from './environment.ts';
import { handlerReason } from './environment.ts';
import type { Resolved } from './resolve.ts';
import type { Stack, StackResource } from './stack.ts';
import { recordEvent, systemTags } from './stack.ts';
import type { ResourceDefinition } from './template.ts';

/** A failure whose message is the status reason as it stands, without a service's name around it. */
export class StepError extends Error {}

export const reasonOf = (type: string, error: unknown): string => {
  if (error instanceof AwsError) return handlerReason(type, error);
  return error instanceof StepError
    ? error.message
    : `Internal Failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
};

const desiredOf = (stack: Stack, logicalId: string, resolved: Resolved, type: string): Desired => ({
  properties: resolved.properties,
  tags: CFN_TYPES[type]?.taggable === true ? [...resolved.tags, ...systemTags(stack, logicalId)] : [],
});

export const recordOf = (
  logicalId: string,
  definition: ResourceDefinition,
  resolved: Resolved,
  instance: Instance,
  dependsOn: ReadonlySet<string>,
): StackResource => ({
  ...instance,
  logicalId,
  type: definition.type,
  properties: resolved.properties,
  tags: resolved.tags,
  deletionPolicy: definition.deletionPolicy,
  updateReplacePolicy: definition.updateReplacePolicy,
  metadata: canonical(definition.metadata),
  dependsOn,
});

/** Properties that only the deployment can judge: unknown and missing ones fail the resource, not the request. */
const checkProperties = (type: string, properties: JsonObject): void => {
  const known = CFN_TYPES[type]?.properties ?? {};
  for (const name of Object.keys(properties)) {
    if (known[name] === undefined) throw new StepError(`Encountered unsupported property ${name}`);
  }
  for (const [name, property] of Object.entries(known)) {
    if (property.required && properties[name] === undefined) throw new StepError(`Property ${name} cannot be empty.`);
  }
};

/** How an update of these properties changes the resource: CloudFormation takes the most intrusive of all. */
export const impactOf = (
  type: string,
  before: JsonObject,
  after: JsonObject,
): 'none' | 'in-place' | 'may-replace' | 'replaces' => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !isSame(before[name], after[name]));
  const updates = changed.map((name) => CFN_TYPES[type]?.properties[name]?.update ?? 'in-place');
  if (updates.includes('replaces')) return 'replaces';
  if (updates.includes('may-replace')) return 'may-replace';
  return updates.length > 0 ? 'in-place' : 'none';
};

/** A custom name cannot be held by the old and the new resource at once (aws-properties-name). */
const checkReplaceable = (type: ResourceType, before: JsonObject, after: JsonObject): void => {
  const name = type.nameProperty === undefined ? undefined : textAt(after, type.nameProperty);
  if (name !== undefined && textAt(before, type.nameProperty ?? '') === name) {
    throw new StepError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
    );
  }
};

export interface Step {
  readonly environment: Environment;
  readonly stack: Stack;
  readonly logicalId: string;
  readonly definition: Pick<ResourceDefinition, 'type'>;
}

const event = (step: Step, physicalId: string, status: string, reason?: string, properties?: JsonObject): void => {
  const { logicalId, definition } = step;
  recordEvent(step.stack, { logicalId, type: definition.type, physicalId, status, reason }, properties);
};

const pause = async (step: Step): Promise<void> => {
  if (step.environment.delayMs > 0) await sleep(step.environment.delayMs);
};

type Outcome =
  { readonly ok: true; readonly instance: Instance } | { readonly ok: false; readonly born: string | undefined };

/** What a step made, whole or half: what is half made has an id and no attributes. Undefined: nothing. */
export const madeBy = (outcome: Outcome): Instance | undefined => {
  if (outcome.ok) return outcome.instance;
  return outcome.born === undefined ? undefined : { physicalId: outcome.born, attributes: {} };
};

/** Creates a resource; `replacing` is the state of the one it takes the place of. */
export const createStep = async (step: Step, resolved: Resolved, replacing?: StackResource): Promise<Outcome> => {
  const { environment, stack, logicalId, definition } = step;
  const verb = replacing === undefined ? 'CREATE' : 'UPDATE';
  let born: string | undefined;
  try {
    const type = typeFor(environment, definition.type);
    event(
      step,
      replacing?.physicalId ?? '',
      `${verb}_IN_PROGRESS`,
      replacing && 'Requested update requires the creation of a new physical resource; hence creating one.',
      resolved.properties,
    );
    checkProperties(definition.type, resolved.properties);
    checkKinds(type, resolved.properties);
    type.check?.(resolved.properties);
    if (replacing !== undefined) checkReplaceable(type, replacing.properties, resolved.properties);
    const instance = await type.create(
      contextOf(environment, stack, logicalId),
      desiredOf(stack, logicalId, resolved, definition.type),
      (physicalId) => {
        born = physicalId;
        event(step, physicalId, `${verb}_IN_PROGRESS`, 'Resource creation Initiated', resolved.properties);
      },
    );
    await pause(step);
    event(step, instance.physicalId, `${verb}_COMPLETE`, undefined, resolved.properties);
    return { ok: true, instance };
  } catch (error) {
    event(
      step,
      born ?? replacing?.physicalId ?? '',
      `${verb}_FAILED`,
      reasonOf(definition.type, error),
      resolved.properties,
    );
    return { ok: false, born };
  }
};

/** Changes a resource in place, forward or back. */
export const updateStep = async (
  step: Step,
  resource: StackResource,
  before: Resolved,
  after: Resolved,
): Promise<boolean> => {
  const { environment, stack, logicalId, definition } = step;
  try {
    event(step, resource.physicalId, 'UPDATE_IN_PROGRESS', undefined, after.properties);
    const type = typeFor(environment, definition.type);
    checkProperties(definition.type, after.properties);
    type.check?.(after.properties);
    const [from, to] = [before, after].map((resolved) => desiredOf(stack, logicalId, resolved, definition.type));
    if (from !== undefined && to !== undefined) {
      await type.update(contextOf(environment, stack, logicalId), resource.physicalId, from, to);
    }
    await pause(step);
    event(step, resource.physicalId, 'UPDATE_COMPLETE', undefined, after.properties);
    return true;
  } catch (error) {
    event(step, resource.physicalId, 'UPDATE_FAILED', reasonOf(definition.type, error), after.properties);
    return false;
  }
};

/** Fails a resource before anything is done to it. */
export const refuseStep = (step: Step, resource: StackResource, reason: string): boolean => {
  event(step, resource.physicalId, 'UPDATE_FAILED', reason);
  return false;
};

/** Puts a resource whose update failed back to its last known state; it stays UPDATE_FAILED (stack-failure-options). */
export const restoreStep = async (
  step: Step,
  resource: StackResource,
  attempted: Resolved,
  stable: Resolved,
): Promise<void> => {
  const { environment, stack, logicalId, definition } = step;
  try {
    await typeFor(environment, definition.type).update(
      contextOf(environment, stack, logicalId),
      resource.physicalId,
      desiredOf(stack, logicalId, attempted, definition.type),
      desiredOf(stack, logicalId, stable, definition.type),
    );
  } catch (error) {
    event(step, resource.physicalId, 'UPDATE_FAILED', reasonOf(definition.type, error));
  }
};

/** Brings an existing resource into the stack: nothing about it changes but the stack's tags (import-resources). */
export const importStep = async (step: Step, resolved: Resolved, identifier: JsonObject): Promise<Outcome> => {
  const { environment, stack, logicalId, definition } = step;
  try {
    const type = typeFor(environment, definition.type);
    const context = contextOf(environment, stack, logicalId);
    event(step, '', 'IMPORT_IN_PROGRESS', 'Resource import started.', resolved.properties);
    const instance = await type.find(context, { ...resolved.properties, ...identifier });
    const live = instance && (await type.read(context, instance.physicalId));
    if (instance === undefined || live === undefined) throw new StepError('The resource to import does not exist.');
    event(step, instance.physicalId, 'IMPORT_COMPLETE', 'Resource import completed.', resolved.properties);
    const desired = desiredOf(stack, logicalId, resolved, definition.type);
    await type.update(context, instance.physicalId, live, { properties: live.properties, tags: desired.tags });
    event(step, instance.physicalId, 'UPDATE_COMPLETE', 'Apply stack-level tags to imported resource if applicable.');
    return { ok: true, instance };
  } catch (error) {
    event(step, '', 'IMPORT_FAILED', reasonOf(definition.type, error), resolved.properties);
    return { ok: false, born: undefined };
  }
};

/** Deletes a resource, or leaves it where its policy says so. */
export const deleteStep = async (
  step: Step,
  physicalId: string,
  properties: JsonObject,
  isRetained: boolean,
): Promise<boolean> => {
  const { environment, stack, logicalId, definition } = step;
  if (isRetained) {
    event(step, physicalId, 'DELETE_SKIPPED');
    return true;
  }
  try {
    event(step, physicalId, 'DELETE_IN_PROGRESS');
    await typeFor(environment, definition.type).remove(
      contextOf(environment, stack, logicalId),
      physicalId,
      properties,
    );
    await pause(step);
    event(step, physicalId, 'DELETE_COMPLETE');
    return true;
  } catch (error) {
    event(step, physicalId, 'DELETE_FAILED', reasonOf(definition.type, error));
    return false;
  }
};
