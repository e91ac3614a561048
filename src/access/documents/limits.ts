import { at, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { canonicalJson, type JsonObject, listOf, objectOf } from '../../reconciler/model/json.ts';
import { type AccountQuotas, DEFAULT_QUOTAS, KNOWN_QUOTAS } from '../../reconciler/model/quotas.ts';
import { explainPolicies, explainTrust, type PackedRole } from './fit.ts';
import { DOCUMENT_LIMIT, type Leaf } from './pack.ts';
import type { AccessRole } from './role.ts';
import { documentSize } from './statement.ts';

/** What IAM takes of one role, in every account: no quota raises it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const LIMITS = { inlineCharacters: 10_240 } as const;

/** How full something is. */
export interface Usage {
  readonly used: number;
  readonly limit: number;
}

/** What a role uses of what it may have. */
export interface RoleUsage {
  /** Managed policies attached to it. */
  readonly policies: Usage;
  /** Characters of its inline policies. */
  readonly inline: Usage;
  /** Characters of its trust. */
  readonly trust: Usage;
  /** How many different days its rows end on: each needs statements of its own. */
  readonly dates: number;
}

/** What a role uses, and what fits beside it. */
export interface Headroom extends RoleUsage {
  /** About how many more grants like those it holds fit; 0 where even the next one may not. */
  readonly moreGrants: number;
}

/** The characters of all inline policies, with their names. */
export const inlineSize = (role: AccessRole): number =>
  role.inline.reduce((sum, policy) => sum + policy.name.length + documentSize(policy.document), 0);

/** How full something is, in percent, rounded down: 100 means that nothing more fits. */
export const percentOf = ({ used, limit }: Usage): number => (limit === 0 ? 100 : Math.floor((used / limit) * 100));

/** What a role uses of what it may have in an account. */
export const roleUsage = (role: AccessRole, quotas: AccountQuotas): RoleUsage => ({
  policies: { used: role.managed.length, limit: quotas.attachedPoliciesPerRole.limit },
  inline: { used: inlineSize(role), limit: LIMITS.inlineCharacters },
  trust: { used: documentSize(role.trust), limit: quotas.trustCharacters.limit },
  dates: new Set(role.rows.flatMap((row) => row.until ?? [])).size,
});

/**
 * How full documents are, all in all, when the last one is used up: measured, and rounded down. A document that splits leaves
 * two halves, and as hashes spread evenly most of them split at about the same time.
 */
const FILL = 0.65;

/** Documents made of rows: all but the constant base. */
const rowDocuments = (role: AccessRole): readonly JsonObject[] =>
  [...role.inline.filter(({ name }) => name !== 'base'), ...role.managed].map(({ document }) => document);

/** A row that reads in one region, between those that share their day and those that do not, and what is before it: measured. */
const TYPICAL = { row: 300, frame: 1500 } as const;

/** Fewer rows than this say little: what they share (a bucket, a database, a key) would count as if each had its own. */
const TELLING_ROWS = 10;

/** A statement without what rows add to it: resources, and the prefixes and the day of its condition. */
const frameOf = (statement: JsonObject): string => {
  const { Resource: _, Condition, ...rest } = statement;
  const { StringLike: prefixes, DateLessThan: day, ...others } = objectOf(Condition);
  const condition = { ...others, ...(prefixes === undefined ? {} : { StringLike: '' }) };
  return canonicalJson({ ...rest, ...(day === undefined ? {} : { day: '' }), Resource: '', Condition: condition });
};

/** What every document spends before its first row: each sort of statement once. More of them, for other days, are the rows' own. */
const frameSize = (document: JsonObject): number =>
  [...new Set(listOf(document['Statement']).map(objectOf).map(frameOf))].reduce((sum, frame) => sum + frame.length, 0);

const average = (sizes: readonly number[]): number =>
  sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);

/**
 * What a role uses, and about how many more grants fit: judged by what its own rows take, beside what every document spends
 * before its first row; where it has few, by typical rows as well.
 */
export const headroom = (role: AccessRole, quotas: AccountQuotas): Headroom => {
  const usage = roleUsage(role, quotas);
  const documents = rowDocuments(role);
  const [sizes, frames] = [documents.map(documentSize), documents.map(frameSize)];
  const rows = role.rows.length;
  const frame = documents.length === 0 ? TYPICAL.frame : average(frames);
  const own = (average(sizes) - average(frames)) * documents.length;
  const row = (own + TYPICAL.row * Math.max(0, TELLING_ROWS - rows)) / Math.max(TELLING_ROWS, rows);
  const capacity = (usage.policies.limit + 1) * (DOCUMENT_LIMIT * FILL - frame);
  return { ...usage, moreGrants: Math.max(0, Math.floor(capacity / row - rows)) };
};

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

/** The most that AWS gives any account. */
const MOST = {
  policies: { limit: KNOWN_QUOTAS.attachedPoliciesPerRole.most, source: 'default' },
  trust: { limit: KNOWN_QUOTAS.trustCharacters.most, source: 'default' },
} as const;

const beyondEveryAccount = (packed: PackedRole): readonly Diagnostic[] => {
  const { role } = packed;
  return [
    ...(role.managed.length <= MOST.policies.limit
      ? []
      : [
          {
            code: 'EDL-2060',
            severity: 'error',
            summary: 'Access does not fit one role',
            detail: explainPolicies(
              packed,
              MOST.policies,
              `IAM attaches ${MOST.policies.limit} at most in any account`,
            ),
            ...at(role.declaredIn),
          } as const,
        ]),
    ...(documentSize(role.trust) <= MOST.trust.limit
      ? []
      : [
          {
            code: 'EDL-2062',
            severity: 'error',
            summary: 'Too many callers for one role',
            detail: explainTrust(role, MOST.trust, `IAM takes ${MOST.trust.limit} at most in any account`),
            ...at(role.declaredIn),
          } as const,
        ]),
  ];
};

/** Everything about a role that IAM refuses in every account. What an account may raise is judged by its own quotas, later. */
export const judgeRole = (packed: PackedRole, leaves: readonly Leaf[]): readonly Diagnostic[] => [
  ...inlineTooLarge(packed.role),
  ...leafTooLarge(packed.role, leaves),
  ...beyondEveryAccount(packed),
];

const LATER = 'An account may have more: "edl plan" judges by the number of the account itself.';

/** What is more than every account has, as far as that can be told without asking: a warning, the plan knows better. */
export const judgeByDefaults = (packed: PackedRole): readonly Diagnostic[] => {
  const { role } = packed;
  const { attachedPoliciesPerRole: policies, trustCharacters: trust } = DEFAULT_QUOTAS;
  const isBetween = (used: number, usual: number, most: number): boolean => used > usual && used <= most;
  return [
    ...(isBetween(role.managed.length, policies.limit, MOST.policies.limit)
      ? [
          {
            code: 'EDL-2064',
            severity: 'warning',
            summary: 'Access may not fit one role',
            detail: `${explainPolicies(packed, policies, `a new account attaches ${policies.limit} to a role`)} ${LATER}`,
            ...at(role.declaredIn),
          } as const,
        ]
      : []),
    ...(isBetween(documentSize(role.trust), trust.limit, MOST.trust.limit)
      ? [
          {
            code: 'EDL-2065',
            severity: 'warning',
            summary: 'Callers may not fit one role',
            detail: `${explainTrust(role, trust, `a new account takes ${trust.limit}`)} ${LATER}`,
            ...at(role.declaredIn),
          } as const,
        ]
      : []),
  ];
};
