import { dataBucket, dropBucket } from '../../reconciler/model/names.ts';
import { listOf, textOf } from '../../reconciler/model/json.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import type { OutsideAccess } from '../../reconciler/model/plan.ts';
import type { DesiredState, ResourceId } from '../../reconciler/model/resource.ts';
import { bucketPolicyId, managedPolicyId, roleId } from '../../resources/shared/ids.ts';

const isOfBuckets = (one: OutsideAccess): boolean => one.sort === 'rights' && one.deed === 'bucket-policy-changed';

/** The policies of a tier's buckets. */
const policiesOf = (tier: string, { organization, instance, regions }: DesiredState): readonly ResourceId[] =>
  regions.flatMap((region) => [
    bucketPolicyId(dataBucket(organization, instance, tier, region)),
    bucketPolicyId(dropBucket(organization, instance, tier, region)),
  ]);

const lastStep = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Managed policies that a role has, its boundary among them. */
const policiesByRole = ({ resources }: LiveState): ReadonlyMap<ResourceId, readonly ResourceId[]> =>
  new Map(
    resources
      .filter(({ kind }) => kind === 'iam-role')
      .map(({ id, properties = {} }) => [
        id,
        [...listOf(properties['ManagedPolicyArns']).map(textOf), textOf(properties['PermissionsBoundary'])]
          .filter((arn) => arn !== '')
          .map((arn) => managedPolicyId(lastStep(arn))),
      ]),
  );

/**
 * Tells which of the objects that drifted gave and took which access: a role its own; a bucket's policy what changed in its
 * tier; a managed policy what changed for the roles that have it and did not drift themselves.
 */
export const accessFinder = (
  outside: readonly OutsideAccess[],
  drifted: ReadonlySet<ResourceId>,
  desired: DesiredState,
  live: LiveState,
): ((id: ResourceId) => readonly OutsideAccess[]) => {
  const byRole = policiesByRole(live);
  const causes = (one: OutsideAccess): readonly ResourceId[] => {
    const role = roleId(one.role);
    if (one.sort === 'rights' && isOfBuckets(one)) return policiesOf(one.change.tier, desired);
    return drifted.has(role) ? [role] : (byRole.get(role) ?? []);
  };
  const found = new Map<ResourceId, OutsideAccess[]>();
  for (const one of outside)
    for (const id of causes(one)) if (drifted.has(id)) found.set(id, [...(found.get(id) ?? []), one]);
  return (id) => found.get(id) ?? [];
};
