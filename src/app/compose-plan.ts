import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { makePlan, withDiagnostics } from '../reconciler/plan/make-plan.ts';
import { planDigest } from '../reconciler/plan/plan-digest.ts';
import { selectTargets, type Selection } from '../reconciler/plan/targets.ts';
import { resourceKinds } from '../resources/index.ts';
import { accessChanges } from './access-changes.ts';
import { callerChanges } from './caller-changes.ts';
import { iamViews } from './iam-views.ts';

/** Everything that a plan is composed of, but for what the guards must still ask AWS. */
export interface PlanParts {
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
  /** Of the catalog and the compiler. */
  readonly diagnostics: readonly Diagnostic[];
  readonly meta: Pick<Plan['catalog'], 'commit' | 'dirty'>;
  readonly selection: Selection;
}

/** The plan with its access changes and what is to be said of callers, not yet guarded. Pure. */
export const composePlan = ({ catalog, desired, live, diagnostics, meta, selection }: PlanParts): Plan => {
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
  const plan = selectTargets(whole, desired, selection);
  const views = iamViews(plan, desired, live);
  const access = accessChanges({ catalog, plan, desired, live, views });
  const told = withDiagnostics(plan, callerChanges(catalog, desired, views));
  return { ...told, access, digest: planDigest(desired.instance, plan.changes, access) };
};
