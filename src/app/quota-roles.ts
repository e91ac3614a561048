import { explainPolicies, explainTrust, type PackedRole } from '../access/documents/fit.ts';
import { headroom, percentOf, type Usage } from '../access/documents/limits.ts';
import { documentSize } from '../access/documents/statement.ts';
import { at, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import { type JsonObject, objectOf } from '../reconciler/model/json.ts';
import { type AccountQuotas, KNOWN_QUOTAS, type KnownQuota, type Quota } from '../reconciler/model/quotas.ts';
import { attachedTo } from './quota-transition.ts';

/** From here on a reader of the plan should know how full a role is; from there on he should act. */
const NOTE_PERCENT = 70;
const WARNING_PERCENT = 90;

/** Where a number comes from, in words. */
const origin = ({ source }: Quota, { code }: KnownQuota): string =>
  source === 'account'
    ? `quota ${code}, read from the account`
    : `quota ${code}; its default, as the account's own number could not be read`;

const tooManyPolicies = (packed: PackedRole, quota: Quota): readonly Diagnostic[] =>
  packed.role.managed.length <= quota.limit
    ? []
    : [
        {
          code: 'EDL-3070',
          severity: 'error',
          summary: 'Access does not fit a role of this account',
          detail: explainPolicies(
            packed,
            quota,
            `this account attaches ${quota.limit} to a role (${origin(quota, KNOWN_QUOTAS.attachedPoliciesPerRole)})`,
          ),
          ...at(packed.role.declaredIn),
          target: `iam-role/${packed.role.roleName}`,
        },
      ];

const trustTooLarge = ({ role }: PackedRole, quota: Quota): readonly Diagnostic[] =>
  documentSize(role.trust) <= quota.limit
    ? []
    : [
        {
          code: 'EDL-3071',
          severity: 'error',
          summary: 'Callers do not fit a role of this account',
          detail: explainTrust(
            role,
            quota,
            `this account takes ${quota.limit} (${origin(quota, KNOWN_QUOTAS.trustCharacters)})`,
          ),
          ...at(role.declaredIn),
          target: `iam-role/${role.roleName}`,
        },
      ];

const fromTo = (before: number | undefined, { used, limit }: Usage, unit: string): string =>
  `${before === undefined || before === used ? '' : `${before} → `}${used} of ${limit} ${unit} (${percentOf({ used, limit })} %)`;

/**
 * How full a role gets. Inline policies are left out: what does not fit there goes to managed ones, so that they are full by
 * design in every large role.
 */
const fullness = ({ role }: PackedRole, live: JsonObject | undefined, quotas: AccountQuotas): readonly Diagnostic[] => {
  const { policies, trust, moreGrants } = headroom(role, quotas);
  const percent = Math.max(percentOf(policies), percentOf(trust));
  const isOver = policies.used > policies.limit || trust.used > trust.limit;
  if (percent <= NOTE_PERCENT || isOver) return [];
  const liveTrust = live === undefined ? undefined : documentSize(objectOf(live['AssumeRolePolicyDocument']));
  const parts = [
    ...(percentOf(policies) > NOTE_PERCENT
      ? [fromTo(live === undefined ? undefined : attachedTo(live).length, policies, 'managed policies')]
      : []),
    ...(percentOf(trust) > NOTE_PERCENT ? [fromTo(liveTrust, trust, 'characters of trust')] : []),
  ];
  const room =
    percentOf(policies) <= NOTE_PERCENT
      ? 'Callers that share a role of yours take less room.'
      : moreGrants > 0
        ? `There is room for about ${moreGrants} more grants like those it holds. Fewer different dates and selectors of a whole tier make room.`
        : 'Even the next grant may not fit. Fewer different dates, selectors of a whole tier, or a raised quota make room.';
  const isWarning = percent > WARNING_PERCENT;
  return [
    {
      code: 'EDL-3078',
      severity: isWarning ? 'warning' : 'note',
      summary: 'Role is nearly full',
      detail: `The role of ${role.holder} uses ${parts.join(' and ')}. ${room}`,
      // Notes about files are folded away in a plan; this one is about what the plan does.
      ...(isWarning ? at(role.declaredIn) : {}),
      target: `iam-role/${role.roleName}`,
    },
  ];
};

/** Whether a role fits the account in the end, and how much room is left. `live` are its properties now, where it is there. */
export const judgeFit = (
  packed: PackedRole,
  live: JsonObject | undefined,
  quotas: AccountQuotas,
): readonly Diagnostic[] => [
  ...tooManyPolicies(packed, quotas.attachedPoliciesPerRole),
  ...trustTooLarge(packed, quotas.trustCharacters),
  ...fullness(packed, live, quotas),
];
