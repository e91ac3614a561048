import type { FoundDrift } from './found.ts';
import { declaredOf } from './declared.ts';
import { indexKinds, type Kinds } from '../live/kinds.ts';
import { placeOf } from '../live/placement.ts';
import { compareText } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Drift, Plan } from '../model/plan.ts';
import type { DesiredState, Resource } from '../model/resource.ts';
import { droppedDrift } from './dropped.ts';
import { foundParts } from './parts.ts';
import { seizedDrift } from './seized.ts';
import { stackDrift } from './stacks.ts';
import { untrackedDrift, type Untracked } from './untracked.ts';
import { undeclaredObjects, type Stranger } from './undeclared.ts';

/** A plan and everything that it compares. */
export interface GatherInput {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: readonly ResourceKind[];
}

const asDrift = (change: Untracked): Drift => {
  const { id, kind, type, stack, region } = change;
  const base = { id, kind, type, stack, region };
  return change.action === 'create'
    ? { ...base, status: 'missing', properties: [] }
    : { ...base, status: 'drifted', properties: change.properties };
};

/** Drift of the plan, of what an update would overwrite, and of what no template tells of. */
const driftIn = ({ plan, desired, live, kinds }: GatherInput): ReadonlyMap<string, Drift> => {
  const untracked = untrackedDrift(plan.changes, desired, live, indexKinds(kinds));
  const found = new Map<string, Drift>([...plan.drift, ...untracked.map(asDrift)].map((entry) => [entry.id, entry]));
  for (const change of plan.changes) {
    if (change.action !== 'update') continue;
    const moved = change.properties.filter(({ cause }) => cause === 'both');
    if (moved.length === 0) continue;
    const { id, kind, type, stack, region } = change;
    const known = found.get(id);
    if (known?.status === 'missing') continue;
    found.set(id, {
      id,
      kind,
      type,
      stack,
      region,
      status: 'drifted',
      properties: [...(known?.properties ?? []), ...moved],
    });
  }
  return found;
};

const found = (drift: Drift, resource: Resource, object: LiveResource | undefined, input: GatherInput): FoundDrift => {
  const kinds = indexKinds(input.kinds);
  const kind = kinds.get(resource.kind);
  const declared = declaredOf(resource, input.live, kinds);
  const live = object?.properties;
  const { id, type, stack, region, status, properties } = drift;
  return {
    id,
    kind: drift.kind,
    type,
    stack,
    region,
    state: status,
    parts: live === undefined || kind === undefined ? [] : foundParts(properties, live, declared, kind),
    declared,
    ...(object?.applied === undefined && properties.some(({ cause }) => cause === 'both') ? { unsure: true } : {}),
    ...(live === undefined ? {} : { live }),
    ...(resource.declaredIn === undefined ? {} : { declaredIn: resource.declaredIn }),
  };
};

/** An object that nothing declares goes with no stack, unless one of ours holds it or its name says where it would go. */
const undeclared = (object: Stranger, { desired }: GatherInput, kinds: Kinds): FoundDrift => {
  const kind = kinds.get(object.kind);
  const { id, region, stack, stackRegion, properties } = object;
  const placed = kind === undefined || kind.driver === 'cloudformation' ? '' : placeOf(object, kind, desired.instance);
  return {
    id,
    kind: object.kind,
    type: kind?.type ?? '',
    stack: stack ?? placed,
    region: kind?.isGlobal === true ? (stackRegion ?? desired.homeRegion) : region,
    state: 'drifted',
    undeclared: true,
    parts: [],
    live: properties,
  };
};

/**
 * Everything that is not as it was applied, in the order of its ids: objects that differ or are gone, also under another's
 * mark or once git has let them go, objects that nobody declared, and our stacks themselves. Pure.
 */
export const gatherDrift = (input: GatherInput): readonly FoundDrift[] => {
  const kinds = indexKinds(input.kinds);
  const strangers = undeclaredObjects(input.desired, input.live, kinds);
  return [
    ...declaredDrift(input),
    ...seizedDrift(input),
    ...droppedDrift(input.plan, input.live, input.kinds),
    ...strangers.map((object) => undeclared(object, input, kinds)),
    ...stackDrift(input.desired, input.live),
  ].sort((left, right) => compareText(left.id, right.id));
};

/** Declared objects that differ or are gone. */
const declaredDrift = (input: GatherInput): readonly FoundDrift[] => {
  const resources = new Map(input.desired.resources.map((resource) => [resource.id, resource]));
  const objects = new Map(input.live.resources.map((object) => [object.id, object]));
  return [...driftIn(input).values()].flatMap((drift) => {
    const resource = resources.get(drift.id);
    return resource === undefined ? [] : [found(drift, resource, objects.get(drift.id), input)];
  });
};
