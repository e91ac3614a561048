import type { Catalog, PrincipalRef } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessChange } from '../../reconciler/model/plan.ts';
import { approvalsFor } from '../approvals.ts';
import { isListing, widenedRights } from './effect.ts';
import { implied } from '../levels.ts';
import { type AccessSource, accessSources } from '../sources.ts';
import { endOf } from '../time.ts';

/** What stands behind a gain, for those who approve it. */
type Background = Pick<AccessChange, 'approvals' | 'reason' | 'declaredIn'>;

/** The one that gives it the longest, then the most, then by the dataset's own name; at last by place, so that it is one. */
const compareSources = (left: AccessSource, right: AccessSource): number =>
  compareText(endOf(right.until), endOf(left.until)) ||
  implied(right.level).length - implied(left.level).length ||
  Number(left.dataset === '*') - Number(right.dataset === '*') ||
  compareText(left.declaredIn.file, right.declaredIn.file) ||
  left.declaredIn.line - right.declaredIn.line;

const sourceOf = (change: AccessChange, sources: readonly AccessSource[]): AccessSource | undefined => {
  const rights = new Set(widenedRights(change));
  return sources
    .filter(
      (source) =>
        (source.dataset === change.dataset || source.dataset === '*') &&
        (source.by !== 'open-metadata' || isListing(change)) &&
        implied(source.level).some((right) => rights.has(right)),
    )
    .sort(compareSources)[0];
};

/** Who approves what concerns a dataset, or all datasets of a tier: owners by name, security last. */
const approversOf = (catalog: Catalog, instance: string, { dataset, tier }: AccessChange): readonly PrincipalRef[] => {
  const meant = catalog.datasets.filter(
    (one) => one.tier === tier && (dataset === '*' ? one.instances.includes(instance) : one.name === dataset),
  );
  const approvals = meant.flatMap((one) => approvalsFor(catalog, one));
  const by = (as: 'owner' | 'security'): readonly PrincipalRef[] =>
    approvals.filter((approval) => approval.as === as).map((approval) => approval.by);
  return [...new Set([...[...by('owner')].sort(compareText), ...by('security')])];
};

const ofSource = ({ reason, declaredIn }: AccessSource): Background => ({
  declaredIn,
  ...(reason === undefined ? {} : { reason }),
});

/**
 * Adds to each change that gives somebody more, or for longer, what asks for it and who must approve it. Seeing the names of a
 * tier's tables where metadata is open needs no approval of its own. None of it is part of what a plan means.
 */
export const withBackground = (
  access: readonly AccessChange[],
  catalog: Catalog,
  instance: string,
  asOf: string,
): readonly AccessChange[] => {
  if (access.length === 0) return [];
  const byHolder = new Map<string, AccessSource[]>();
  for (const source of accessSources(catalog, instance, asOf).sources) {
    const key = `${source.principal} ${source.tier}`;
    const known = byHolder.get(key);
    if (known === undefined) byHolder.set(key, [source]);
    else known.push(source);
  }
  const approvers = new Map<string, readonly PrincipalRef[]>();
  const approversFor = (change: AccessChange): readonly PrincipalRef[] => {
    const key = `${change.tier} ${change.dataset}`;
    const found = approvers.get(key) ?? approversOf(catalog, instance, change);
    approvers.set(key, found);
    return found;
  };
  return access.map((change) => {
    if (widenedRights(change).length === 0) return change;
    const source = sourceOf(change, byHolder.get(`${change.principal} ${change.tier}`) ?? []);
    const isFree = source?.by === 'open-metadata';
    const approvals = isFree ? [] : approversFor(change);
    return {
      ...change,
      ...(approvals.length === 0 ? {} : { approvals }),
      ...(source === undefined ? {} : ofSource(source)),
    };
  });
};
