import { splitSides, UNKNOWN, type Sides } from '../diff/sides.ts';
import { mergeUnits, type Writing } from '../diff/units.ts';
import { declaredOf } from './declared.ts';
import { indexKinds } from '../live/kinds.ts';
import { sameJson, type Json, type JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Drift } from '../model/plan.ts';
import type { DesiredState, ResourceId } from '../model/resource.ts';

/** Which side a place that differs is taken from. */
type Choice = (path: string) => 'live' | 'desired';

/**
 * One value put together from both sides, place by place. It falls into the same parts as when it was compared, so that the
 * paths of a difference lead to the same places here.
 */
export const settle = (pointer: string, sides: Sides, choose: Choice): Json | undefined => {
  const { live, desired } = sides;
  if (sameJson(live, desired)) return live;
  const split = splitSides(pointer, sides);
  if (split === undefined || split.parts.every((part) => sameJson(part.sides.live, part.sides.desired)))
    return choose(pointer) === 'live' ? live : desired;
  const parts = split.parts.flatMap((part): readonly (readonly [string, Json])[] => {
    const value = settle(part.pointer, part.sides, choose);
    return value === undefined ? [] : [[part.key, value]];
  });
  return split.shape === 'list' ? parts.map(([, value]) => value) : Object.fromEntries(parts);
};

const settleObject = (live: JsonObject, desired: JsonObject, kind: Writing, choose: Choice): JsonObject =>
  mergeUnits({ applied: UNKNOWN, live, desired }, kind, (unit, pointer) => settle(pointer, unit, choose));

/** What healing may make of an object: as declared, but for the places that a rule ignores, which stay as they are. */
export const healedBeside = (
  live: JsonObject,
  declared: JsonObject,
  kind: Writing,
  ignored: ReadonlySet<string>,
): JsonObject => settleObject(live, declared, kind, (path) => (ignored.has(path) ? 'live' : 'desired'));

const overlookIn = (
  resource: LiveResource,
  declared: JsonObject,
  kind: Writing,
  drift: readonly Drift[],
): LiveResource => {
  if (resource.properties === undefined) return { ...resource, properties: declared };
  const ignored = new Set(drift.flatMap(({ properties }) => properties.map(({ path }) => path)));
  return {
    ...resource,
    properties: settleObject(resource.properties, declared, kind, (path) => (ignored.has(path) ? 'desired' : 'live')),
  };
};

/** Everything live as if the drift that rules ignore were not: for what is told of access. Never for what is applied. */
export const overlook = (
  live: LiveState,
  ignored: readonly Drift[],
  desired: DesiredState,
  kinds: readonly ResourceKind[],
): LiveState => {
  if (ignored.length === 0) return live;
  const byId = new Map<ResourceId, Drift[]>();
  for (const drift of ignored) byId.set(drift.id, [...(byId.get(drift.id) ?? []), drift]);
  const resources = new Map(desired.resources.map((resource) => [resource.id, resource]));
  const known = indexKinds(kinds);
  return {
    ...live,
    resources: live.resources.map((object) => {
      const [drift, resource, kind] = [byId.get(object.id), resources.get(object.id), known.get(object.kind)];
      if (drift === undefined || resource === undefined || kind === undefined) return object;
      return overlookIn(object, declaredOf(resource, live, known), kind, drift);
    }),
  };
};
