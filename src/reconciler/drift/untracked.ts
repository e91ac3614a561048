import type { Kinds } from '../live/kinds.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState, ResourceId } from '../model/resource.ts';
import { seizedStacks } from './stacks.ts';

/**
 * Objects that CloudFormation does not manage: no template tells that one was there before somebody deleted it, or was ours
 * before somebody overwrote it with its mark. What can tell is a list that apply writes after them (the registry), and the
 * object of ours that they lie in.
 *
 * | the plan would | and                                                                    | then it    |
 * |----------------|------------------------------------------------------------------------|------------|
 * | create it      | the list as applied has it                                             | is missing |
 * | create it      | somebody overwrote the list, and something else that it listed is ours | is missing |
 * | adopt it       | it lies in an object of ours, or one of the two above                  | drifted    |
 * | either         | nothing tells                                                          | may be new |
 */
export type Untracked = Extract<Change, { action: 'create' | 'adopt' }>;

interface World {
  readonly desired: DesiredState;
  readonly kinds: Kinds;
  readonly objects: ReadonlyMap<ResourceId, LiveResource>;
  /** What lies in stacks that are ours but for their tags, which somebody changed. */
  readonly seized: ReadonlySet<ResourceId>;
}

const worldOf = (desired: DesiredState, live: LiveState, kinds: Kinds): World => ({
  desired,
  kinds,
  objects: new Map(live.resources.map((object) => [object.id, object])),
  seized: new Set(seizedStacks(desired, live).flatMap(({ resources }) => resources.map(({ id }) => id))),
});

const isHeld = (object: LiveResource | undefined, { seized }: World): boolean =>
  object?.properties !== undefined && (object.ownership === 'ours' || seized.has(object.id));

/** Whether an object lies in one of ours, so that whoever wrote it went past EDL. */
const isInside = (id: ResourceId, world: World): boolean => {
  const { desired, kinds, objects } = world;
  const resource = desired.resources.find((one) => one.id === id);
  const container = resource && kinds.get(resource.kind)?.container?.(resource.properties);
  return container !== undefined && isHeld(objects.get(container), world);
};

/** Everything that the lists prove to have been applied. */
const provenIds = (world: World): ReadonlySet<ResourceId> => {
  const { desired, kinds, objects } = world;
  return new Set(
    desired.resources.flatMap((resource): readonly ResourceId[] => {
      const lists = kinds.get(resource.kind)?.lists;
      const list = objects.get(resource.id);
      if (lists === undefined || list === undefined) return [];
      if (list.applied !== undefined) return lists(list.applied);
      // Somebody overwrote the list: what it should say counts once it is sure that it was applied at all.
      const listed = isInside(resource.id, world) ? lists(resource.properties) : [];
      return listed.some((id) => isHeld(objects.get(id), world)) ? listed : [];
    }),
  );
};

/** Changes of a plan that only undo what somebody did to an object without a template. */
export const untrackedDrift = (
  changes: readonly Change[],
  desired: DesiredState,
  live: LiveState,
  kinds: Kinds,
): readonly Untracked[] => {
  const world = worldOf(desired, live, kinds);
  const proven = provenIds(world);
  return changes.filter((change): change is Untracked => {
    const kind = kinds.get(change.kind);
    if (kind === undefined || kind.driver === 'cloudformation' || kind.contentAddressed === true) return false;
    if (change.action === 'create') return proven.has(change.id);
    return change.action === 'adopt' && (proven.has(change.id) || isInside(change.id, world));
  });
};

/** A table by its database: the id of one goes on where that of the other ends. */
const isUnderHeld = (id: ResourceId, world: World): boolean => {
  const [, ...steps] = id.split('/');
  const container = steps.slice(0, -1).join('/');
  return (
    steps.length > 2 &&
    [...world.objects.values()].some((one) => isHeld(one, world) && one.id.endsWith(`/${container}`))
  );
};

/**
 * Tells of declared objects without a template that carry another's mark, whether they were ours: the list as applied has
 * them, or they lie in an object of ours.
 */
export const wasOurs = (desired: DesiredState, live: LiveState, kinds: Kinds): ((id: ResourceId) => boolean) => {
  const world = worldOf(desired, live, kinds);
  const proven = provenIds(world);
  return (id) => proven.has(id) || isInside(id, world) || isUnderHeld(id, world);
};
