import { EdlError } from '../reconciler/model/errors.ts';
import {
  type AccountQuotas,
  type CountQuota,
  DEFAULT_QUOTAS,
  type Quota,
  stackQuota,
} from '../reconciler/model/quotas.ts';
import type { AccountAuthorization, AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

/** What a plan is held against beside the lake itself. */
export interface QuotaFacts {
  readonly quotas: AccountQuotas;
  /** How many versions each customer managed policy has, by name. */
  readonly policyVersions: ReadonlyMap<string, number>;
}

/** Offline, and in an account that tells nothing. */
export const DEFAULT_FACTS: QuotaFacts = { quotas: DEFAULT_QUOTAS, policyVersions: new Map() };

/** A failed read makes a part of the lake unreadable, which another guard tells and refuses; here it is only no count. */
const ifRead = async <Value>(ask: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof EdlError && error.disposition !== 'bug') return undefined;
    throw error;
  }
};

/** A role that has more already proves that the account may have as much, whatever the default says. */
const provenBy = (quota: Quota, found: readonly number[]): Quota => ({
  ...quota,
  limit: found.reduce((most, one) => Math.max(most, one), quota.limit),
});

const counted = (quota: CountQuota, count: number | undefined): CountQuota => {
  const used = quota.used ?? count;
  return { ...quota, ...(used === undefined ? {} : { used }) };
};

/** Quotas with the counts that the account did not tell by itself, and with what its roles prove. Pure. */
export const completeQuotas = (
  quotas: AccountQuotas,
  authorization: AccountAuthorization | undefined,
  stacks: Readonly<Record<string, number | undefined>>,
): AccountQuotas => {
  const roles = authorization?.roles ?? [];
  return {
    ...quotas,
    attachedPoliciesPerRole: provenBy(
      quotas.attachedPoliciesPerRole,
      roles.map((role) => role.attachedPolicyArns.length),
    ),
    trustCharacters: provenBy(
      quotas.trustCharacters,
      roles.map((role) => JSON.stringify(role.trust).length),
    ),
    managedPolicies: counted(quotas.managedPolicies, authorization?.policies.length),
    roles: counted(quotas.roles, authorization?.roles.length),
    stacks: Object.fromEntries(
      Object.entries(stacks).map(([region, count]) => [region, counted(stackQuota(quotas, region), count)]),
    ),
  };
};

/** Reads what the account may have and has: one call, and one for each region; all counts come from reads that observe makes. */
export const readQuotas = async (desired: DesiredState, reads: AwsReads): Promise<QuotaFacts> => {
  const [quotas, authorization, ...counts] = await Promise.all([
    reads.accountQuotas(desired.regions),
    ifRead(() => reads.accountAuthorization()),
    ...desired.regions.map(async (region) => {
      const stacks = await ifRead(() => reads.stacks(region));
      return [region, stacks?.length] as const;
    }),
  ]);
  const versions = (authorization?.policies ?? []).flatMap(({ name, versions: count }) =>
    count === undefined ? [] : [[name, count] as const],
  );
  return {
    quotas: completeQuotas(quotas, authorization, Object.fromEntries(counts)),
    policyVersions: new Map(versions),
  };
};
