import type { Gap } from '../gateway.ts';
import { textAt } from '../json.ts';
import type { Call, Handler, Reply } from '../protocol/call.ts';
import { bodyText, isOk, jsonOf, jsonReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';

interface Quota {
  readonly service: 'cloudformation' | 'iam';
  readonly serviceName: string;
  readonly name: string;
  readonly usual: number;
}

const iam = (name: string, usual: number): Quota => ({
  service: 'iam',
  serviceName: 'AWS Identity and Access Management (IAM)',
  name,
  usual,
});

/** The quotas that can be raised and are known here, by code, with what a new account has (reference_iam-quotas). */
const QUOTAS = {
  'L-0DA4ABF3': iam('Managed policies per role', 10),
  'L-C07B4B0D': iam('Role trust policy length', 2_048),
  'L-E95E4862': iam('Customer managed policies per account', 1_500),
  'L-FE177D64': iam('Roles per account', 1_000),
  'L-0485CB21': { service: 'cloudformation', serviceName: 'AWS CloudFormation', name: 'Stack count', usual: 2_000 },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaCode = keyof typeof QUOTAS;

const isKnown = (code: string): code is QuotaCode => Object.hasOwn(QUOTAS, code);

/** The quotas of each account, as they were raised. */
export interface Quotas {
  limit(account: string, code: QuotaCode): number;
  raise(account: string, code: QuotaCode, limit: number): void;
  clear(): void;
}

export const newQuotas = (): Quotas => {
  const raised = new Map<string, number>();
  return {
    limit: (account, code) => raised.get(`${account}/${code}`) ?? QUOTAS[code].usual,
    raise(account, code, limit) {
      raised.set(`${account}/${code}`, limit);
    },
    clear() {
      raised.clear();
    },
  };
};

/** Where GetAccountSummary tells a quota. */
const SUMMARY_KEYS: Readonly<Record<string, QuotaCode>> = {
  AttachedPoliciesPerRoleQuota: 'L-0DA4ABF3',
  AssumeRolePolicySizeQuota: 'L-C07B4B0D',
  PoliciesQuota: 'L-E95E4862',
  RolesQuota: 'L-FE177D64',
};

const withLimits = (reply: Reply, call: Call, quotas: Quotas): Reply => {
  const body = bodyText(reply).replace(
    /(<key>(\w+)<\/key>\s*<value>)\d+(<\/value>)/g,
    (all: string, start: string, key: string, end: string) => {
      const code = SUMMARY_KEYS[key];
      return code === undefined ? all : `${start}${quotas.limit(call.account, code)}${end}`;
    },
  );
  return { ...reply, body };
};

const missing = (what: string): AwsError =>
  new AwsError('NoSuchResourceException', `The request failed because the specified ${what} does not exist.`);

const getServiceQuota =
  (quotas: Quotas): Handler =>
  (call) => {
    const body = jsonOf(call);
    const [service, code] = [textAt(body, 'ServiceCode') ?? '', textAt(body, 'QuotaCode') ?? ''];
    if (!isKnown(code)) throw missing('quota');
    const quota = QUOTAS[code];
    if (quota.service !== service) throw missing('service');
    // IAM has no regions: its quotas are kept in one.
    const home = quota.service === 'iam' ? 'us-east-1' : call.region;
    if (call.region !== home) throw missing('quota');
    return Promise.resolve(
      jsonReply({
        Quota: {
          ServiceCode: service,
          ServiceName: quota.serviceName,
          QuotaArn: `arn:aws:servicequotas:${home}:${call.account}:${service}/${code}`,
          QuotaCode: code,
          QuotaName: quota.name,
          Value: quotas.limit(call.account, code),
          Unit: 'None',
          Adjustable: true,
          GlobalQuota: quota.service === 'iam',
        },
      }),
    );
  };

/** What an account may have, told by IAM and by Service Quotas alike. */
export const quotaReads = (quotas: Quotas): Gap => ({
  reason: "moto's Service Quotas know VPC alone, and the quotas of its account summary cannot be raised",
  handlers: {
    'iam:GetAccountSummary': async (call, next) => {
      const reply = await next(call);
      return isOk(reply) ? withLimits(reply, call, quotas) : reply;
    },
    'servicequotas:GetServiceQuota': getServiceQuota(quotas),
  },
  reset: () => {
    quotas.clear();
  },
});
