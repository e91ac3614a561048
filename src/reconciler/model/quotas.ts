/** Where a number comes from: the account itself, or what AWS gives every account until somebody asks for more. */
export type QuotaSource = 'account' | 'default';

/** How much of something an account may have. */
export interface Quota {
  readonly limit: number;
  readonly source: QuotaSource;
}

/** A quota on a count of objects, with how many there are; absent where nobody could count. */
export interface CountQuota extends Quota {
  readonly used?: number;
}

/** A quota that could not be read: whoever judges by its default says so. */
export interface UnreadQuota {
  /** What was asked, as a noun: `IAM's quotas`. */
  readonly what: string;
  /** The IAM action that would give the number. */
  readonly permission: string;
  /** Whether the caller lacks that permission; otherwise AWS did not answer. */
  readonly isDenied: boolean;
  readonly reason: string;
}

/** The quotas that the lake may meet in its account. They judge a plan and never shape what is compiled. */
export interface AccountQuotas {
  readonly attachedPoliciesPerRole: Quota;
  readonly trustCharacters: Quota;
  readonly managedPolicies: CountQuota;
  readonly roles: CountQuota;
  /** CloudFormation stacks, by region. */
  readonly stacks: Readonly<Record<string, CountQuota>>;
  readonly unread: readonly UnreadQuota[];
}

/** What is known of a quota without asking the account. */
export interface KnownQuota {
  readonly service: 'iam' | 'cloudformation';
  /** Its code in Service Quotas. */
  readonly code: string;
  readonly name: string;
  /** What a new account has. */
  readonly usual: number;
  /** What AWS raises it to at most, where it says so. */
  readonly most?: number;
}

/**
 * The quotas that can be raised. AWS has changed some of the usual values over the years (10 attached policies became 20 in
 * 2026), so the smaller one counts where the account does not tell.
 * IAM/latest/UserGuide/reference_iam-quotas, AWSCloudFormation/latest/UserGuide/cloudformation-limits
 */
export const KNOWN_QUOTAS = {
  attachedPoliciesPerRole: {
    service: 'iam',
    code: 'L-0DA4ABF3',
    name: 'Managed policies per role',
    usual: 10,
    most: 25,
  },
  trustCharacters: {
    service: 'iam',
    code: 'L-C07B4B0D',
    name: 'Role trust policy length',
    usual: 2_048,
    most: 8_192,
  },
  managedPolicies: {
    service: 'iam',
    code: 'L-E95E4862',
    name: 'Customer managed policies per account',
    usual: 1_500,
    most: 10_000,
  },
  roles: { service: 'iam', code: 'L-FE177D64', name: 'Roles per account', usual: 1_000, most: 10_000 },
  stacks: { service: 'cloudformation', code: 'L-0485CB21', name: 'Stack count', usual: 2_000 },
} as const satisfies Readonly<Record<string, KnownQuota>>;

const usual = ({ usual: limit }: KnownQuota): Quota => ({ limit, source: 'default' });

/** What every account has at least: for judging offline, and where the account does not tell. */
export const DEFAULT_QUOTAS: AccountQuotas = {
  attachedPoliciesPerRole: usual(KNOWN_QUOTAS.attachedPoliciesPerRole),
  trustCharacters: usual(KNOWN_QUOTAS.trustCharacters),
  managedPolicies: usual(KNOWN_QUOTAS.managedPolicies),
  roles: usual(KNOWN_QUOTAS.roles),
  stacks: {},
  unread: [],
};

/** The stack quota of a region; its default where nothing was read. */
export const stackQuota = (quotas: AccountQuotas, region: string): CountQuota =>
  quotas.stacks[region] ?? usual(KNOWN_QUOTAS.stacks);
