import { packedRoles } from '../access/documents/compile.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { instanceNamed } from '../reconciler/model/instance.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { AccountQuotas } from '../reconciler/model/quotas.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { judgeFit } from './quota-roles.ts';
import { judgeStackSizes, judgeTotals, judgeVersions } from './quota-totals.ts';
import { changedRoles, judgeTransition } from './quota-transition.ts';
import { DEFAULT_FACTS, type QuotaFacts } from './read-quotas.ts';

/** What quotas are judged from. */
export interface QuotaInput {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly live: LiveState;
  /** What the account may have; absent: what every account has. */
  readonly quotas?: QuotaFacts;
}

/** One note for all that could not be read, whatever it was. */
const unreadNote = ({ unread }: AccountQuotas): readonly Diagnostic[] => {
  if (unread.length === 0) return [];
  const denied = [...new Set(unread.flatMap(({ isDenied, permission }) => (isDenied ? [permission] : [])))];
  const failed = unread.filter(({ isDenied }) => !isDenied);
  const advice = [
    ...(denied.length > 0 ? [`Allow ${denied.join(' and ')} to the role that plans, for exact numbers.`] : []),
    ...failed.map(({ reason }) => reason),
  ];
  return [
    {
      code: 'EDL-4140',
      severity: 'note',
      summary: 'Quotas could not be read',
      detail: `${unread.map(({ what }) => what).join(', ')} could not be read, so this plan is judged by what every account has. ${advice.join(' ')}`,
      target: 'quotas',
    },
  ];
};

const ofRoles = (input: QuotaInput, quotas: AccountQuotas): readonly Diagnostic[] => {
  const { plan, catalog, desired, live } = input;
  const packed = packedRoles(catalog, desired.instance, desired.asOf);
  const holders = new Map(packed.map(({ role }) => [role.roleName, role.holder]));
  const changed = new Set<string>(plan.changes.map(({ id }) => id));
  const fits = packed
    .filter(({ role: { roleName, managed } }) =>
      [`iam-role/${roleName}`, ...managed.map(({ name }) => `iam-managed-policy/${name}`)].some((id) =>
        changed.has(id),
      ),
    )
    .flatMap((one) => {
      const now = live.resources.find(({ id }) => id === `iam-role/${one.role.roleName}`)?.properties;
      return judgeFit(one, now, quotas);
    });
  const transitions = changedRoles(plan, desired.resources, live, holders).flatMap((change) =>
    judgeTransition(change, plan, quotas.attachedPoliciesPerRole),
  );
  return [...fits, ...transitions];
};

/**
 * What a plan needs more of than the account has, in the end or on the way there, and what is nearly used up: findings of the
 * guard `quota`. Without facts of the account it judges by what every account has.
 */
export const judgeQuotas = (input: QuotaInput): readonly Diagnostic[] => {
  const { plan, catalog, desired, live, quotas: facts = DEFAULT_FACTS } = input;
  const { quotas, policyVersions } = facts;
  const findings = [
    ...unreadNote(quotas),
    ...ofRoles(input, quotas),
    ...judgeTotals(plan, desired, live, quotas),
    ...judgeVersions(plan, policyVersions, instanceNamed(catalog, desired.instance).cloudFormationRole),
    ...judgeStackSizes(plan, desired),
  ];
  return findings.map((finding) => ({ ...finding, guard: 'quota' }));
};
