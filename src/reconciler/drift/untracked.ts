import type { Kinds } from '../live/kinds.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState, ResourceId } from '../model/resource.ts';

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
}

const isHeld = (object: LiveResource | undefined): boolean =>
  object?.ownership === 'ours' && object.properties !== undefined;

/** Whether an object lies in one of ours, so that whoever wrote it went past EDL. */
const isInside = (id: ResourceId, { desired, kinds, objects }: World): boolean => {
  const resource = desired.resources.find((one) => one.id === id);
  const container = resource && kinds.get(resource.kind)?.container?.(resource.properties);
  return container !== undefined && isHeld(objects.get(container));
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
      return listed.some((id) => isHeld(objects.get(id))) ? listed : [];
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
  const world: World = { desired, kinds, objects: new Map(live.resources.map((object) => [object.id, object])) };
  const proven = provenIds(world);
  return changes.filter((change): change is Untracked => {
    const kind = kinds.get(change.kind);
    if (kind === undefined || kind.driver === 'cloudformation' || kind.contentAddressed === true) return false;
    if (change.action === 'create') return proven.has(change.id);
    return change.action === 'adopt' && (proven.has(change.id) || isInside(change.id, world));
  });
};
