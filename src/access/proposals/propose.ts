import type { Dataset, Day, Grant, GrantEntry, PrincipalRef, Selector, Tier } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import { approvalsFor } from '../approvals.ts';
import { implies } from '../levels.ts';
import { isMeant, isSelected } from '../selectors.ts';
import { addDays, dayOf } from '../time.ts';
import { entryText, newFileText } from './grant-text.ts';
import { proposeUse } from './pipeline.ts';
import type { Proposal, ProposalInput } from './proposal.ts';
import { newRefusals } from './refusals.ts';

export type { Proposal } from './proposal.ts';

interface Wanted extends ProposalInput {
  readonly found: Dataset;
  readonly tier: Tier;
  readonly grants: readonly Grant[];
}

/** Services and pipelines need no date: nobody forgets them in a new job. */
const isLimited = (principal: PrincipalRef): boolean =>
  !principal.startsWith('service:') && !principal.startsWith('pipeline:');

/** The last day that some tiers allow a grant to hold, all of them; none if they set no limit. */
const latestDay = ({ principal, asOf }: ProposalInput, tiers: readonly Tier[]): Day | undefined => {
  const days = tiers.flatMap(({ maxGrantDays }) => (maxGrantDays === undefined ? [] : [maxGrantDays]));
  return days.length === 0 || !isLimited(principal) ? undefined : addDays(dayOf(asOf), Math.min(...days));
};

const withEnd = (entry: GrantEntry, expires: Day | undefined): GrantEntry => {
  const { expires: _, ...rest } = entry;
  return expires === undefined ? rest : { ...rest, expires };
};

const reaches = (entry: GrantEntry, dataset: Dataset): boolean => isMeant(entry.target, dataset);

const tiersOf = ({ catalog, tier }: Wanted, entry: GrantEntry): readonly Tier[] => {
  if ('dataset' in entry.target) return [tier];
  const { select }: { select: Selector } = entry.target;
  return catalog.lake.tiers.filter(({ name }) => select.tier === undefined || select.tier === name);
};

const holds = ({ instance }: Wanted, entry: GrantEntry): boolean => entry.instances?.includes(instance) ?? true;

const isOver = ({ asOf }: Wanted, entry: GrantEntry): boolean =>
  entry.expires !== undefined && entry.expires < dayOf(asOf);

/** The entry with a new end where its own has passed, for this instance too. */
const revived = (wanted: Wanted, entry: GrantEntry): GrantEntry => {
  const ended = isOver(wanted, entry) ? withEnd(entry, latestDay(wanted, tiersOf(wanted, entry))) : entry;
  if (holds(wanted, entry)) return ended;
  const { instances = [], ...rest } = ended;
  const added = [...instances, wanted.instance];
  return wanted.found.instances.every((name) => added.includes(name)) && 'dataset' in entry.target
    ? rest
    : { ...rest, instances: added };
};

/** Whether an entry is for this instance and no other that has the dataset, so that raising it raises nothing elsewhere. */
const isForHereOnly = ({ found, instance }: Wanted, entry: GrantEntry): boolean =>
  (entry.instances ?? found.instances).every((name) => name === instance);

interface Edited {
  readonly grant: Grant;
  readonly before: GrantEntry;
  readonly after: GrantEntry;
}

/**
 * The entry whose change says it best: one that gives the level but has ended or leaves this instance out, one on the dataset
 * itself rather than by a selector, the one that ended last; else one on the dataset with too little, for here only.
 */
const entryToChange = (wanted: Wanted): Edited | undefined => {
  const entries = wanted.grants.flatMap((grant) =>
    grant.access.filter((entry) => reaches(entry, wanted.found)).map((entry) => ({ grant, entry })),
  );
  const exactFirst = (entry: GrantEntry): number => ('dataset' in entry.target ? 0 : 1);
  const [revivable] = entries
    .filter(({ entry }) => implies(entry.level, wanted.level) && (isOver(wanted, entry) || !holds(wanted, entry)))
    .sort(
      (left, right) =>
        exactFirst(left.entry) - exactFirst(right.entry) ||
        Number(holds(wanted, right.entry)) - Number(holds(wanted, left.entry)) ||
        compareText(right.entry.expires ?? '', left.entry.expires ?? ''),
    );
  if (revivable !== undefined)
    return { grant: revivable.grant, before: revivable.entry, after: revived(wanted, revivable.entry) };
  const low = entries.find(
    ({ entry }) => 'dataset' in entry.target && implies(wanted.level, entry.level) && isForHereOnly(wanted, entry),
  );
  if (low === undefined) return undefined;
  const raised = { ...revived(wanted, low.entry), level: wanted.level };
  return { grant: low.grant, before: low.entry, after: raised };
};

