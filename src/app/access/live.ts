import { proofKeyArn } from '../../access/proof/key-arn.ts';
import { homeRegionOf, instanceNamed, regionsOf } from '../../reconciler/model/instance.ts';
import type { ObserveScope } from '../../reconciler/model/kind.ts';
import { keyAlias } from '../../reconciler/model/names.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { Judged, LiveAnswer } from '../../report/access-answers.ts';
import { resourceKinds } from '../../resources/index.ts';
import { checkAccount } from '../check-account.ts';
import { DECIDING_KINDS, type LakeProof, proofInput } from '../proof-input.ts';
import type { CanQuestion } from './can-question.ts';
import { judgeLevel } from './judge.ts';
import type { Outcome } from './load.ts';

type Answer = Omit<LiveAnswer, 'agrees'>;

const scopesOf = ({ catalog, instance: name, placed }: CanQuestion): readonly ObserveScope[] => {
  const { lake } = catalog;
  const instance = instanceNamed(catalog, name);
  const homeRegion = homeRegionOf(lake, instance);
  const here = regionsOf(placed.dataset, instance);
  return [homeRegion, ...here.filter((region) => region !== homeRegion)].map((region) => ({
    organization: lake.organization,
    instance: name,
    account: instance.account,
    region,
    homeRegion,
    // Buckets and keys are read by name, and only those of the dataset's tier decide.
    tiers: [placed.dataset.tier],
  }));
};

/** Every document that decides about access to the dataset, as AWS has it now. Throws when one of them cannot be read. */
const liveDocuments = async (question: CanQuestion, reads: AwsReads): Promise<LakeProof> => {
  const scopes = scopesOf(question);
  const observed = await Promise.all(
    resourceKinds
      .filter(({ name }) => DECIDING_KINDS.has(name))
      .flatMap((kind) => (kind.isGlobal ? scopes.slice(0, 1) : scopes).map((scope) => kind.observe(reads, scope))),
  );
  const { policies } = await reads.accountAuthorization();
  const { catalog, instance, asOf } = question;
  return proofInput({ catalog, instance, asOf, objects: observed.flat(), policies });
};

interface LiveKeys {
  readonly arns: ReadonlyMap<string, string>;
  readonly policies: LakeProof['resources'];
  /** Why a key cannot be used by anybody. */
  readonly problems: readonly string[];
}

const needsKey = ({ catalog, placed, level }: CanQuestion): boolean =>
  catalog.lake.tiers.find(({ name }) => name === placed.dataset.tier)?.encryption === 'kms' && level !== 'discover';

/** The tier's keys under the ids that AWS gave them, since a policy of somebody else may name one by its id. */
const liveKeys = async (question: CanQuestion, reads: AwsReads): Promise<LiveKeys> => {
  if (!needsKey(question)) return { arns: new Map(), policies: [], problems: [] };
  const { catalog, instance: name, placed } = question;
  const alias = keyAlias(name, placed.dataset.tier);
  const keys = await Promise.all(
    regionsOf(placed.dataset, instanceNamed(catalog, name)).map(async (region) => {
      const id = (await reads.aliases(region)).find((one) => one.name === alias)?.targetKeyId;
      return { region, key: id === undefined ? undefined : await reads.key(region, id) };
    }),
  );
  const found = keys.flatMap(({ region, key }) => (key === undefined ? [] : [{ region, ...key }]));
  return {
    arns: new Map(found.map(({ region, arn }) => [region, arn])),
    policies: found.map(({ arn, policy }) => ({ arn, document: policy })),
    problems: [
      ...keys.flatMap(({ region, key }) => (key === undefined ? [`there is no key ${alias} in ${region}`] : [])),
      ...found.flatMap(({ region, enabled, state }) =>
        enabled ? [] : [`the key ${alias} in ${region} cannot be used: its state is ${state}`],
      ),
    ],
  };
};

/** What a statement says, no unread policy can take back, if it denies. */
const isExplicit = ({ reason }: Judged): boolean => reason.startsWith('denied by');

const conclude = (judged: readonly Judged[], unread: readonly string[]): Answer => {
  const broken =
    judged.find((one) => one.answer === 'denied' && isExplicit(one)) ??
    judged.find(({ answer }) => answer === 'denied') ??
    judged.find(({ answer }) => answer === 'conditional');
  const isProven = broken?.answer === 'denied' && (isExplicit(broken) || unread.length === 0);
  if (isProven) return { answer: 'no', reason: linkText(broken), judged };
  if (unread.length > 0)
    return {
      answer: 'unknown',
      reason: `nobody here can read the policy ${unread.join(', ')}, which decides too`,
      judged,
    };
  if (broken !== undefined) return { answer: 'unknown', reason: linkText(broken), judged };
  return { answer: 'yes', reason: 'every action of the level is allowed', judged };
};

const linkText = ({ action, resource, reason }: Judged): string => `${action} on ${resource}: ${reason}`;

/** What decides before any policy does. */
const firstObstacle = (question: CanQuestion, documents: LakeProof, keys: LiveKeys): string | undefined => {
  const { catalog, instance, holder, placed } = question;
  if (regionsOf(placed.dataset, instanceNamed(catalog, instance)).length === 0)
    return `the instance ${instance} does not have the dataset`;
  if (!documents.roles.some((role) => role.holder === holder))
    return `there is no role of ${holder} in the account of ${instance}; it comes with the next apply`;
  return keys.problems[0];
};

/**
 * Judges a level by what is live: the role's policies, its boundary, and the policies of the buckets and keys, all read from
 * AWS. What hangs on a condition, or on a policy that is not the account's own, is unknown and never yes.
 */
export const liveAnswer = async (question: CanQuestion, reads: AwsReads): Promise<Outcome<Answer>> => {
  const { catalog, instance, holder, placed, level } = question;
  const refused = await checkAccount({ account: instanceNamed(catalog, instance).account, instance }, reads);
  if (refused.length > 0) return { diagnostics: refused };
  const [documents, keys] = await Promise.all([liveDocuments(question, reads), liveKeys(question, reads)]);
  const obstacle = firstObstacle(question, documents, keys);
  if (obstacle !== undefined) return { answer: 'no', reason: obstacle, judged: [] };
  const judged = judgeLevel({
    documents: { ...documents, resources: [...documents.resources, ...keys.policies] },
    holder,
    dataset: placed.dataset,
    level,
    keyArn: ({ region, tier }) => keys.arns.get(region) ?? proofKeyArn(documents.world.account, region, tier),
  });
  return conclude(judged, documents.roles.find((role) => role.holder === holder)?.unread ?? []);
};
