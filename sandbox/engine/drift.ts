import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Json } from '../json.ts';
import { isSame } from '../json.ts';
import type { Desired, ResourceType } from '../types/resource-type.ts';
import { aligned } from './align.ts';
import type { DriftStatus } from './change.ts';
import type { Deployment } from './deployment.ts';
import type { Environment } from './environment.ts';
import type { Resolved } from './resolve.ts';
import { activeResources, resolveResource, scopeOf } from './resolve.ts';
import type { Stack, StackResource } from './stack.ts';
import { contextOf, typeFor } from './context.ts';

/** A resource of a stack as it is now; where it cannot be read, as it was deployed last. */
export interface LiveResource {
  readonly status: DriftStatus;
  readonly resource: StackResource;
  readonly writeOnly: readonly string[];
}

/** Only what a template speaks of is compared; what cannot be read or changed counts as it was deployed (drift-aware-change-sets). */
const liveProperties = (
  type: ResourceType,
  recorded: StackResource,
  desired: Resolved | undefined,
  live: Desired,
): Record<string, Json> => {
  const found: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(recorded.properties), ...Object.keys(desired?.properties ?? {})])) {
    const before = recorded.properties[name];
    const isFixed =
      CFN_TYPES[type.type]?.properties[name]?.update === 'replaces' || type.writeOnly?.includes(name) === true;
    const value = isFixed ? before : aligned(before ?? desired?.properties[name], live.properties[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
};

/** Keys that neither template knows are other people's, and stay. */
const liveTags = (recorded: StackResource, desired: Resolved | undefined, live: Desired): StackResource['tags'] => {
  const keys = new Set([...recorded.tags, ...(desired?.tags ?? [])].map((tag) => tag.Key));
  return live.tags.filter((tag) => keys.has(tag.Key)).toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
};

const readOne = async (
  environment: Environment,
  stack: Stack,
  recorded: StackResource,
  desired: Resolved | undefined,
): Promise<LiveResource> => {
  const type = typeFor(environment, recorded.type);
  const writeOnly = (type.writeOnly ?? []).filter((name) => recorded.properties[name] !== undefined);
  if (type.isBlind === true) return { status: 'UNSUPPORTED', resource: recorded, writeOnly };
  const live = await type.read(contextOf(environment, stack, recorded.logicalId), recorded.physicalId);
  if (live === undefined) return { status: 'DELETED', resource: recorded, writeOnly };
  const resource = {
    ...recorded,
    properties: liveProperties(type, recorded, desired, live),
    tags: liveTags(recorded, desired, live),
  };
  const isInSync = Object.keys(recorded.properties).every((name) =>
    isSame(recorded.properties[name], resource.properties[name]),
  );
  const hasTags = recorded.tags.every((tag) =>
    resource.tags.some((other) => other.Key === tag.Key && other.Value === tag.Value),
  );
  return { status: isInSync && hasTags ? 'IN_SYNC' : 'MODIFIED', resource, writeOnly };
};

/** Reads every resource of a stack through its service. */
export const readLive = async (
  environment: Environment,
  stack: Stack,
  target: Deployment,
): Promise<ReadonlyMap<string, LiveResource>> => {
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  const active = new Set(activeResources(target, scope));
  const found = await Promise.all(
    [...stack.resources.values()].map(async (recorded): Promise<[string, LiveResource]> => {
      const { logicalId } = recorded;
      const desired = active.has(logicalId) ? resolveResource(target, logicalId, scope) : undefined;
      return [logicalId, await readOne(environment, stack, recorded, desired)];
    }),
  );
  return new Map(found);
};

/** The resources that an update starts from: live ones, without those that are gone and are to be made again. */
export const liveResources = (
  live: ReadonlyMap<string, LiveResource>,
  target: Deployment,
): Map<string, StackResource> =>
  new Map(
    [...live]
      .filter(([id, { status }]) => status !== 'DELETED' || target.template.resources[id] === undefined)
      .map(([id, { resource }]) => [id, resource]),
  );
