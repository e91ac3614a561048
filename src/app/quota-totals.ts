import { LIMITS } from '../reconciler/compile/limits.ts';
import { at, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import { isJsonObject } from '../reconciler/model/json.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import {
  type AccountQuotas,
  type CountQuota,
  KNOWN_QUOTAS,
  type KnownQuota,
  stackQuota,
} from '../reconciler/model/quotas.ts';
import type { DesiredState, Stack } from '../reconciler/model/resource.ts';

/** Nobody wants to learn at the last object that a quota takes days to raise. */
const NEARLY_USED = 0.8;
const NEARLY_FULL = 0.7;
/** IAM/latest/UserGuide/access_policies_managed-versioning */
const MOST_VERSIONS = 5;

interface Total {
  readonly what: string;
  readonly target: string;
  readonly quota: CountQuota;
  readonly known: KnownQuota;
  readonly created: number;
}

const judgeTotal = ({ what, target, quota, known, created }: Total): readonly Diagnostic[] => {
  const { used, limit, source } = quota;
  if (used === undefined || created === 0) return [];
  const after = used + created;
  const raise = `Ask AWS in Service Quotas to raise ${known.code} ("${known.name}"${known.most === undefined ? '' : `, up to ${known.most}`}), or remove what is not needed.`;
  const numbers = `The account has ${used} ${what}, and this plan creates ${created} before it prunes anything, which makes ${after} of ${limit}`;
  if (after > limit)
    return [
      {
        code: 'EDL-3074',
        // A default is no proof: many accounts have more, and those that do are not stopped by our not knowing.
        severity: source === 'account' ? 'error' : 'warning',
        summary: 'Quota of the account would be exceeded',
        detail: `${numbers}${source === 'account' ? '' : ", the default (the account's own number could not be read)"}. ${raise}`,
        target,
      },
    ];
  if (after <= limit * NEARLY_USED) return [];
  return [
    {
      code: 'EDL-3075',
      severity: 'warning',
      summary: 'Quota of the account is nearly used up',
      detail: `${numbers}. ${raise}`,
      target,
    },
  ];
};

/** Stacks that the plan makes; groups of Glue and S3 objects are none. */
const newStacks = (plan: Plan, desired: DesiredState, live: LiveState): readonly Stack[] => {
  const changed = new Set(plan.changes.map(({ stack }) => stack));
  const known = new Set(live.stacks.map(({ region, name }) => `${region}/${name}`));
  return desired.stacks.filter(
    ({ driver, name, region }) => driver === 'cloudformation' && changed.has(name) && !known.has(`${region}/${name}`),
  );
};

/** Whether everything that a plan creates fits the account, counted together with all that others have there. */
export const judgeTotals = (
  plan: Plan,
  desired: DesiredState,
  live: LiveState,
  quotas: AccountQuotas,
): readonly Diagnostic[] => {
  const created = (kind: string): number =>
    plan.changes.filter((change) => change.action === 'create' && change.kind === kind).length;
  const stacks = newStacks(plan, desired, live);
  const totals: readonly Total[] = [
    { what: 'roles', target: 'roles', quota: quotas.roles, known: KNOWN_QUOTAS.roles, created: created('iam-role') },
    {
      what: 'customer managed policies',
      target: 'managed-policies',
      quota: quotas.managedPolicies,
      known: KNOWN_QUOTAS.managedPolicies,
      created: created('iam-managed-policy'),
    },
    ...desired.regions.map((region) => ({
      what: `CloudFormation stacks in ${region}`,
      target: `stacks/${region}`,
      quota: stackQuota(quotas, region),
      known: KNOWN_QUOTAS.stacks,
      created: stacks.filter((stack) => stack.region === region).length,
    })),
  ];
  return totals.flatMap(judgeTotal);
};

/**
 * Policies that must lose a version to get a new one. CloudFormation's own handler of managed policies lists and deletes
 * versions when it updates one; the role that it works under must be allowed to, which is only known of the one that we make.
 */
export const judgeVersions = (
  plan: Plan,
  versions: ReadonlyMap<string, number>,
  namedRole: string | undefined,
): readonly Diagnostic[] => {
  const full = plan.changes.flatMap(({ kind, action, id }) => {
    const name = id.slice(id.indexOf('/') + 1);
    const isFull = (versions.get(name) ?? 0) >= MOST_VERSIONS;
    return kind === 'iam-managed-policy' && action !== 'create' && action !== 'prune' && isFull ? [name] : [];
  });
  if (full.length === 0) return [];
  const several = full.length > 1;
  return [
    {
      code: 'EDL-3076',
      severity: namedRole === undefined ? 'note' : 'warning',
      summary: 'Policy has as many versions as IAM keeps',
      detail: `${full.join(', ')} ${several ? 'have' : 'has'} ${MOST_VERSIONS} versions, and the change makes one more, so CloudFormation removes the oldest that is not in use. ${namedRole === undefined ? 'Copy it first if you still need it.' : `The role that lake.yaml names for it, ${namedRole}, must be allowed iam:ListPolicyVersions and iam:DeletePolicyVersion, or the stack fails and is rolled back.`}`,
      target: 'policy-versions',
    },
  ];
};

const shareOf = (used: number, limit: number, unit: string): readonly string[] =>
  used > limit * NEARLY_FULL && used <= limit ? [`${used} of ${limit} ${unit}`] : [];

/** Stacks of the plan that come near what CloudFormation takes in one template. */
export const judgeStackSizes = (plan: Plan, desired: DesiredState): readonly Diagnostic[] => {
  const changed = new Set(plan.changes.map(({ stack }) => stack));
  return desired.stacks
    .filter(({ name, template }) => changed.has(name) && template !== undefined)
    .flatMap(({ name, template, resources }): readonly Diagnostic[] => {
      const outputs = template?.['Outputs'];
      const bytes = new TextEncoder().encode(JSON.stringify(template)).length;
      const shares = [
        ...shareOf(resources.length, LIMITS.stackResources, 'resources'),
        ...shareOf(isJsonObject(outputs) ? Object.keys(outputs).length : 0, LIMITS.stackOutputs, 'outputs'),
        ...shareOf(bytes, LIMITS.templateBytes, 'bytes'),
      ];
      if (shares.length === 0) return [];
      return [
        {
          code: 'EDL-3077',
          severity: 'warning',
          summary: 'Stack comes near the limits of CloudFormation',
          detail: `Stack ${name} uses ${shares.join(' and ')}. Over the limit it cannot be applied: split what it holds, such as a principal with very many grants.`,
          ...at(resources[0]?.declaredIn),
          target: name,
        },
      ];
    });
};
