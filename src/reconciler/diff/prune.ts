import type { Kinds } from '../live/kinds.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';

/** The type of objects in templates of ours whose kind this version does not know. */
const UNKNOWN_TYPE = 'EDL::Unknown';

/** Ours by a template or by a mark, hence ours to prune; what only carries our tags was retained on purpose. */
const isHeld = (live: LiveResource): boolean => live.ownership === 'ours' && live.stack !== undefined;

/**
 * Objects of ours that nobody declares any more. What is unowned or foreign, what was retained, what could not be read, what
 * somebody else put into our template and what is named by its content is never pruned.
 */
export const pruneChanges = (desired: DesiredState, live: LiveState, kinds: Kinds): readonly Change[] => {
  const declared = new Set(desired.resources.map((resource) => resource.id));
  return live.resources.flatMap((object): readonly Change[] => {
    const kind = kinds.get(object.kind);
    if (declared.has(object.id) || !isHeld(object) || object.undeclared || kind?.contentAddressed === true) return [];
    return [
      {
        action: 'prune',
        id: object.id,
        kind: object.kind,
        type: kind?.type ?? UNKNOWN_TYPE,
        stack: object.stack ?? '',
        region: object.stackRegion ?? object.region,
        holdsData: kind?.holdsData ?? false,
      },
    ];
  });
};
