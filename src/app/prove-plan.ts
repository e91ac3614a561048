import { ANYBODY } from '../access/proof/anybody.ts';
import { describeMismatches } from '../access/proof/describe.ts';
import { prove } from '../access/proof/prove.ts';
import type { Mismatch } from '../access/proof/types.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { boundaryPolicy } from '../reconciler/model/names.ts';
import type { Change } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { givesMore } from '../report/verification.ts';
import { bucketPolicyId, managedPolicyId, roleId } from '../resources/shared/ids.ts';
import type { FindingsInput } from './findings.ts';
import type { ViewedRole } from './held-roles.ts';
import { bucketOf, desiredObjects, proofInput } from './proof-input.ts';

/** Whether a change moves what every role of the instance is judged by. */
const judgesAll = ({ id, kind }: Change, { instance }: DesiredState): boolean =>
  kind === 's3-bucket-policy' || kind === 'kms-key' || id === managedPolicyId(boundaryPolicy(instance));

/** The roles whose access a plan may move: a role and its policies live in one stack. */
const provenRoles = (
  roles: readonly ViewedRole[],
  changes: readonly Change[],
  desired: DesiredState,
): readonly ViewedRole[] => {
  if (changes.some((change) => judgesAll(change, desired))) return roles;
  const touched = new Set(changes.map(({ stack }) => stack));
  const stacks = new Map(desired.resources.map(({ id, stack }) => [id, stack]));
  return roles.filter(({ roleName }) => touched.has(stacks.get(roleId(roleName)) ?? ''));
};

const WAY_OUT =
  'The policies of this build are wrong, so do not apply it: EDL has a mistake, or somebody edited it. Run "edl verify" to see everything that it gets wrong, and report it.';

const SUMMARY = {
  'EDL-3140': 'Policies would give more than was granted',
  'EDL-3141': 'Policies would give less than was granted',
} as const;

/** One message for each sentence; those of one direction have one code. */
const findingsFor = (
  mismatches: readonly Mismatch[],
  code: keyof typeof SUMMARY,
  target: string,
): readonly Diagnostic[] =>
  [...new Set(describeMismatches(mismatches))].map((sentence) => ({
    code,
    severity: 'error',
    summary: SUMMARY[code],
    detail: `${sentence}. ${WAY_OUT}`,
    guard: 'access-proof',
    target,
  }));

/** What a finding is about: the role, or the bucket whose policy keeps somebody out too little. */
const targetOf = ({ holder, arn, resource }: Mismatch): string =>
  holder === ANYBODY ? bucketPolicyId(bucketOf(resource)) : roleId(arn.slice(arn.lastIndexOf('/') + 1));

/**
 * Where the policies of the roles that a plan changes would give another access than the catalog grants: findings of
 * `access-proof`. Pure. Roles that it leaves alone are for `edl verify`.
 */
export const provePlan = ({ plan, catalog, desired }: FindingsInput): readonly Diagnostic[] => {
  const { instance, asOf } = desired;
  const input = proofInput({ catalog, instance, asOf, objects: desiredObjects(desired) });
  const roles = provenRoles(input.roles, plan.changes, desired);
  if (roles.length === 0) return [];
  const { mismatches } = prove({ ...input, roles });
  return [...new Set(mismatches.map(targetOf))].flatMap((target) => {
    const found = mismatches.filter((mismatch) => targetOf(mismatch) === target);
    return [
      ...findingsFor(found.filter(givesMore), 'EDL-3140', target),
      ...findingsFor(
        found.filter((mismatch) => !givesMore(mismatch)),
        'EDL-3141',
        target,
      ),
    ];
  });
};
