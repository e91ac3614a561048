import type { Allowance, Instance, Lake, Tier } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import type { DriftRules } from '../../reconciler/model/drift-rules.ts';
import { compareText } from '../../reconciler/model/json.ts';
import { sortByContent, sortByName } from '../catalog-digest.ts';
import type { DriftRules as DriftFile, Instance as InstanceFile, LakeFile, Tier as TierFile } from '../files.gen.ts';
import { locate, type ParsedFile } from '../parse.ts';
import { declaredAt, resolveCallers, sorted, toPrincipalRef } from './refs.ts';
import { resolveRules } from './rules.ts';

const resolveInstance = (name: string, file: InstanceFile, homeRegion: string): Instance => ({
  name,
  account: file.account,
  regions: [
    ...file.regions.filter((region) => region === homeRegion),
    ...file.regions.filter((region) => region !== homeRegion),
  ],
  ...(file.cloudFormationRole === undefined ? {} : { cloudFormationRole: file.cloudFormationRole }),
  ...(file.purgeRole === undefined ? {} : { purgeRole: file.purgeRole }),
});

const resolveTier = (name: string, file: TierFile, source: ParsedFile): Tier => {
  const { defaultRole } = file;
  const hasDefaultRole = defaultRole !== undefined && defaultRole !== false;
  const assumedBy = typeof defaultRole === 'object' ? resolveCallers(defaultRole.assumedBy) : [];
  const approvals = file.approvals ?? (hasDefaultRole ? [] : ['owner' as const]);
  return {
    name,
    ...(hasDefaultRole ? { defaultRole: { assumedBy } } : {}),
    approvals: [...approvals].sort(compareText),
    ...(file.maxGrant === undefined ? {} : { maxGrantDays: Number.parseInt(file.maxGrant, 10) }),
    metadata: file.metadata ?? 'exact',
    reasonRequired: file.reason === 'required',
    selectorsAllowed: file.selectors !== 'forbidden',
    encryption: file.encryption ?? (hasDefaultRole ? 's3' : 'kms'),
    ...(file.heal === undefined ? {} : { heal: file.heal }),
    declaredIn: declaredAt(source, 'tiers', name),
  };
};

/**
 * From the least to the most confidential, as the rules tell it: a default role makes a tier open, a shorter grant, more
 * approvals and further rules make it closer. Not the order of the file: reordering keys must not change what it means.
 */
const compareTiers = (left: Tier, right: Tier): number => {
  const days = (tier: Tier): number => tier.maxGrantDays ?? Number.MAX_SAFE_INTEGER;
  return (
    Number(right.defaultRole !== undefined) - Number(left.defaultRole !== undefined) ||
    days(right) - days(left) ||
    left.approvals.length - right.approvals.length ||
    Number(left.reasonRequired) - Number(right.reasonRequired) ||
    Number(right.selectorsAllowed) - Number(left.selectorsAllowed) ||
    compareText(left.name, right.name)
  );
};

const resolveAllowances = (file: LakeFile, source: ParsedFile): readonly Allowance[] =>
  sortByContent(
    (file.allow ?? []).map((allowance, index) => ({
      ...allowance,
      declaredIn: declaredAt(source, 'allow', index),
    })),
  );

/** Where a rule on drift starts; it stands deeper than what the outline of a file has. */
const ruleAt = (
  source: ParsedFile,
  list: 'ignore' | 'hold',
  index: number,
): { readonly declaredIn: SourceLocation } => {
  const { file, line } = locate(source, ['drift', list, index]);
  return { declaredIn: { file, line } };
};

const resolveDrift = ({ heal = 'report', ignore = [], hold = [] }: DriftFile, source: ParsedFile): DriftRules => ({
  heal,
  ignore: sortByContent(ignore.map((rule, index) => ({ ...rule, ...ruleAt(source, 'ignore', index) }))),
  hold: sortByContent(hold.map((rule, index) => ({ ...rule, ...ruleAt(source, 'hold', index) }))),
});

/** `lake.yaml` with its defaults. */
export const resolveLake = (file: LakeFile, source: ParsedFile): Lake => ({
  organization: file.organization,
  ...(file.awsOrganizationId === undefined ? {} : { awsOrganizationId: file.awsOrganizationId }),
  homeRegion: file.homeRegion,
  instances: sortByName(
    Object.entries(file.instances).map(([name, instance]) => resolveInstance(name, instance, file.homeRegion)),
  ),
  tiers: Object.entries(file.tiers)
    .map(([name, tier]) => resolveTier(name, tier, source))
    .sort(compareTiers),
  ...(file.security === undefined ? {} : { security: toPrincipalRef(file.security) }),
  ...(file.rules === undefined ? {} : { rules: resolveRules(file, source) }),
  allow: resolveAllowances(file, source),
  ...(file.drift === undefined ? {} : { drift: resolveDrift(file.drift, source) }),
  declaredIn: declaredAt(source, 'organization'),
});

/** Names of all instances, the default of whatever names none. */
export const instanceNames = (lake: Lake): readonly string[] => sorted(lake.instances.map(({ name }) => name));
