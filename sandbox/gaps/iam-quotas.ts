import type { Gap } from '../gateway.ts';
import type { Handler } from '../protocol/call.ts';
import { formOf } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import type { IamMirror, MirroredAccount } from './iam-mirror.ts';
import { policySize } from './iam-mirror.ts';

/** IAM's default quotas (reference_iam-quotas); those of a real account may have been raised. */
export const IAM_QUOTAS = {
  trustPolicySize: 2_048,
  inlinePolicySize: 10_240,
  managedPolicySize: 6_144,
  policiesPerRole: 10,
  rolesPerAccount: 1_000,
  policiesPerAccount: 1_500,
} as const;

const exceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, 409);

type Check = (account: MirroredAccount, field: (name: string) => string) => void;

const checkTrust = (document: string): void => {
  const most = IAM_QUOTAS.trustPolicySize;
  if (policySize(document) > most) throw exceeded(`Cannot exceed quota for ACLSizePerRole: ${most}`);
};

const checkManaged = (document: string): void => {
  const most = IAM_QUOTAS.managedPolicySize;
  if (policySize(document) > most) throw exceeded(`Cannot exceed quota for PolicySize: ${most}`);
};

const CHECKS: Readonly<Record<string, Check>> = {
  CreateRole: (account, field) => {
    const most = IAM_QUOTAS.rolesPerAccount;
    if (account.roles.size >= most && !account.roles.has(field('RoleName')))
      throw exceeded(`Cannot exceed quota for RolesPerAccount: ${most}`);
    checkTrust(field('AssumeRolePolicyDocument'));
  },
  UpdateAssumeRolePolicy: (_account, field) => {
    checkTrust(field('PolicyDocument'));
  },
  PutRolePolicy: (account, field) => {
    const inline = account.roles.get(field('RoleName'))?.inline ?? new Map<string, number>();
    const others = [...inline]
      .filter(([name]) => name !== field('PolicyName'))
      .reduce((sum, [, size]) => sum + size, 0);
    const most = IAM_QUOTAS.inlinePolicySize;
    if (others + policySize(field('PolicyDocument')) > most) {
      throw exceeded(`Maximum policy size of ${most} bytes exceeded for role ${field('RoleName')}`);
    }
  },
  CreatePolicy: (account, field) => {
    const most = IAM_QUOTAS.policiesPerAccount;
    if (account.policies.size >= most) throw exceeded(`Cannot exceed quota for PoliciesPerAccount: ${most}`);
    checkManaged(field('PolicyDocument'));
  },
  CreatePolicyVersion: (_account, field) => {
    checkManaged(field('PolicyDocument'));
  },
  AttachRolePolicy: (account, field) => {
    const attached = account.roles.get(field('RoleName'))?.attached ?? new Set<string>();
    const most = IAM_QUOTAS.policiesPerRole;
    if (attached.size >= most && !attached.has(field('PolicyArn')))
      throw exceeded(`Cannot exceed quota for PoliciesPerRole: ${most}`);
  },
};

const checking =
  (mirror: IamMirror, check: Check): Handler =>
  (call, next) => {
    const form = formOf(call);
    check(mirror.account(call.account), (name) => form.get(name) ?? '');
    return next(call);
  };

/** Sizes and counts that IAM refuses to exceed. */
export const iamQuotas = (mirror: IamMirror): Gap => ({
  reason: 'moto enforces none of the quotas on the size and number of policies',
  handlers: Object.fromEntries(
    Object.entries(CHECKS).map(([operation, check]) => [`iam:${operation}`, checking(mirror, check)]),
  ),
});
