import type { Catalog, PrincipalRef } from '../../reconciler/model/catalog.ts';
import { type Case, cause, type Cause, type CauseId, type InstanceDocuments, listed, type Rule } from './cause.ts';
import { levelFor } from './need.ts';
import { type Hints, placeOf, tierOf } from './place.ts';
import { accountRule, instanceRule, ownIdentityRule, unknownRoleRule } from './rules-caller.ts';
import { containerRule } from './rules-glue.ts';
import { grantRule } from './rules-grant.ts';
import { grantedRule } from './rules-granted.ts';
import { folderRule, listingRule, otherBucketRule, presenceRule, tierRule, unknownDatasetRule } from './rules-place.ts';
import { boundaryRule, bucketPolicyRule, othersRule, runsRule } from './rules-policy.ts';
import {
  anyKeyRule,
  foreignKeyRule,
  metadataRule,
  offeredRule,
  resultsRule,
  tableWriteRule,
  workGroupRule,
} from './rules-services.ts';
import { foreignRule, signRule } from './rules-signs.ts';
import { tokenRule } from './rules-token.ts';
import { trustRule } from './rules-trust.ts';
import type { Denial } from './types.ts';
import { whoOf } from './who.ts';

/** What a diagnosis is made from. */
export interface DiagnosisInput extends Pick<Case, 'nearest'> {
  readonly catalog: Catalog;
  /** ISO 8601. */
  readonly asOf: string;
  readonly denial: Denial;
  /** Who asked, where the text does not tell. */
  readonly principal?: PrincipalRef;
  readonly hints: Hints;
  /** Compiled documents of an instance: its boundary and the policies of its buckets. */
  readonly documents?: (instance: string) => InstanceDocuments | undefined;
}

/** One refusal and its causes, the deciding one first. */
export interface Diagnosis {
  readonly denial: Denial;
  /** What was found of it in the catalog; absent where the text does not tell. */
  readonly instance?: string;
  readonly dataset?: string;
  readonly tier?: string;
  readonly level?: string;
  readonly holder?: string;
  /** Never empty. */
  readonly causes: readonly Cause[];
}

/**
 * The decision table, first row first. A certain cause ends it, but for those that leave another link to be looked at: who
 * came with an identity of his own may lack the grant as well, and so may who was refused by a policy of others.
 */
const RULES: readonly Rule[] = [
  signRule, //            no denial at all, or one that hides its facts
  resultsRule, //         Athena could not write results
  tokenRule, //           the token of a provider was not taken
  trustRule, //           the role could not be taken
  foreignRule, //         not of this lake
  accountRule, //         a role of ours by its name only
  unknownRoleRule, //     a role that the catalog does not have
  instanceRule, //        a role of another instance
  othersRule, //          service control, endpoint, session: not ours
  boundaryRule, //        the boundary
  workGroupRule, //       another workgroup
  tableWriteRule, //      changing tables
  offeredRule, //         an action of no level
  runsRule, //            writing published data
  bucketPolicyRule, //    the bucket's policy
  foreignKeyRule, //      a key that is not the tier's
  ownIdentityRule, //     no role of the lake
  unknownDatasetRule, //  misspelt
  tierRule, //            in another tier
  presenceRule, //        retired, not in the instance, not in the region
  otherBucketRule, //     reading a drop bucket
  folderRule, //          outside data/ and raw/
  listingRule, //         listing without a prefix
  metadataRule, //        listing tables where metadata is exact
  containerRule, //       the catalog or a database, with no dataset told
  anyKeyRule, //          the key of a tier that is not told
  grantRule, //           no grant, expired, elsewhere, too low
  grantedRule, //         granted: the key, or AWS is not what git says
];

const GOES_ON: readonly CauseId[] = ['no-lake-role', 'policy-of-others'];

const endsHere = (causes: readonly Cause[]): boolean =>
  causes.some(({ id, certainty }) => certainty === 'certain' && !GOES_ON.includes(id));

const judge = (one: Case): readonly Cause[] => {
  const causes: Cause[] = [];
  for (const rule of RULES) {
    causes.push(...rule(one));
    if (endsHere(causes)) break;
  }
  return causes;
};

