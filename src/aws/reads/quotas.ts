import { GetAccountSummaryCommand, IAMClient, type SummaryKeyType } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import {
  KNOWN_QUOTAS,
  type AccountQuotas,
  type CountQuota,
  type KnownQuota,
  type Quota,
  type UnreadQuota,
} from '../../reconciler/model/quotas.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { asEdlError } from '../errors.ts';

/** Service Quotas keeps IAM's in one region (servicequotas/latest/userguide/intro: global services). */
const IAM_QUOTAS_REGION = 'us-east-1';
/** A plan does not wait a minute for numbers that have a default. */
const ATTEMPTS = 5;

const SUMMARY = { what: "IAM's quotas and counts", permission: 'iam:GetAccountSummary' } as const;
const SERVICE_QUOTA = 'servicequotas:GetServiceQuota';

type Summary = Readonly<Partial<Record<SummaryKeyType, number>>>;

type Answer<Value> = { readonly value: Value } | { readonly unread: UnreadQuota };

/** An answer, or why there is none. Only a failure that AWS explains counts as none; a bug of ours must stop the run. */
const attempt = async <Value>(
  what: string,
  permission: string,
  ask: () => Promise<Value | undefined>,
): Promise<Answer<Value>> => {
  try {
    const value = await ask();
    if (value !== undefined) return { value };
    return { unread: { what, permission, isDenied: false, reason: 'AWS gave no number.' } };
  } catch (error) {
    const failure = asEdlError(error, `read ${what}`);
    if (failure.disposition === 'bug') throw failure;
    return { unread: { what, permission, isDenied: failure.code === 'EDL-4004', reason: failure.message } };
  }
};

const valueOf = <Value>(answer: Answer<Value>): Value | undefined => ('value' in answer ? answer.value : undefined);

const unreadOf = (answers: readonly Answer<unknown>[]): readonly UnreadQuota[] =>
  answers.flatMap((answer) => ('unread' in answer ? [answer.unread] : []));

const quota = (limit: number | undefined, known: KnownQuota): Quota =>
  limit === undefined ? { limit: known.usual, source: 'default' } : { limit, source: 'account' };

const counted = (summary: Summary, limit: SummaryKeyType, used: SummaryKeyType, known: KnownQuota): CountQuota => {
  const count = summary[used];
  return { ...quota(summary[limit], known), ...(count === undefined ? {} : { used: count }) };
};

/**
 * Reads what the account may have, in one call and one for each region. IAM's own summary wins over Service Quotas: IAM is
 * the one who refuses, its page on quotas names the summary as the place to look, and the counts come with it. Service
 * Quotas is asked where the summary does not tell, and for CloudFormation, which has no summary.
 */
export const quotaReads = (wire: Wire, homeRegion: string): Pick<AwsReads, 'accountQuotas'> => {
  const iam = wire.instrument('iam', new IAMClient(wire.settings(homeRegion, ATTEMPTS)));
  const clientOf = perRegion((region) =>
    wire.instrument('servicequotas', new ServiceQuotasClient(wire.settings(region, ATTEMPTS))),
  );
  const readSummary = (): Promise<Answer<Summary>> =>
    attempt(
      SUMMARY.what,
      SUMMARY.permission,
      async () => (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap,
    );
  const readQuota = (known: KnownQuota, region: string): Promise<Answer<number>> =>
    attempt(`the quota "${known.name}" (${known.code}) in ${region}`, SERVICE_QUOTA, async () => {
      const command = new GetServiceQuotaCommand({ ServiceCode: known.service, QuotaCode: known.code });
      return (await clientOf(region).send(command)).Quota?.Value;
    });
  const readLimit = async (told: number | undefined, known: KnownQuota): Promise<Answer<number>> =>
    told === undefined ? readQuota(known, IAM_QUOTAS_REGION) : { value: told };
  const { attachedPoliciesPerRole, trustCharacters, managedPolicies, roles, stacks } = KNOWN_QUOTAS;
  const readIam = async (): Promise<Omit<AccountQuotas, 'stacks'>> => {
    const answer = await readSummary();
    const summary = valueOf(answer) ?? {};
    const [attached, trust] = await Promise.all([
      readLimit(summary.AttachedPoliciesPerRoleQuota, attachedPoliciesPerRole),
      readLimit(summary.AssumeRolePolicySizeQuota, trustCharacters),
    ]);
    return {
      attachedPoliciesPerRole: quota(valueOf(attached), attachedPoliciesPerRole),
      trustCharacters: quota(valueOf(trust), trustCharacters),
      managedPolicies: counted(summary, 'PoliciesQuota', 'Policies', managedPolicies),
      roles: counted(summary, 'RolesQuota', 'Roles', roles),
      unread: unreadOf([answer, attached, trust]),
    };
  };
  return {
    accountQuotas: async (regions) => {
      const [ofIam, ofStacks] = await Promise.all([
        readIam(),
        Promise.all(regions.map(async (region) => ({ region, answer: await readQuota(stacks, region) }))),
      ]);
      return {
        ...ofIam,
        stacks: Object.fromEntries(ofStacks.map(({ region, answer }) => [region, quota(valueOf(answer), stacks)])),
        unread: [...ofIam.unread, ...unreadOf(ofStacks.map(({ answer }) => answer))],
      };
    },
  };
};
