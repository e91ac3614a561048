import { splitObject, type Part, type Sides, UNKNOWN } from '../diff/sides.ts';
import { unitsOf } from '../diff/units.ts';
import type { JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { FoundPart } from './found.ts';

/** The parts that healing writes for themselves: also of objects that apply writes whole, so that one can be put right alone. */
const partsOf = (live: JsonObject, declared: JsonObject, kind: ResourceKind): readonly Part[] => {
  const sides: Sides = { applied: UNKNOWN, live, desired: declared };
  return kind.driver === 'cloudformation' ? unitsOf(sides, kind) : splitObject('', sides).parts;
};

const isWithin = (path: string, part: string): boolean => path === part || path.startsWith(`${part}/`);

/** The parts of an object in which one of these properties lies. */
export const foundParts = (
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
