import { mergeEdits } from '../diff/compare.ts';
import { onlyOutside } from '../diff/units.ts';
import { STACK_KIND } from '../live/coverage.ts';
import { indexKinds, type Kinds } from '../live/kinds.ts';
import { resolveReferences } from '../live/references.ts';
import { stackKey } from '../live/templates-needed.ts';
import { invariant } from '../model/errors.ts';
import { compareText, type JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveStack, LiveState } from '../model/live.ts';
import { digestOfProperties } from '../model/mark.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { DesiredState, Resource, ResourceId, Stack } from '../model/resource.ts';

interface World {
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: Kinds;
  readonly changes: ReadonlyMap<ResourceId, Change>;
  /** Desired stacks that the plan applies. */
  readonly applied: ReadonlyMap<string, Stack>;
}

const target = (world: World, resource: Resource, kind: ResourceKind): JsonObject => {
  const refs = world.live.stacks.find((stack) => stack.name === resource.stack)?.refs ?? {};
  return kind.normalize(resolveReferences(resource.properties, refs));
};

const appliedFields = (kind: ResourceKind, desired: JsonObject): Partial<LiveResource> => ({
  applied: desired,
  ...(kind.driver === 'cloudformation' ? {} : { appliedDigest: digestOfProperties(desired) }),
});

const afterApply = (world: World, resource: Resource, live: LiveResource | undefined): LiveResource => {
  const kind = world.kinds.get(resource.kind);
  invariant(kind, `no kind ${resource.kind} for ${resource.id}`);
  const desired = target(world, resource, kind);
  const isTaken = live === undefined || world.changes.get(resource.id)?.action === 'adopt';
  const properties = isTaken
    ? { ...desired, ...onlyOutside(live?.properties ?? {}, kind) }
    : live.properties && kind.normalize(mergeEdits({ ...live, live: live.properties, desired }, kind));
  return {
    id: resource.id,
    kind: resource.kind,
    region: live?.region ?? resource.region,
    ownership: 'ours',
    stack: resource.stack,
    stackRegion: world.applied.get(resource.stack)?.region ?? resource.region,
    ...(properties === undefined ? {} : { properties }),
    ...appliedFields(kind, desired),
  };
};

/** CloudFormation applies a whole template; the other drivers only write the objects that change. */
const isWritten = (world: World, resource: Resource): boolean => {
  const stack = world.applied.get(resource.stack);
  return stack !== undefined && (stack.driver === 'cloudformation' || world.changes.has(resource.id));
};

const simulateResources = (world: World): readonly LiveResource[] => {
  const declared = new Map(world.desired.resources.map((resource) => [resource.id, resource] as const));
  const present = new Set(world.live.resources.map((resource) => resource.id));
  const kept = world.live.resources.flatMap((live): readonly LiveResource[] => {
    if (world.changes.get(live.id)?.action === 'prune') return [];
    const resource = declared.get(live.id);
    const isLeftAlone = live.ownership !== 'ours' && !world.changes.has(live.id);
    if (resource === undefined || isLeftAlone || !isWritten(world, resource)) return [live];
    return [afterApply(world, resource, live)];
  });
  const made = world.desired.resources
    .filter((resource) => !present.has(resource.id) && world.changes.get(resource.id)?.action === 'create')
    .map((resource) => afterApply(world, resource, undefined));
  return [...kept, ...made].sort((left, right) => compareText(left.id, right.id));
};

const simulateStacks = (world: World): readonly LiveStack[] => {
  const pruned = new Set(
    [...world.changes.values()]
      .filter((change) => change.action === 'prune' && !world.applied.has(change.stack))
      .map((change) => stackKey(change.region, change.stack)),
  );
  const targets = [...world.applied.values()].filter((stack) => stack.driver === 'cloudformation');
  const replaced = new Set(targets.map((stack) => stackKey(stack.region, stack.name)));
  const old = new Map(world.live.stacks.map((stack) => [stackKey(stack.region, stack.name), stack] as const));
  const made = targets.map((stack): LiveStack => {
    const before = old.get(stackKey(stack.region, stack.name));
    const status = before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    const id = before?.stackId ?? `${STACK_KIND}/${stack.name}`;
    return {
      name: stack.name,
      region: stack.region,
      ownership: 'ours',
      status,
      stackId: id,
      digest: stack.digest,
      refs: before?.refs ?? {},
    };
  });
  return [
    ...world.live.stacks.filter((stack) => {
      const key = stackKey(stack.region, stack.name);
      return !pruned.has(key) && !replaced.has(key);
    }),
    ...made,
  ].sort((left, right) => compareText(left.name, right.name) || compareText(left.region, right.region));
};

/**
 * What would be live after a plan was applied without failures: the model that tests hold apply against. Drift stays where
 * nothing that is written as a whole with it was edited, and so does everything that the plan does not name.
 */
export const simulate = (
  live: LiveState,
  plan: Plan,
  desired: DesiredState,
  kinds: readonly ResourceKind[],
): LiveState => {
  const touched = new Set(plan.changes.map((change) => change.stack));
  const world: World = {
    desired,
    live,
    kinds: indexKinds(kinds),
    changes: new Map(plan.changes.map((change) => [change.id, change] as const)),
    applied: new Map(
      desired.stacks.filter((stack) => touched.has(stack.name)).map((stack) => [stack.name, stack] as const),
    ),
  };
  return { stacks: simulateStacks(world), resources: simulateResources(world), unreadable: live.unreadable };
};
