import type { Gap } from '../gateway.ts';
import type { Handler } from '../protocol/call.ts';
import { formOf } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import type { IamMirror, MirroredAccount } from './iam-mirror.ts';
import { policySize } from './iam-mirror.ts';
import type { QuotaCode, Quotas } from './quotas.ts';

/** IAM's sizes that no account can have raised (reference_iam-quotas). */
const FIXED = { inlinePolicySize: 10_240, managedPolicySize: 6_144 } as const;

const exceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, 409);

type Check = (account: MirroredAccount, field: (name: string) => string, limit: (code: QuotaCode) => number) => void;

const checkTrust = (document: string, most: number): void => {
  if (policySize(document) > most) throw exceeded(`Cannot exceed quota for ACLSizePerRole: ${most}`);
};

const checkManaged = (document: string): void => {
  const most = FIXED.managedPolicySize;
  if (policySize(document) > most) throw exceeded(`Cannot exceed quota for PolicySize: ${most}`);
};

const CHECKS: Readonly<Record<string, Check>> = {
  CreateRole: (account, field, limit) => {
    const most = limit('L-FE177D64');
    if (account.roles.size >= most && !account.roles.has(field('RoleName')))
      throw exceeded(`Cannot exceed quota for RolesPerAccount: ${most}`);
    checkTrust(field('AssumeRolePolicyDocument'), limit('L-C07B4B0D'));
  },
  UpdateAssumeRolePolicy: (_account, field, limit) => {
    checkTrust(field('PolicyDocument'), limit('L-C07B4B0D'));
  },
  PutRolePolicy: (account, field) => {
    const inline = account.roles.get(field('RoleName'))?.inline ?? new Map<string, number>();
    const others = [...inline]
      .filter(([name]) => name !== field('PolicyName'))
      .reduce((sum, [, size]) => sum + size, 0);
    const most = FIXED.inlinePolicySize;
    if (others + policySize(field('PolicyDocument')) > most) {
      throw exceeded(`Maximum policy size of ${most} bytes exceeded for role ${field('RoleName')}`);
    }
  },
  CreatePolicy: (account, field, limit) => {
    const most = limit('L-E95E4862');
    if (account.policies.size >= most) throw exceeded(`Cannot exceed quota for PoliciesPerAccount: ${most}`);
    checkManaged(field('PolicyDocument'));
  },
  CreatePolicyVersion: (_account, field) => {
    checkManaged(field('PolicyDocument'));
  },
  AttachRolePolicy: (account, field, limit) => {
    const attached = account.roles.get(field('RoleName'))?.attached ?? new Set<string>();
    const most = limit('L-0DA4ABF3');
    if (attached.size >= most && !attached.has(field('PolicyArn')))
      throw exceeded(`Cannot exceed quota for PoliciesPerRole: ${most}`);
  },
};

const checking =
  (mirror: IamMirror, quotas: Quotas, check: Check): Handler =>
  (call, next) => {
    const form = formOf(call);
    check(
      mirror.account(call.account),
      (name) => form.get(name) ?? '',
      (code) => quotas.limit(call.account, code),
    );
    return next(call);
  };

/** Sizes and counts that IAM refuses to exceed. */
export const iamQuotas = (mirror: IamMirror, quotas: Quotas): Gap => ({
  reason: 'moto enforces none of the quotas on the size and number of policies',
  handlers: Object.fromEntries(
    Object.entries(CHECKS).map(([operation, check]) => [`iam:${operation}`, checking(mirror, quotas, check)]),
  ),
});
