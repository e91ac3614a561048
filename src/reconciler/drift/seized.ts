import { compareProperties } from '../diff/compare.ts';
import { isReadIn } from '../live/coverage.ts';
import { indexKinds } from '../live/kinds.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import { markOwner } from '../model/names.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { DesiredState, Resource } from '../model/resource.ts';
import { declaredOf } from './declared.ts';
import type { FoundDrift, FoundPart } from './found.ts';
import { foundParts } from './parts.ts';
import { seizedStacks } from './stacks.ts';
import { wasOurs } from './untracked.ts';

/** The path under which another's mark on an object of ours is told. */
export const MARK_PATH = '/EdlMark';

interface Look {
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: readonly ResourceKind[];
}

/** The mark as a part: whose it says the object is, or of which object it is a copy. */
const markPart = ({ id, foreignMark }: LiveResource, { organization, instance }: DesiredState): FoundPart => {
  const ours = markOwner(organization, instance);
  const owner = foreignMark?.owner;
  const live = owner === ours ? `${ours} ${foreignMark?.id ?? ''}` : owner;
  const declared = owner === ours ? `${ours} ${id}` : ours;
  const before = live === undefined ? {} : { before: live };
  const property: PropertyChange = { path: MARK_PATH, ...before, after: declared, cause: 'drifted' };
  return { path: MARK_PATH, properties: [property], ...(live === undefined ? {} : { live }), declared };
};

const foundOf = (
  resource: Resource,
  kind: ResourceKind,
  object: LiveResource | undefined,
  { desired, live, kinds }: Look,
): FoundDrift | undefined => {
  const declared = declaredOf(resource, live, indexKinds(kinds));
  const { id, type, stack, region, declaredIn } = resource;
  const base = {
    id,
    kind: kind.name,
    type,
    stack,
    region: desired.stacks.find(({ name }) => name === stack)?.region ?? region,
    declared,
    ...(declaredIn === undefined ? {} : { declaredIn }),
  };
  if (object?.properties === undefined) return { ...base, state: 'missing', parts: [] };
  const properties = compareProperties({ applied: declared, live: object.properties, desired: declared }, kind);
  const marks = kind.driver === 'cloudformation' ? [] : [markPart(object, desired)];
  const parts = [...marks, ...foundParts(properties, object.properties, declared, kind)];
  return parts.length === 0 ? undefined : { ...base, state: 'drifted', parts, live: object.properties };
};

/**
 * What somebody made look like another's, so that no plan compares it: an object of ours with another's mark, and everything
 * in a stack of ours whose tags are gone or changed. It is compared with what is declared, as that was applied:
 *
 * | object                                                              | proof that it was ours                 |
 * |---------------------------------------------------------------------|----------------------------------------|
 * | declared for a stack that is not ours by its tags                   | the stack's digest is that of git       |
 * | declared, in no template, with another's mark                       | a list as applied has it, or it lies in an object of ours |
 * | any other                                                           | none: it may be another's, and is told as a conflict only |
 */
export const seizedDrift = (look: Look): readonly FoundDrift[] => {
  const { desired, live, kinds } = look;
  const known = indexKinds(kinds);
  const isRead = isReadIn(live.unreadable, known);
  const objects = new Map(live.resources.map((object) => [object.id, object]));
  const isOfOurs = wasOurs(desired, live, known);
  const seized = new Set(seizedStacks(desired, live).map(({ name }) => name));
  return desired.resources.flatMap((resource) => {
    const kind = known.get(resource.kind);
    const object = objects.get(resource.id);
    if (kind === undefined || !isRead(resource.kind, resource.region)) return [];
    const isSeized =
      kind.driver === 'cloudformation'
        ? seized.has(resource.stack)
        : object?.ownership === 'foreign' && isOfOurs(resource.id);
    return isSeized ? (foundOf(resource, kind, object, look) ?? []) : [];
  });
};
