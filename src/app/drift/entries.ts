import { effectOfObject, effectOfPart, worstEffect } from '../../access/effects/effect-of.ts';
import type { FoundDrift, FoundPart } from '../../reconciler/drift/found.ts';
import { DIGEST_PATH } from '../../reconciler/drift/dropped.ts';
import { gatherDrift } from '../../reconciler/drift/gather.ts';
import { holdOn } from '../../reconciler/drift/rules.ts';
import { MARK_PATH } from '../../reconciler/drift/seized.ts';
import { siftFound } from '../../reconciler/drift/sift-found.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { IgnoreRule } from '../../reconciler/model/drift-rules.ts';
import type { DriftedPart, DriftEffect, DriftEntry, IgnoredDrift } from '../../reconciler/model/drift.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { resourceKinds } from '../../resources/index.ts';
import { accessFinder } from './access-by.ts';
import { tierFinder } from './tiers.ts';

/** A plan with what it was made of. */
export interface DriftParts {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
}

/** An entry, with both sides of its object for who wants to put it right. */
export interface JudgedDrift {
  readonly found: FoundDrift;
  readonly entry: DriftEntry;
}

const UNSURE = 'nobody knows what was applied last, so part of what differs may be a change of git';

/** Parts that are no property of any kind. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [MARK_PATH, 'somebody took its mark away or gave it to another owner, so that EDL no longer looks after it'],
  [DIGEST_PATH, 'somebody changed it after git let it go, and nobody knows what it was before'],
]);

const judgePart = (part: FoundPart, kind: string): DriftedPart => {
  const meaning = MEANINGS.get(part.path);
  return meaning === undefined
    ? { ...part, ...effectOfPart({ kind, ...part }) }
    : { ...part, effect: 'widens', meaning };
};

const judgeWhole = ({ kind, state, undeclared, live, declared }: FoundDrift) => {
  if (undeclared !== true && state !== 'missing') return undefined;
  return effectOfObject({
    kind,
    state: undeclared === true ? 'undeclared' : 'missing',
    properties: (undeclared === true ? live : declared) ?? {},
  });
};

const ORDER: Readonly<Record<DriftEffect, number>> = { widens: 0, narrows: 1, neutral: 2 };

/** What widens first, then what narrows; among these by id. */
const inOrder = (left: JudgedDrift, right: JudgedDrift): number =>
  ORDER[left.entry.effect] - ORDER[right.entry.effect] || compareText(left.entry.id, right.entry.id);

/** What a look at everything came to. */
export interface Judgement {
  readonly judged: readonly JudgedDrift[];
  /** What rules of `lake.yaml` take out. */
  readonly ignored: readonly IgnoredDrift[];
}

/** All drift of the plan again, with what the rules took out of it: here they see what no plan tells, too. */
const withIgnored = (plan: Plan): Plan => {
  const byId = new Map(plan.drift.map((drift) => [drift.id, drift]));
  for (const { rule: _, ...drift } of plan.ignored ?? []) {
    const properties = [...(byId.get(drift.id)?.properties ?? []), ...drift.properties];
    byId.set(drift.id, {
      ...drift,
      properties: properties.sort((left, right) => compareText(left.path, right.path)),
    });
  }
  return { ...plan, drift: [...byId.values()] };
};

const effectsIn = (found: FoundDrift) => {
  const parts = found.parts.map((part) => judgePart(part, found.kind));
  const whole = judgeWhole(found);
  const effect = worstEffect([...parts.map((part) => part.effect), ...(whole === undefined ? [] : [whole.effect])]);
  return { parts, whole, effect };
};

const ignoredOf = (found: FoundDrift, { reason, until, declaredIn }: IgnoreRule): IgnoredDrift => ({
  id: found.id,
  paths: found.parts.flatMap(({ properties }) => properties.map(({ path }) => path)),
  effect: effectsIn(found).effect,
  rule: { reason, until, declaredIn },
});

/** Every object that is not as it was applied, with what that means for whom, and what is ignored of it. Pure. */
export const judgeDrift = ({ plan, catalog, desired, live }: DriftParts): Judgement => {
  const rules = catalog.lake.drift;
  const findTier = tierFinder(catalog, desired);
  const all = gatherDrift({ plan: withIgnored(plan), desired, live, kinds: resourceKinds });
  const sifted = siftFound(all, rules, desired.asOf, resourceKinds);
  const accessBy = accessFinder(plan.outside ?? [], new Set(sifted.found.map(({ id }) => id)), desired, live);
  const judged = sifted.found.map((found): JudgedDrift => {
    const { live: _live, declared: _declared, parts: _parts, unsure, ...base } = found;
    const { parts, whole, effect } = effectsIn(found);
    const meaning = whole?.meaning ?? (unsure === true ? UNSURE : undefined);
    const access = accessBy(found.id);
    const tier = findTier({ ...base, access });
    const hold = holdOn(found.id, rules, desired.asOf);
    const entry: DriftEntry = {
      ...base,
      ...(tier === undefined ? {} : { tier }),
      effect,
      ...(meaning === undefined ? {} : { meaning }),
      parts,
      access,
      ...(hold === undefined ? {} : { hold: { reason: hold.reason, until: hold.until, declaredIn: hold.declaredIn } }),
    };
    return { found, entry };
  });
  return {
    judged: judged.sort(inOrder),
    ignored: sifted.ignored.map(({ found, rule }) => ignoredOf(found, rule)),
  };
};
