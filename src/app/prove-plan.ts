import { ANYBODY } from '../access/proof/anybody.ts';
import { groupMismatches } from '../access/proof/describe.ts';
import { describeGroup } from '../access/proof/words.ts';
import { prove } from '../access/proof/prove.ts';
import type { MismatchGroup } from '../access/proof/mismatch-group.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { boundaryPolicy } from '../reconciler/model/names.ts';
import type { Change, Plan } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { bucketPolicyId, managedPolicyId, roleId } from '../resources/shared/ids.ts';
import type { ViewedRole } from './held-roles.ts';
import { bucketOf, desiredObjects, proofInput } from './proof-input.ts';

/** What a plan's proof is made from. */
export interface PlanProof {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
}

/** Whether a change moves what every role of the instance is judged by. */
const judgesAll = ({ id, kind }: Change, { instance }: DesiredState): boolean =>
  kind === 's3-bucket-policy' || kind === 'kms-key' || id === managedPolicyId(boundaryPolicy(instance));

/** A role and its policies live in one stack. */
const touchedRoles = (
  roles: readonly ViewedRole[],
  changes: readonly Change[],
  desired: DesiredState,
): readonly ViewedRole[] => {
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

/** What a finding is about: the role, or the bucket whose policy keeps somebody out too little. */
const targetOf = ({ holder, arn, mismatches }: MismatchGroup): string =>
  holder === ANYBODY ? bucketPolicyId(bucketOf(mismatches[0].resource)) : roleId(arn.slice(arn.lastIndexOf('/') + 1));

const finding = (group: MismatchGroup): Diagnostic => {
  const code = group.direction === 'more' ? 'EDL-3140' : 'EDL-3141';
  return {
    code,
    severity: 'error',
    summary: SUMMARY[code],
    detail: `${describeGroup(group)}. ${WAY_OUT}`,
    guard: 'access-proof',
    target: targetOf(group),
  };
};

/**
 * Where the policies of the roles that a plan changes would give another access than the catalog grants: findings of
 * `access-proof`. Pure. Roles that it leaves alone are for `edl verify`.
 */
export const provePlan = ({ plan, catalog, desired }: PlanProof): readonly Diagnostic[] => {
  if (plan.changes.length === 0) return [];
  const { instance, asOf } = desired;
  const input = proofInput({ catalog, instance, asOf, objects: desiredObjects(desired) });
  const isForAll = plan.changes.some((change) => judgesAll(change, desired));
  const roles = isForAll ? input.roles : touchedRoles(input.roles, plan.changes, desired);
  if (!isForAll && roles.length === 0) return [];
  return groupMismatches(prove({ ...input, roles }).mismatches).map(finding);
};
