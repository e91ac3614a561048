import { at, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { documentSize } from './statement.ts';
import { DOCUMENT_LIMIT, type Leaf } from './pack.ts';
import type { AccessRole } from './role.ts';

/** What IAM gives every account; quotas judge the packing, they never shape it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const LIMITS = {
  attachedPolicies: 10,
  inlineCharacters: 10_240,
  trustCharacters: 2048,
} as const;

const causes = (role: AccessRole): string => {
  const days = new Set(role.rows.flatMap((row) => row.until ?? []));
  const dated = role.rows.filter((row) => row.until !== undefined).length;
  return `It holds ${role.rows.length} rows of access, ${dated} of them dated, with ${days.size} different dates (each date needs statements of its own).`;
};

const WAYS_OUT =
  'Use fewer different dates, grant a whole tier by a selector, raise the quota of the account, or split the principal.';

const tooManyPolicies = (role: AccessRole): readonly Diagnostic[] =>
  role.managed.length <= LIMITS.attachedPolicies
    ? []
    : [
        {
          code: 'EDL-2060',
          severity: 'error',
          summary: 'Access does not fit one role',
          detail: `The access of ${role.holder} needs ${role.managed.length} managed policies beside its inline ones, and IAM attaches ${LIMITS.attachedPolicies} to a role. ${causes(role)} ${WAYS_OUT}`,
          ...at(role.declaredIn),
        },
      ];

/** The characters of all inline policies, with their names. */
export const inlineSize = (role: AccessRole): number =>
  role.inline.reduce((sum, policy) => sum + policy.name.length + documentSize(policy.document), 0);

const inlineTooLarge = (role: AccessRole): readonly Diagnostic[] => {
  const size = inlineSize(role);
  return size <= LIMITS.inlineCharacters
    ? []
    : [
        {
          code: 'EDL-2061',
          severity: 'error',
          summary: 'Inline policies too large',
          detail: `The inline policies of the role of ${role.holder} have ${size} characters, and IAM takes ${LIMITS.inlineCharacters}. Each region of the instance adds to them. Give the instance fewer regions, or make a second instance.`,
          ...at(role.declaredIn),
        },
      ];
};

const trustTooLarge = (role: AccessRole): readonly Diagnostic[] => {
  const size = documentSize(role.trust);
  return size <= LIMITS.trustCharacters
    ? []
    : [
        {
          code: 'EDL-2062',
          severity: 'error',
          summary: 'Too many callers for one role',
          detail: `The trust of the role of ${role.holder} has ${size} characters, and IAM takes ${LIMITS.trustCharacters}. Let the callers take one role of yours that is declared here instead of each of them, or split the principal.`,
          ...at(role.declaredIn),
        },
      ];
};

const leafTooLarge = (role: AccessRole, leaves: readonly Leaf[]): readonly Diagnostic[] =>
  leaves
    .filter((leaf) => leaf.size > DOCUMENT_LIMIT)
    .map((leaf) => ({
      code: 'EDL-2063',
      severity: 'error',
      summary: 'Access to one dataset does not fit one policy',
      detail: `The access of ${role.holder} to ${[...new Set(leaf.rows.map((row) => row.dataset))].join(', ')} needs ${leaf.size} characters, and IAM takes ${DOCUMENT_LIMIT} a policy. The dataset is in too many regions, or its levels end on too many different dates.`,
      ...at(role.declaredIn),
    }));

/** Everything about a role that IAM would refuse. */
export const judgeRole = (role: AccessRole, leaves: readonly Leaf[]): readonly Diagnostic[] => [
  ...tooManyPolicies(role),
  ...inlineTooLarge(role),
  ...trustTooLarge(role),
  ...leafTooLarge(role, leaves),
];
