import type { Kinds } from '../live/kinds.ts';
import { resolveReferences } from '../live/references.ts';
import type { JsonObject } from '../model/json.ts';
import type { LiveState } from '../model/live.ts';
import type { Resource } from '../model/resource.ts';

/** What a resource should be, in its kind's normal form, with the names that AWS chose in place of references. */
export const declaredOf = (resource: Resource, live: LiveState, kinds: Kinds): JsonObject => {
  const refs =
    live.stacks.find((stack) => stack.name === resource.stack && stack.region === resource.region)?.refs ?? {};
  const properties = resolveReferences(resource.properties, refs);
  return kinds.get(resource.kind)?.normalize(properties) ?? properties;
};
