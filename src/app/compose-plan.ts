import { overlook } from '../reconciler/drift/overlook.ts';
import { siftDrift } from '../reconciler/drift/rules.ts';
import { worldOf } from '../access/held/world.ts';
import { countPeople } from '../access/changes/people.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { CatalogCommit, IgnoredChange, Plan } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { makePlan, withDiagnostics } from '../reconciler/plan/make-plan.ts';
import { planDigest } from '../reconciler/plan/plan-digest.ts';
import { selectTargets, type Selection } from '../reconciler/plan/targets.ts';
import { resourceKinds } from '../resources/index.ts';
import { accessChanges } from './access-changes.ts';
import { bucketPolicies, liveKeys } from './account-view.ts';
import { callerChanges } from './caller-changes.ts';
import { rolesIn } from './held-roles.ts';
import { iamViews, type IamViews } from './iam-views.ts';
import { outsideAccess } from './outside-access.ts';

/** Everything that a plan is composed of, but for what the guards must still ask AWS. */
export interface PlanParts {
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
  /** Of the catalog and the compiler. */
  readonly diagnostics: readonly Diagnostic[];
  readonly meta: CatalogCommit;
  readonly selection: Selection;
}

/** Roles that nobody could read are not gone, and nothing can be said of what others did to them. */
const isUnread = ({ unreadable }: LiveState): boolean =>
  unreadable.some(({ kind }) => kind === 'iam-role' || kind === 'iam-managed-policy');

/** Who gains what by the plan, how many people that are, and what others did past it. */
const tellAccess = (
  { catalog, desired, live }: PlanParts,
  plan: Plan,
  views: IamViews,
): Pick<Plan, 'access' | 'people' | 'outside'> => {
  const bare = worldOf(catalog, desired.instance, desired.asOf);
  const world = { ...bare, keys: liveKeys(live, bare) };
  const roles = {
    applied: rolesIn(views.applied, world),
    declared: rolesIn(views.declared, world),
    live: rolesIn(views.live, world),
    expected: rolesIn(views.expected, world),
  };
  const access = accessChanges({ catalog, plan, desired, live, world, roles });
  const people = countPeople(access, catalog.principals, world.tiers);
  // Access that comes only from what is ignored is not told. What is approved and applied never sees this view.
  const told = overlook(live, plan.ignored ?? [], desired, resourceKinds);
  const expected = told === live ? roles.expected : rolesIn(iamViews(plan, desired, told).expected, world);
  const buckets = bucketPolicies(told, plan);
  const outside = isUnread(live)
    ? []
    : outsideAccess({
        catalog,
        world,
        declared: { roles: roles.declared, resources: buckets.declared },
        expected: { roles: expected, resources: buckets.expected },
      });
  return {
    access,
    ...(people.length === 0 ? {} : { people }),
    ...(outside.length === 0 ? {} : { outside }),
  };
};

/** Ignored differences count as none: an object that has only such ones is unchanged. */
const withoutIgnored = (plan: Plan, { lake }: Catalog): Plan => {
  const { drift, ignored } = siftDrift(plan.drift, lake.drift, plan.asOf);
  if (ignored.length === 0) return plan;
  const left = new Set([...drift.map(({ id }) => id), ...plan.changes.map(({ id }) => id)]);
  const settled = new Set(
    ignored.flatMap(({ drift: { id, status } }) => (status === 'missing' || left.has(id) ? [] : [id])),
  );
  return {
    ...plan,
    drift,
    ignored: ignored.map((one): IgnoredChange => ({ ...one.drift, rule: one.rule })),
    summary: { ...plan.summary, unchanged: plan.summary.unchanged + settled.size },
  };
};

/** The plan with its access changes and what is to be said of callers, not yet guarded. Pure. */
export const composePlan = (parts: PlanParts): Plan => {
  const { catalog, desired, live, diagnostics, meta, selection } = parts;
  const whole = makePlan({
    desired,
    live,
    access: [],
    kinds: resourceKinds,
    meta,
    // The compiler's own messages are in `desired`; what is left are those of the catalog.
    diagnostics: diagnostics.filter((diagnostic) => !desired.diagnostics.includes(diagnostic)),
    asOf: desired.asOf,
  });
  const plan = selectTargets(withoutIgnored(whole, catalog), desired, selection);
  const views = iamViews(plan, desired, live);
  const access = tellAccess(parts, plan, views);
  const complete = withDiagnostics(plan, callerChanges(catalog, desired, views));
  return { ...complete, ...access, digest: planDigest(desired.instance, plan.changes, access.access) };
};