/** After a cause that already answers, "the catalog grants it" is a comfort, not a cause. */
const withoutEcho = (causes: readonly Cause[]): readonly Cause[] => {
  const answers = causes.some(({ id, certainty }) => id !== 'not-applied' && certainty !== 'possible');
  return answers ? causes.filter(({ id }) => id !== 'not-applied') : causes;
};

const RANK: Readonly<Record<Cause['certainty'], number>> = { certain: 0, likely: 1, possible: 2 };

/** The instances that a refusal can be about. */
const instancesWith = ({ catalog, dataset }: Case): readonly string[] =>
  catalog.lake.instances.map(({ name }) => name).filter((name) => dataset?.instances.includes(name) ?? true);

const isInstanceMissing = (one: Case): boolean => one.instance === undefined && instancesWith(one).length > 1;

/** What has to be said for an answer. */
const needsMore = (one: Case): Cause => {
  const { who, place, dataset } = one;
  const missing = [
    ...(who.holder === undefined ? ['who asked (--principal team:NAME, user:NAME or service:NAME)'] : []),
    ...(dataset === undefined && place.dataset === undefined
      ? ['what was asked for (--on DATASET, --on s3://BUCKET/KEY or --on DATABASE.TABLE)']
      : []),
    ...(isInstanceMissing(one)
      ? [`in which instance (--instance ${listed(instancesWith(one), 'or')}), because grants differ between them`]
      : []),
  ];
  const text = missing.length === 0 ? 'what failed: paste the whole message' : missing.join(' and ');
  return cause('needs-more', 'possible', `The message alone does not say enough; say ${text}.`);
};

/** Names of what a case is about, for the answer's head. */
const subject = ({ instance, place, tier, level, who }: Case): Omit<Diagnosis, 'denial' | 'causes'> => ({
  ...(instance === undefined ? {} : { instance: instance.name }),
  ...(place.dataset === undefined ? {} : { dataset: place.dataset }),
  ...(tier === undefined ? {} : { tier: tier.name }),
  ...(level === undefined ? {} : { level }),
  ...(who.holder === undefined ? {} : { holder: who.holder }),
});

const caseOf = (input: DiagnosisInput): Case => {
  const { catalog, asOf, denial, principal, hints, documents, nearest } = input;
  const who = whoOf(catalog, denial.caller, principal);
  const place = placeOf(catalog, denial, hints);
  const byAccount = catalog.lake.instances.filter(({ account }) => account === denial.caller?.account);
  const name =
    place.instance ?? who.role?.instance ?? hints.instance ?? (byAccount.length === 1 ? byAccount[0]?.name : undefined);
  const instance = catalog.lake.instances.find((one) => one.name === name);
  const dataset = catalog.datasets.find((one) => one.name === place.dataset);
  const tierName = tierOf(catalog, place);
  const tier = catalog.lake.tiers.find((one) => one.name === tierName);
  const level = levelFor(denial, place);
  const compiled = instance === undefined ? undefined : documents?.(instance.name);
  return {
    catalog,
    asOf,
    denial,
    who,
    place,
    nearest,
    ...(instance === undefined ? {} : { instance }),
    ...(dataset === undefined ? {} : { dataset }),
    ...(tier === undefined ? {} : { tier }),
    ...(level === undefined ? {} : { level }),
    ...(compiled === undefined ? {} : { documents: compiled }),
  };
};

/** Which link is missing, and what to do about it. */
export const diagnose = (input: DiagnosisInput): Diagnosis => {
  const one = caseOf(input);
  const causes = [...withoutEcho(judge(one))].sort((left, right) => RANK[left.certainty] - RANK[right.certainty]);
  return { denial: one.denial, ...subject(one), causes: causes.length === 0 ? [needsMore(one)] : causes };
};

/** Whether nothing but the instance is missing for an answer. */
export const lacksInstanceOnly = ({ causes, instance, holder, dataset, level }: Diagnosis): boolean =>
  causes.every(({ id }) => id === 'needs-more') &&
  instance === undefined &&
  holder !== undefined &&
  dataset !== undefined &&
  level !== undefined;

/** Whether a cause was found, and not only what is missing to find one. */
export const isAnswered = ({ causes }: Diagnosis): boolean => causes.some(({ id }) => id !== 'needs-more');
