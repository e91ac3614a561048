import { compareProperties } from '../diff/compare.ts';
import { indexKinds } from '../live/kinds.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import { digestOfProperties } from '../model/mark.ts';
import type { Plan } from '../model/plan.ts';
import { isSameTemplate } from '../model/template-digest.ts';
import type { FoundDrift, FoundPart } from './found.ts';
import { foundParts } from './parts.ts';

/** The path under which it is told that a mark is of other content, where nobody knows of which. */
export const DIGEST_PATH = '/EdlDigest';

/** Glue and S3: the mark says that something else was applied, but not what. */
const spoiledMark = ({ properties = {}, appliedDigest }: LiveResource): readonly FoundPart[] => {
  if (appliedDigest === undefined) return [];
  const before = digestOfProperties(properties);
  if (before === appliedDigest) return [];
  const property = { path: DIGEST_PATH, before, after: appliedDigest, cause: 'both' as const };
  return [{ path: DIGEST_PATH, properties: [property], live: before, declared: appliedDigest }];
};

const partsOf = (object: LiveResource, kind: ResourceKind): readonly FoundPart[] => {
  const { applied, properties: live } = object;
  if (live === undefined) return [];
  if (applied === undefined) return kind.driver === 'cloudformation' ? [] : spoiledMark(object);
  const properties = compareProperties({ applied, live, desired: applied }, kind).filter(
    ({ before = null, after = null }) =>
      kind.driver !== 'cloudformation' || !isSameTemplate({ before }, { before: after }),
  );
  return foundParts(properties, live, applied, kind);
};

/**
 * What git let go and no apply has pruned yet is ours for as long as it is there: it is compared with what was applied last.
 * That somebody deleted it is what git wants, hence no drift.
 */
export const droppedDrift = (plan: Plan, live: LiveState, kinds: readonly ResourceKind[]): readonly FoundDrift[] => {
  const known = indexKinds(kinds);
  const objects = new Map(live.resources.map((object) => [object.id, object]));
  return plan.changes.flatMap((change): readonly FoundDrift[] => {
    if (change.action !== 'prune') return [];
    const object = objects.get(change.id);
    const kind = known.get(change.kind);
    if (object?.properties === undefined || kind === undefined) return [];
    const parts = partsOf(object, kind);
    if (parts.length === 0) return [];
    const { id, type, stack, region } = change;
    return [
      {
        id,
        kind: change.kind,
        type,
        stack,
        region,
        state: 'drifted',
        parts,
        live: object.properties,
        ...(object.applied === undefined ? {} : { declared: object.applied }),
      },
    ];
  });
};