/** A new entry: on this dataset alone, and for this instance alone where others have the dataset too. */
const newEntry = (wanted: Wanted, declaredIn: SourceLocation): GrantEntry => ({
  ...withEnd(
    { target: { dataset: wanted.dataset }, level: wanted.level, declaredIn },
    latestDay(wanted, [wanted.tier]),
  ),
  ...(wanted.found.instances.length > 1 ? { instances: [wanted.instance] } : {}),
});

/**
 * The grant file that the entry belongs into: one that is about this dataset, else one that gives no reason where none is asked
 * for. The reason of any other file is for something else, and approvers would read it as the reason for this.
 */
const grantToExtend = ({ grants, found, tier }: Wanted): Grant | undefined => {
  const isAbout = ({ access }: Grant): boolean => access.some((entry) => reaches(entry, found));
  return grants
    .filter((grant) => (grant.reason === undefined ? !tier.reasonRequired : isAbout(grant)))
    .sort(
      (left, right) =>
        Number(isAbout(right)) - Number(isAbout(left)) || compareText(left.declaredIn.file, right.declaredIn.file),
    )[0];
};

const folderOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf('/'), 0));

/** Where grant files are: beside the others, else beside the folder of datasets. */
const grantsFolder = ({ catalog, found }: Wanted): string => {
  const [first] = catalog.grants.map((grant) => folderOf(grant.declaredIn.file)).sort(compareText);
  return first ?? folderOf(found.declaredIn.file).replace(/(^|\/)datasets(\/.*)?$/, '$1grants');
};

/** A file name that is free; teams and users may have the same name. */
const newFile = (wanted: Wanted): string => {
  const taken = new Set(wanted.catalog.grants.map((grant) => grant.declaredIn.file));
  const [kind = '', name = ''] = wanted.principal.split(':');
  const stem = `${grantsFolder(wanted)}/${name}-${wanted.dataset}`;
  const candidates = [stem, `${stem}-${wanted.level}`, `${stem}-${kind}`, `${stem}-${kind}-${wanted.level}`];
  const free = candidates.find((candidate) => !taken.has(`${candidate}.yaml`));
  return `${free ?? `${stem}-${wanted.instance}-${dayOf(wanted.asOf)}`}.yaml`;
};

const reasonNote = (grant: Grant): readonly string[] =>
  grant.reason === undefined
    ? []
    : [
        `The file says why: “${grant.reason}”. If this is for something else, put the entry into a file of its own with its own reason.`,
      ];

const selectorNote = (wanted: Wanted, entry: GrantEntry): readonly string[] => {
  const { target } = entry;
  if ('dataset' in target) return [];
  const count = wanted.catalog.datasets.filter((dataset) => isSelected(dataset, target.select)).length;
  return count === 1
    ? ['The entry is a selector that means one dataset today; what it comes to mean later is covered as well.']
    : [`The entry is a selector that means ${count} datasets today, so all of them come with it.`];
};

/** Who reads all of a tier gets exact rows as soon as he may read raw data in it: what is added to the tier later is not among them. */
const rawNote = ({ grants, tier, level }: Wanted): readonly string[] =>
  implies(level, 'read-raw') &&
  grants.some(({ access }) =>
    access.some(
      ({ target }) =>
        'select' in target &&
        target.select.tier === tier.name &&
        target.select.domain === undefined &&
        target.select.owner === undefined,
    ),
  )
    ? [
        `With raw data of one ${tier.name} dataset, the selector for the whole tier counts for the datasets of each apply: a new dataset is readable after the next apply, not at once.`,
      ]
    : [];

const retiredNote = ({ found }: Wanted): readonly string[] =>
  found.retired === undefined
    ? []
    : [`The dataset ${found.name} is retired from ${found.retired.on} on; no grant holds from that day on.`];

const endField = ({ expires }: GrantEntry): { readonly until?: Day } =>
  expires === undefined ? {} : { until: expires };

