import { splitObject, UNKNOWN, type Part } from '../../reconciler/diff/sides.ts';
import { unitsOf } from '../../reconciler/diff/units.ts';
import { healedBeside } from '../../reconciler/drift/overlook.ts';
import type { DriftedPart } from '../../reconciler/model/drift.ts';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { type Json, type JsonObject, sameJson, textOf } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { logicalIdOf } from '../../reconciler/model/logical-id.ts';
import { resourceKinds } from '../../resources/index.ts';
import type { DriftParts } from './entries.ts';
import type { Selected } from './heal-select.ts';

const unitsBetween = (live: JsonObject, other: JsonObject, kind: ResourceKind): readonly Part[] => {
  const sides = { applied: UNKNOWN, live, desired: other } as const;
  return kind.driver === 'cloudformation' ? unitsOf(sides, kind) : splitObject('', sides).parts;
};

/** Known by its property and its name, because places in a list differ between what is declared and what was applied. */
const identityOf = ({ pointer, key }: Part): string => `${pointer.split('/')[1] ?? ''} ${key}`;

const isEdited = (part: DriftedPart): boolean => part.properties.some(({ cause }) => cause === 'both');

const withSides = (path: string, live: Json | undefined, wanted: Json | undefined): HealPart => ({
  path,
  ...(live === undefined ? {} : { live }),
  ...(wanted === undefined ? {} : { wanted }),
});

/** The parts with what they should become: in another list than the declared one they may have another place. */
const partsTowards = (
  parts: readonly DriftedPart[],
  { live, declared, target }: { live: JsonObject; declared: JsonObject; target: JsonObject },
  kind: ResourceKind,
): readonly HealPart[] => {
  if (target === declared) return parts.map((part) => withSides(part.path, part.live, part.declared));
  const named = unitsBetween(live, declared, kind);
  const units = new Map(unitsBetween(live, target, kind).map((unit) => [identityOf(unit), unit.sides.desired]));
  return parts.map((part) => {
    // What only one list has can have the place of something else in the other list.
    const unit = named.find(({ pointer, sides }) => pointer === part.path && sameJson(sides.live, part.live));
    return withSides(part.path, part.live, unit === undefined ? part.declared : units.get(identityOf(unit)));
  });
};

/**
 * What an object is to become: what was applied last, for drift alone the same as what is declared. What git has changed since
 * comes with the next apply, and what a rule ignores stays as it is.
 */
const targetOf = (
  { judged, parts }: Selected,
  { live: state, plan }: DriftParts,
  kind: ResourceKind | undefined,
): JsonObject | undefined => {
  const { id, live, declared } = judged.found;
  const applied = state.resources.find((object) => object.id === id)?.applied;
  const target = applied !== undefined && (live === undefined || parts.some(isEdited)) ? applied : declared;
  const ignored = (plan.ignored ?? []).filter((one) => one.id === id).flatMap(({ properties }) => properties);
  if (live === undefined || target === undefined || kind === undefined || ignored.length === 0) return target;
  return healedBeside(live, target, kind, new Set(ignored.map(({ path }) => path)));
};

/** What is to be written for an object. */
export const healWorkOf = (selected: Selected, drift: DriftParts): HealWork => {
  const { found } = selected.judged;
  const { id, kind: name, type, stack, region, live, declared } = found;
  const { desired, live: state } = drift;
  const kind = resourceKinds.find((one) => one.name === name);
  const target = targetOf(selected, drift, kind);
  const digest = state.resources.find((object) => object.id === id)?.appliedDigest;
  const physicalId = state.stacks.find((one) => one.name === stack && one.region === region)?.refs?.[logicalIdOf(id)];
  const blob = desired.blobs.find(({ sha256 }) => textOf(declared?.['Key']).includes(sha256));
  const { organization, instance, account } = desired;
  return {
    scope: { organization, instance, account },
    id,
    kind: name,
    type,
    stack,
    region,
    ...(live === undefined ? {} : { live }),
    ...(target === undefined ? {} : { wanted: target }),
    parts:
      live === undefined || declared === undefined || target === undefined || kind === undefined
        ? selected.parts.map((part) => withSides(part.path, part.live, part.declared))
        : partsTowards(selected.parts, { live, declared, target }, kind),
    ...(physicalId === undefined ? {} : { physicalId }),
    ...(digest === undefined ? {} : { markDigest: digest }),
    ...(blob === undefined ? {} : { blob }),
  };
};
