import { asJson, compareText, sameJson } from '../model/json.ts';
import type { AccessChange, Change, Plan, PropertyChange } from '../model/plan.ts';
import { meaningOfAccess, withoutLocation } from './plan-digest.ts';

/** Whether a new plan does no more than a saved one, and if it does, what. */
export interface SubsetResult {
  readonly subset: boolean;
  /** One line for each thing that nobody approved. Sorted. */
  readonly extra: readonly string[];
}

const same = (left: unknown, right: unknown): boolean => sameJson(asJson(left), asJson(right));

const newProperties = (properties: readonly PropertyChange[], approved: readonly PropertyChange[]): readonly string[] =>
  properties
    .filter((property) => !approved.some((one) => same(one, property)))
    .map((property) =>
      approved.some((one) => one.path === property.path)
        ? `${property.path} changes otherwise than approved`
        : `${property.path} is not in the saved plan`,
    );

/** An update after a half-done adoption finds the same values to set, but by then knows more of their cause. */
const isWithinAdoption = (property: PropertyChange, approved: readonly PropertyChange[]): boolean =>
  approved.some((one) => one.path === property.path && same(one.after ?? null, property.after ?? null));

const rank = { 'in-place': 0, 'may-replace': 1, replaces: 2 } as const;

const extraOfUpdate = (change: Extract<Change, { action: 'update' }>, approved: Change): readonly string[] => {
  if (approved.action === 'adopt')
    return change.properties
      .filter((property) => !isWithinAdoption(property, approved.properties))
      .map((property) => `${property.path} is not in the saved plan`);
  if (approved.action !== 'update') return [`the saved plan has a ${approved.action} of it`];
  return [
    ...newProperties(change.properties, approved.properties),
    ...(rank[change.impact] > rank[approved.impact] ? [`its impact is ${change.impact}, not ${approved.impact}`] : []),
  ];
};

type Adoption = Extract<Change, { action: 'adopt' }>;

const extraOfAdoption = (change: Adoption, approved: Adoption): readonly string[] => {
  const meaning = ({ after, ownership }: Adoption) => ({ after, ownership });
  return same(meaning(change), meaning(approved))
    ? newProperties(change.properties, approved.properties)
    : ['differs from the one in the saved plan'];
};

const extraOfChange = (change: Change, approved: Change | undefined): readonly string[] => {
  if (approved === undefined) return ['not in the saved plan'];
  if (approved.stack !== change.stack || approved.region !== change.region) return ['in another stack than approved'];
  if (change.action === 'update') return extraOfUpdate(change, approved);
  if (change.action === 'adopt' && approved.action === 'adopt') return extraOfAdoption(change, approved);
  if (approved.action !== change.action) return [`the saved plan has a ${approved.action} of it`];
  return same(withoutLocation(change), withoutLocation(approved)) ? [] : ['differs from the one in the saved plan'];
};

const accessKey = (change: AccessChange): string => `${change.principal} on ${change.tier} ${change.dataset}`;

const extraOfAccess = (access: readonly AccessChange[], approved: readonly AccessChange[]): readonly string[] => {
  const byKey = new Map(approved.map((change) => [accessKey(change), change] as const));
  return access
    .filter((change) => {
      const known = byKey.get(accessKey(change));
      return known === undefined || !same(meaningOfAccess(known), meaningOfAccess(change));
    })
    .map((change) =>
      byKey.has(accessKey(change))
        ? `access of ${accessKey(change)}: changes otherwise than approved`
        : `access of ${accessKey(change)}: not in the saved plan`,
    );
};

/**
 * Whether a plan made now does only what a saved plan said. Changes, properties and access rows may have vanished, because
 * they are done or no longer needed; whatever is new or different nobody has approved.
 */
export const isSubset = (newPlan: Plan, savedPlan: Plan): SubsetResult => {
  const approved = new Map(savedPlan.changes.map((change) => [change.id, change] as const));
  const ofChanges = newPlan.changes.flatMap((change) =>
    extraOfChange(change, approved.get(change.id)).map((why) => `${change.action} ${change.id}: ${why}`),
  );
  const ofInstance =
    newPlan.instance === savedPlan.instance
      ? []
      : [`instance ${newPlan.instance}: the saved plan is for ${savedPlan.instance}`];
  const extra = [...ofInstance, ...ofChanges, ...extraOfAccess(newPlan.access, savedPlan.access)].sort(compareText);
  return { subset: extra.length === 0, extra };
};