/** The catalog with other grants. */
const refusalsWith = ({ catalog, asOf }: Wanted, grants: readonly Grant[]): Proposal['refusedBy'] =>
  newRefusals(catalog, { ...catalog, grants }, asOf);

const changeGrant = (wanted: Wanted, { grant, before, after }: Edited): Proposal => {
  const { file, line, column } = before.declaredIn;
  const access = grant.access.map((entry) => (entry === before ? after : entry));
  return {
    edit: 'replace',
    file,
    isNew: false,
    yaml: entryText(after, column),
    line,
    ...endField(after),
    refusedBy: refusalsWith(
      wanted,
      wanted.catalog.grants.map((one) => (one === grant ? { ...grant, access } : one)),
    ),
    approvals: approvalsFor(wanted.catalog, wanted.found),
    notes: [...rawNote(wanted), ...retiredNote(wanted), ...selectorNote(wanted, before), ...reasonNote(grant)],
  };
};

const extendGrant = (wanted: Wanted, grant: Grant, last: GrantEntry): Proposal => {
  const { file, line, column } = last.declaredIn;
  const added = newEntry(wanted, { file, line: line + 1 });
  const access = [...grant.access, added];
  return {
    edit: 'add',
    under: 'access',
    file,
    isNew: false,
    yaml: entryText(added, column),
    line,
    ...endField(added),
    refusedBy: refusalsWith(
      wanted,
      wanted.catalog.grants.map((one) => (one === grant ? { ...grant, access } : one)),
    ),
    approvals: approvalsFor(wanted.catalog, wanted.found),
    notes: [...rawNote(wanted), ...retiredNote(wanted), ...reasonNote(grant)],
  };
};

const PLACEHOLDER_NOTE =
  'Say in the place of TODO what it is needed for, before you send it: edl validate takes no grant with the placeholder.';

const makeGrant = (wanted: Wanted): Proposal => {
  const file = newFile(wanted);
  const needsReason = wanted.tier.reasonRequired;
  const added = newEntry(wanted, { file, line: needsReason ? 4 : 3 });
  const made: Grant = { principal: wanted.principal, access: [added], declaredIn: { file, line: 1 } };
  return {
    edit: 'create',
    file,
    isNew: true,
    yaml: newFileText(wanted.principal, added, needsReason),
    ...endField(added),
    refusedBy: refusalsWith(wanted, [...wanted.catalog.grants, made]),
    approvals: approvalsFor(wanted.catalog, wanted.found),
    notes: [...rawNote(wanted), ...retiredNote(wanted), ...(needsReason ? [PLACEHOLDER_NOTE] : [])],
  };
};

const addToGrants = (wanted: Wanted): Proposal => {
  const changed = entryToChange(wanted);
  if (changed !== undefined) return changeGrant(wanted, changed);
  const grant = grantToExtend(wanted);
  const last = grant?.access.at(-1);
  return grant === undefined || last === undefined ? makeGrant(wanted) : extendGrant(wanted, grant, last);
};

/** Pipelines read what they list as inputs; nothing else can be given to them by a level. */
const addToPipeline = ({ catalog, asOf, principal, found, level }: Wanted): Proposal | undefined => {
  const pipeline = catalog.pipelines.find(({ name }) => `pipeline:${name}` === principal);
  return pipeline === undefined || !implies('read', level)
    ? undefined
    : proposeUse({ catalog, asOf, pipeline, dataset: found, as: 'inputs' });
};

/**
 * The smallest change of git that would give a principal a level on a dataset in an instance. It extends or raises the entry
 * that is there, else adds one to a file of the principal, else makes a file. Undefined when git has no words for it: an
 * unknown dataset or principal, or anything but reading for a pipeline.
 */
export const proposeGrant = (input: ProposalInput): Proposal | undefined => {
  const { catalog, principal } = input;
  const found = catalog.datasets.find(({ name }) => name === input.dataset);
  const tier = catalog.lake.tiers.find(({ name }) => name === found?.tier);
  if (found === undefined || tier === undefined) return undefined;
  const wanted: Wanted = {
    ...input,
    found,
    tier,
    grants: catalog.grants.filter((grant) => grant.principal === principal),
  };
  if (principal.startsWith('pipeline:')) return addToPipeline(wanted);
  return catalog.principals.some(({ ref }) => ref === principal) ? addToGrants(wanted) : undefined;
};
