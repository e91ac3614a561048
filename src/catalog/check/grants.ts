import { addDays } from '../../access/time.ts';
import type { GrantEntry, Lake, Selector, Tier } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { sameJson } from '../../reconciler/model/json.ts';
import type { Declarations, DeclaredDataset, DeclaredGrant } from '../declarations.ts';
import type { Entry } from '../files.gen.ts';
import { listNames } from '../nearest.ts';
import { locate, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';
import { resolveTarget } from '../resolve/principal.ts';
import { holdersOf, isPlaced } from './holders.ts';

/** One entry of a grant with everything that its checks ask for. */
interface EntryCheck {
  readonly grant: DeclaredGrant;
  readonly entry: Entry;
  readonly path: ValuePath;
  readonly declarations: Declarations;
  /** The tiers it reaches, or may reach when datasets are added. */
  readonly tiers: readonly Tier[];
}

/** A selector reaches its tier; without one it may reach any, since datasets can be added to all. */
const reachedTiers = (entry: Entry, { lake, datasetByName }: Declarations): readonly Tier[] => {
  const name = entry.dataset === undefined ? entry.select?.tier : datasetByName.get(entry.dataset)?.model.tier;
  if (name === undefined) return entry.dataset === undefined ? lake.model.tiers : [];
  return lake.model.tiers.filter((tier) => tier.name === name);
};

/** A tier that says how long a grant may last. */
interface Limit {
  readonly name: string;
  readonly maxGrantDays: number;
}

const strictestOf = (tiers: readonly Tier[]): Limit | undefined =>
  tiers
    .flatMap(({ name, maxGrantDays }) => (maxGrantDays === undefined ? [] : [{ name, maxGrantDays }]))
    .sort((left, right) => left.maxGrantDays - right.maxGrantDays)[0];

/** The shortest of the limits that an entry falls under; none where no tier has one. */
export const strictestLimit = (entry: Entry, declarations: Declarations): Limit | undefined =>
  strictestOf(reachedTiers(entry, declarations));

/** Services and pipelines need no date: nobody forgets them in a new job. */
export const isLimited = (grant: DeclaredGrant): boolean => !grant.file.principal.startsWith('service:');

/** What an entry is about, in a sentence. */
export const targetText = ({ dataset, select }: Entry): string =>
  dataset ??
  `the datasets with ${Object.entries(select ?? {})
    .map(([key, value]) => `${key} ${value}`)
    .join(' and ')}`;

const isOneTarget = (left: GrantEntry['target'], right: GrantEntry['target']): boolean =>
  'dataset' in left || 'dataset' in right
    ? 'dataset' in left && 'dataset' in right && left.dataset === right.dataset
    : sameJson({ ...left.select }, { ...right.select });

/** Whether an entry is new, or another than before, where it is known what was before. */
const isTooLate = ({ file: { principal } }: DeclaredGrant, entry: Entry, { grantsBefore }: Declarations): boolean => {
  if (grantsBefore === undefined) return false;
  const target = resolveTarget(entry);
  return !grantsBefore
    .filter((grant) => grant.principal === principal)
    .flatMap(({ access }) => access)
    .some(
      (other) => other.expires === entry.expires && other.level === entry.level && isOneTarget(other.target, target),
    );
};

const checkExpiry = ({ grant, entry, path, tiers, declarations }: EntryCheck): readonly Diagnostic[] => {
  const { expires } = entry;
  const { asOf } = declarations;
  if (expires !== undefined && expires < asOf) {
    if (isTooLate(grant, entry, declarations)) {
      const detail = `${grant.file.principal} is given ${entry.level} on ${targetText(entry)} through ${expires}, which has passed, and the revision that this is compared with has no such entry: it was added or edited since, and gives nothing. Correct expires if the access is needed, or leave the entry out.`;
      return [problem('EDL-1353', locate(grant.source, [...path, 'expires']), detail)];
    }
    const detail = `${grant.file.principal} was granted ${entry.level} on ${targetText(entry)} through ${expires}, which has passed, so the grant gives nothing any more. Remove it, or extend it if it is still needed.`;
    return [problem('EDL-1320', locate(grant.source, [...path, 'expires']), detail, 'warning')];
  }
  const strictest = strictestOf(tiers);
  if (strictest === undefined || !isLimited(grant)) return [];
  const latest = addDays(asOf, strictest.maxGrantDays);
  const rule = `The tier ${strictest.name} allows teams and users at most ${strictest.maxGrantDays} days`;
  if (expires === undefined) {
    const detail = `${rule}, so this access needs an end. Add expires: ${latest} or an earlier day.`;
    return [problem('EDL-1321', locate(grant.source, path), detail)];
  }
  if (expires <= latest) return [];
  const detail = `${rule}, counted from ${asOf}. Choose ${latest} or an earlier day, and renew it when it is still needed.`;
  return [problem('EDL-1322', locate(grant.source, [...path, 'expires']), detail)];
};

/** Told once a grant, at its first entry that needs the reason. */
const checkReason = (grant: DeclaredGrant, declarations: Declarations): readonly Diagnostic[] => {
  if (grant.file.reason !== undefined) return [];
  for (const [index, entry] of grant.file.access.entries()) {
    const tier = reachedTiers(entry, declarations).find(({ reasonRequired, selectorsAllowed }) =>
      entry.select === undefined ? reasonRequired : reasonRequired && selectorsAllowed,
    );
    if (tier === undefined) continue;
    const detail = `The tier ${tier.name} requires a reason, which approvers and auditors read. Add reason: to the grant.`;
    return [problem('EDL-1323', locate(grant.source, ['access', index]), detail)];
  }
  return [];
};

const checkSelectorAllowed = ({ grant, entry, path, tiers, declarations }: EntryCheck): readonly Diagnostic[] => {
  const forbidden = tiers.find(({ selectorsAllowed }) => !selectorsAllowed);
  if (entry.select === undefined || forbidden === undefined) return [];
  const others = declarations.lake.model.tiers.filter((tier) => tier.selectorsAllowed).map(({ name }) => name);
  const way =
    entry.select.tier === undefined
      ? `Add tier: to the selector to keep it out of there (${listNames(others)})`
      : 'Name the datasets one by one';
  const detail = `The selector can match datasets of the tier ${forbidden.name}, where selectors are forbidden: access there is decided for each dataset. ${way}.`;
  return [problem('EDL-1324', locate(grant.source, [...path, 'select']), detail)];
};

const matches = (select: Selector | Entry['select'], { model }: DeclaredDataset): boolean =>
  select !== undefined &&
  (select.tier === undefined || select.tier === model.tier) &&
  (select.domain === undefined || select.domain === model.domain) &&
  (select.owner === undefined || select.owner === model.owner);

const checkMatches = ({ grant, entry, path, declarations }: EntryCheck): readonly Diagnostic[] => {
  const { select } = entry;
  if (select === undefined || (select.domain === undefined && select.owner === undefined)) return [];
  if (!declarations.hasAllDatasets || declarations.datasets.some((dataset) => matches(select, dataset))) return [];
  const detail =
    'No dataset meets all conditions of the selector, so it gives nothing today. Check the words, or remove it.';
  return [problem('EDL-1309', locate(grant.source, [...path, 'select']), detail, 'warning')];
};

const checkHeld = ({ grant, entry, path, declarations }: EntryCheck): readonly Diagnostic[] => {
  const lake: Lake = declarations.lake.model;
  const dataset = entry.dataset === undefined ? undefined : declarations.datasetByName.get(entry.dataset);
  const known = (entry.instances ?? []).filter((name) => lake.instances.some((instance) => instance.name === name));
  if (
    dataset === undefined ||
    !isPlaced(dataset.model, lake) ||
    known.length === 0 ||
    known.length < (entry.instances ?? []).length
  )
    return [];
  const holders = holdersOf(dataset.model, lake);
  if (holders.length === 0 || known.some((name) => holders.includes(name))) return [];
  const detail = `The dataset ${dataset.model.name} is in ${listNames(holders)}, but this access is only for ${listNames(known)}. Correct instances, or leave them out.`;
  return [problem('EDL-1308', locate(grant.source, [...path, 'instances']), detail)];
};

const checkEntry = (check: EntryCheck): readonly Diagnostic[] => {
  const forbidden = checkSelectorAllowed(check);
  // A selector that must not reach a tier is not told how long it may last there.
  return [...(forbidden.length > 0 ? forbidden : checkExpiry(check)), ...checkMatches(check), ...checkHeld(check)];
};

/** The rules of tiers on each grant and its entries, and whether they can give anything at all. */
export const checkGrants = (declarations: Declarations): readonly Diagnostic[] =>
  declarations.grants.flatMap((grant) => [
    ...checkReason(grant, declarations),
    ...grant.file.access.flatMap((entry, index) => {
      const tiers = reachedTiers(entry, declarations);
      return checkEntry({ grant, entry, path: ['access', index], declarations, tiers });
    }),
  ]);
