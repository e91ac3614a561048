import type { Catalog, Dataset, PrincipalRef } from '../reconciler/model/catalog.ts';

/** Somebody whose approval a grant needs, and who can give it. */
export interface Approval {
  readonly as: 'owner' | 'security';
  readonly by: PrincipalRef;
  /** Known people behind the name. */
  readonly members: readonly string[];
}

/** Whose approvals access to a dataset needs, as its tier says; none beside the review of the repository if the list is empty. */
export const approvalsFor = (
  { lake, principals }: Pick<Catalog, 'lake' | 'principals'>,
  dataset: Dataset,
): readonly Approval[] => {
  const needed = lake.tiers.find(({ name }) => name === dataset.tier)?.approvals ?? [];
  return needed.flatMap((as) => {
    const by = as === 'owner' ? dataset.owner : lake.security;
    if (by === undefined) return [];
    return [{ as, by, members: principals.find(({ ref }) => ref === by)?.members ?? [] }];
  });
};
