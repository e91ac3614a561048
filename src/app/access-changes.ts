import { withBackground } from '../access/changes/background.ts';
import { diffAccess, peopleOf } from '../access/changes/diff.ts';
import { compileAccess } from '../access/documents/compile.ts';
import { accessOf } from '../access/held/access-of.ts';
import type { HeldWorld } from '../access/held/world.ts';
import { sortByRisk } from '../access/changes/risk.ts';
import { registeredDesired, registeredLive } from '../reconciler/guards/registry.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { compareText } from '../reconciler/model/json.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { AccessChange, Plan } from '../reconciler/model/plan.ts';
import type { AccessRow, DesiredState } from '../reconciler/model/resource.ts';
import type { ViewedRole } from './held-roles.ts';
import type { IamViews } from './iam-views.ts';
import { haveSameDocuments } from './same-documents.ts';

/** What the comparison is made from. */
export interface AccessComparison {
  readonly catalog: Catalog;
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly world: HeldWorld;
  readonly roles: Readonly<Record<keyof IamViews, Roles>>;
}

/** Roles by name. */
export type Roles = ReadonlyMap<string, ViewedRole>;

const keyOf = ({ principal, tier, dataset, level, until }: AccessRow): string =>
  [principal, tier, dataset, level, until ?? ''].join('\n');

const heldBy = (role: ViewedRole | undefined, world: HeldWorld): readonly AccessRow[] =>
  role === undefined ? [] : accessOf(role, world).rows;

/** Rows before and after for one role; empty where nothing about it moves. */
const rowsOf = (name: string, sides: Readonly<Record<keyof IamViews, Roles>>, world: HeldWorld) => {
  const role = (side: keyof IamViews): ViewedRole | undefined => sides[side].get(name);
  const [applied, declared, live, expected] = [role('applied'), role('declared'), role('live'), role('expected')];
  const before: AccessRow[] = [];
  const after: AccessRow[] = [];
  if (!haveSameDocuments(applied, declared)) {
    const held = applied === undefined ? undefined : accessOf(applied, world);
    before.push(...(held?.rows ?? []), ...(held?.expired ?? []));
    after.push(...heldBy(declared, world));
  }
  if (!haveSameDocuments(live, expected)) {
    // What somebody gave by hand and this plan takes back. What it leaves alone is drift, and told there.
    const kept = new Set(heldBy(expected, world).map(keyOf));
    before.push(...heldBy(live, world).filter((row) => !kept.has(keyOf(row))));
    if (after.length === 0)
      after.push(...heldBy(declared, world).filter((row) => before.some((one) => one.principal === row.principal)));
  }
  return { before, after };
};

/** Datasets that begin with this plan are open at once to everybody who may read their whole tier. Their owners should know. */
const opened = (input: AccessComparison, applied: Roles): readonly AccessChange[] => {
  const { catalog, desired, live, plan } = input;
  if (!plan.changes.some((change) => change.kind === 'registry')) return [];
  const known = new Set(registeredLive(live).map(({ dataset }) => dataset));
  const begun = new Map(
    registeredDesired(desired)
      .filter(({ dataset }) => !known.has(dataset))
      .map(({ dataset, tier }) => [dataset, tier]),
  );
  const standing = new Set([...applied.values()].map(({ holder }) => holder));
  const people = peopleOf(catalog);
  const wide = compileAccess(catalog, desired.instance, desired.asOf).rows.filter(
    (row) => row.dataset === '*' && row.level !== 'discover' && standing.has(row.principal),
  );
  return wide.flatMap(({ principal, tier, level, until }) =>
    [...begun]
      .filter(([, of]) => of === tier)
      .map(([dataset]) => {
        const count = people(principal);
        const held = { level, ...(until === undefined ? {} : { until }) };
        return {
          principal,
          dataset,
          tier,
          before: [],
          after: [held],
          ...(count === undefined ? {} : { people: count }),
        };
      }),
  );
};

/**
 * Who gains and loses what by a plan, read from the policy documents themselves. Gains are what git adds to what was applied,
 * also when somebody has given the same by hand already: that is what gets approved. Losses are what goes, by git or because
 * the plan overwrites what was given by hand. The largest risk first.
 */
export const accessChanges = (input: AccessComparison): readonly AccessChange[] => {
  const { catalog, desired, world, roles } = input;
  const names = [...new Set(Object.values(roles).flatMap((side) => [...side.keys()]))].sort(compareText);
  const rows = names.map((name) => rowsOf(name, roles, world));
  const changes = diffAccess(
    rows.flatMap(({ before }) => before),
    rows.flatMap(({ after }) => after),
    { people: peopleOf(catalog), tiers: world.tiers, asOf: desired.asOf },
  );
  const all = sortByRisk([...changes, ...opened(input, roles.applied)], world.tiers);
  return withBackground(all, catalog, desired.instance, desired.asOf);
};
