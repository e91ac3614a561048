import { unitsOf } from '../diff/units.ts';
import { splitObject, type Part, type Sides, UNKNOWN } from '../diff/sides.ts';
import { indexKinds, type Kinds } from '../live/kinds.ts';
import { resolveReferences } from '../live/references.ts';
import type { JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { DriftedPart, DriftEntry } from '../model/drift.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Drift, Plan, PropertyChange } from '../model/plan.ts';
import type { DesiredState, Resource } from '../model/resource.ts';

/** A part that differs, before anybody has said what that means. */
export type FoundPart = Omit<DriftedPart, 'effect' | 'meaning'>;

/** An object that differs, before anybody has said what that means, with both of its sides. */
export interface FoundDrift extends Pick<
  DriftEntry,
  'id' | 'kind' | 'type' | 'stack' | 'region' | 'state' | 'undeclared' | 'declaredIn'
> {
  readonly parts: readonly FoundPart[];
  /** Absent: it is not there. */
  readonly live?: JsonObject;
  /** Absent: nothing declares it. */
  readonly declared?: JsonObject;
}

/** A plan and everything that it compares. */
export interface GatherInput {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: readonly ResourceKind[];
}

/** The parts that healing writes for themselves: also of objects that apply writes whole, so that one can be put right alone. */
const partsOf = (live: JsonObject, declared: JsonObject, kind: ResourceKind): readonly Part[] => {
  const sides: Sides = { applied: UNKNOWN, live, desired: declared };
  return kind.driver === 'cloudformation' ? unitsOf(sides, kind) : splitObject('', sides).parts;
};

const isWithin = (path: string, part: string): boolean => path === part || path.startsWith(`${part}/`);

const foundParts = (
  properties: readonly PropertyChange[],
  live: JsonObject,
  declared: JsonObject,
  kind: ResourceKind,
): readonly FoundPart[] =>
  partsOf(live, declared, kind).flatMap(({ pointer, sides }) => {
    const inside = properties.filter(({ path }) => isWithin(path, pointer));
    if (inside.length === 0) return [];
    return [
      {
        path: pointer,
        properties: inside,
        ...(sides.live === undefined ? {} : { live: sides.live }),
        ...(sides.desired === undefined ? {} : { declared: sides.desired }),
      },
    ];
  });

/** Drift of the plan, and of what an update would overwrite. */
const driftIn = (plan: Plan): ReadonlyMap<string, Drift> => {
  const found = new Map<string, Drift>(plan.drift.map((entry) => [entry.id, entry]));
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

const declaredOf = (resource: Resource, live: LiveState, kinds: Kinds): JsonObject => {
  const refs =
    live.stacks.find((stack) => stack.name === resource.stack && stack.region === resource.region)?.refs ?? {};
  const properties = resolveReferences(resource.properties, refs);
  return kinds.get(resource.kind)?.normalize(properties) ?? properties;
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
    ...(live === undefined ? {} : { live }),
    ...(resource.declaredIn === undefined ? {} : { declaredIn: resource.declaredIn }),
  };
};

/** Everything that is not as it was applied, in the order of its ids. Pure. */
export const gatherDrift = (input: GatherInput): readonly FoundDrift[] => {
  const resources = new Map(input.desired.resources.map((resource) => [resource.id, resource]));
  const objects = new Map(input.live.resources.map((object) => [object.id, object]));
  return [...driftIn(input.plan).values()].flatMap((drift) => {
    const resource = resources.get(drift.id);
    return resource === undefined ? [] : [found(drift, resource, objects.get(drift.id), input)];
  });
};
