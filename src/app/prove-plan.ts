import { describeMismatches, groupMismatches } from '../access/proof/describe.ts';
import { prove } from '../access/proof/prove.ts';
import type { Mismatch } from '../access/proof/types.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { boundaryPolicy } from '../reconciler/model/names.ts';
import type { Change } from '../reconciler/model/plan.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { givesMore } from '../report/verification.ts';
import { managedPolicyId, roleId } from '../resources/shared/ids.ts';
import type { FindingsInput } from './findings.ts';
import type { ViewedRole } from './held-roles.ts';
import { desiredObjects, proofInput } from './proof-input.ts';

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

const finding = (mismatches: readonly Mismatch[], roleName: string): Diagnostic => {
  const [first] = mismatches;
  const isMore = first !== undefined && givesMore(first);
  return {
    code: isMore ? 'EDL-3140' : 'EDL-3141',
    severity: 'error',
    summary: isMore ? 'Policies would give more than was granted' : 'Policies would give less than was granted',
    detail: `${describeMismatches(mismatches)}. ${WAY_OUT}`,
    guard: 'access-proof',
    target: roleId(roleName),
  };
};

/**
 * Where the policies of the roles that a plan changes would give another access than the catalog grants: findings of
 * `access-proof`. Pure. Roles that it leaves alone are for `edl verify`.
 */
export const provePlan = ({ plan, catalog, desired }: FindingsInput): readonly Diagnostic[] => {
  const { instance, asOf } = desired;
  const input = proofInput({ catalog, instance, asOf, objects: desiredObjects(desired) });
  const roles = provenRoles(input.roles, plan.changes, desired);
  if (roles.length === 0) return [];
  const names = new Map(roles.map(({ arn, roleName }) => [arn, roleName]));
  return groupMismatches(prove({ ...input, roles }).mismatches).map((group) =>
    finding(group.mismatches, names.get(group.arn) ?? ''),
  );
};
