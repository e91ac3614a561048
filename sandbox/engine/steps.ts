import { setTimeout as sleep } from 'node:timers/promises';
import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { JsonObject } from '../json.ts';
import { canonical, isSame, textAt } from '../json.ts';
import { AwsError, notModelled } from '../protocol/errors.ts';
import type { Context, Desired, Instance, ResourceType } from '../types/resource-type.ts';
import type { Services } from '../services.ts';
import type { Environment } from './environment.ts';
import { handlerReason } from './environment.ts';
import { withRole } from './grants.ts';
import type { Resolved } from './resolve.ts';
import type { Stack, StackEvent, StackResource } from './stack.ts';
import { STACK_TYPE, isBusy, recordEvent, systemTags } from './stack.ts';
import type { ResourceDefinition } from './template.ts';

/** A failure whose message is the status reason as it stands, without a service's name around it. */
export class StepError extends Error {}

export const reasonOf = (type: string, error: unknown): string => {
  if (error instanceof AwsError) return handlerReason(type, error);
  return error instanceof StepError
    ? error.message
    : `Internal Failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
};

export const typeFor = (environment: Environment, type: string): ResourceType => {
  const found = environment.typeOf(type);
  if (found === undefined) throw notModelled(`the resource type ${type}`);
  return found;
};

/** What the role may do is read once for each status of a stack under way, not for each resource. */
const GRANTED = new WeakMap<Stack, { readonly since: StackEvent | undefined; readonly services: Services }>();

/** The services with the rights of the stack's role, or with all where the caller's own are used. */
const servicesFor = (environment: Environment, stack: Stack): Services => {
  const services = environment.services(stack.account, stack.region);
  if (stack.roleArn === undefined) return services;
  const since = isBusy(stack) ? stack.events.findLast((told) => told.type === STACK_TYPE) : undefined;
  const known = GRANTED.get(stack);
  if (known !== undefined && since !== undefined && known.since === since) return known.services;
  const granted = withRole(services, stack, stack.roleArn);
  GRANTED.set(stack, { since, services: granted });
  return granted;
};

export const contextOf = (environment: Environment, stack: Stack, logicalId: string): Context => ({
  services: servicesFor(environment, stack),
  account: stack.account,
  region: stack.region,
  stackName: stack.name,
  logicalId,
});

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
