import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { simulate } from '../reconciler/plan/simulate.ts';
import { resourceKinds } from '../resources/index.ts';
import type { IamView } from './held-roles.ts';

/** The lake's roles and policies from four sides. */
export interface IamViews {
  /** As we applied them last; where nobody knows (adoption), as they are live. */
  readonly applied: IamView;
  /** As the plan declares them: what git says for the stacks that it touches, what was applied for all others. */
  readonly declared: IamView;
  readonly live: IamView;
  /** As they will be live after the plan; drift that it leaves alone is still in there. */
  readonly expected: IamView;
}

const isIam = (kind: string): boolean => kind === 'iam-role' || kind === 'iam-managed-policy';

const liveView = (live: LiveState): IamView =>
  live.resources.flatMap(({ kind, properties }) =>
    isIam(kind) && properties !== undefined ? [{ kind, properties }] : [],
  );

/** The four sides for one plan. */
export const iamViews = (plan: Plan, desired: DesiredState, live: LiveState): IamViews => {
  const touched = new Set(plan.changes.map((change) => change.stack));
  const pruned = new Set(plan.changes.flatMap((change) => (change.action === 'prune' ? [change.id] : [])));
  const known = live.resources.flatMap(({ id, kind, stack, properties, applied }) => {
    const last = applied ?? properties;
    return isIam(kind) && last !== undefined ? [{ id, kind, stack, properties: last }] : [];
  });
  const written = desired.resources.filter(({ kind, stack }) => isIam(kind) && touched.has(stack));
  const rewritten = new Set(written.map(({ id }) => id));
  return {
    applied: known,
    declared: [
      ...known.filter(({ id, stack }) => !pruned.has(id) && !rewritten.has(id) && !touched.has(stack ?? '')),
      ...written,
    ],
    live: liveView(live),
    expected: liveView(simulate(live, plan, desired, resourceKinds)),
  };
};
