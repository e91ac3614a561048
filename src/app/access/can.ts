import { implies, LEVELS, type RowLevel } from '../../access/levels.ts';
import { proofKeyArn } from '../../access/proof/key-arn.ts';
import { type Proposal, proposeGrant } from '../../access/proposals/propose.ts';
import { declaredRows } from '../../access/rows.ts';
import { scopeOf } from '../../access/scope.ts';
import { accessSources } from '../../access/sources.ts';
import { untilField } from '../../access/time.ts';
import { withoutImplied } from '../../access/unite.ts';
import type { Catalog, Level, PrincipalRef } from '../../reconciler/model/catalog.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { homeRegionOf, instanceNamed } from '../../reconciler/model/instance.ts';
import type { HeldLevel } from '../../reconciler/model/plan.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { AskedDataset, CanAnswer, Judged } from '../../report/access-answers.ts';
import type { LakeProof } from '../proof-input.ts';
import type { Session } from '../session.ts';
import { askedDataset } from './asked.ts';
import { becauseOf, isAbout, rightsOf } from './because.ts';
import { defaultRoles, isUntaken } from './callers.ts';
import type { CanQuestion } from './can-question.ts';
import { declaredRoles } from './declared-roles.ts';
import { judgeLevel } from './judge.ts';
import { liveAnswer } from './live.ts';
import { loadForQuestion, type Outcome, type QuestionRequest } from './load.ts';
import { holderOf, instanceOf, isPerson, levelOf, type Named, principalOfPerson } from './names.ts';
import { onlyOf } from './only.ts';
import { instanceOfPlace, placeOf } from './place.ts';
import { whyNot } from './why-not.ts';

/** May somebody do something? */
export interface CanRequest extends QuestionRequest {
  readonly principal: string;
  readonly level: string;
  /** A name, or a place: `s3://…`, `database.table`. */
  readonly dataset: string;
  /** Judge what is live in AWS, not only what git says. */
  readonly live: boolean;
}

const judgeDeclared = ({ holder, level, placed }: CanQuestion, documents: LakeProof): readonly Judged[] =>
  judgeLevel({
    documents,
    holder,
    dataset: placed.dataset,
    level,
    keyArn: ({ region, tier }) => proofKeyArn(documents.world.account, region, tier),
  });

const isGrantable = (level: RowLevel): level is Level => level !== 'run-write';

const isPrincipal = (holder: AccessHolder): holder is PrincipalRef => /^(team|user|service|pipeline):/.test(holder);

/** What to ask for; nothing where no grant can give it, or the dataset is not to be had. */
const proposalFor = (question: CanQuestion, dataset: AskedDataset): Proposal | undefined => {
  const { holder: principal, level, catalog, instance, asOf } = question;
  if (dataset.state !== 'present' || !isPrincipal(principal) || !isGrantable(level)) return undefined;
  return proposeGrant({ catalog, instance, asOf, principal, dataset: dataset.name, level });
};

const heldLevels = (rights: ReadonlyMap<RowLevel, string>): readonly HeldLevel[] => {
  const held = withoutImplied(rights);
  return LEVELS.flatMap((level) => {
    const end = held.get(level);
    return end === undefined ? [] : [{ level, ...untilField(end) }];
  });
};

/** The default role that gives it already. Programs are left alone: they work under their own role. */
const byDefaultRole = (
  { catalog, instance, asOf, holder, level }: CanQuestion,
  { state, tier }: AskedDataset,
): Pick<CanAnswer, 'defaultRole'> => {
  if (state === 'absent' || !implies('read', level) || !/^(team|user|service):/.test(holder)) return {};
  const found = defaultRoles(catalog, instance, asOf).find((role) => role.tier === tier && role.callers.length > 0);
  return found === undefined ? {} : { defaultRole: found };
};

const explainNo = (
  question: CanQuestion,
  dataset: AskedDataset,
  held: readonly HeldLevel[],
  hasRole: boolean,
): Partial<CanAnswer> => {
  const { catalog, instance, asOf, holder, level } = question;
  const idle = accessSources(catalog, instance, asOf).idle.filter(({ principal }) => principal === holder);
  const proposal = hasRole ? proposalFor(question, dataset) : undefined;
  return {
    ...whyNot({ level, dataset, hasRole, holdsAnything: held.length > 0, idle }),
    ...(proposal === undefined ? {} : { proposal }),
    ...byDefaultRole(question, dataset),
  };
};

/**
 * Answers whether somebody may do something, by what git declares. The rows and the documents compiled from them are asked
 * both; should they ever disagree, nothing is answered. Pure. The instance must be in the catalog.
 */
export const answerCan = (question: CanQuestion): CanAnswer => {
  const { instance, holder, level, placed, asOf } = question;
  const catalog = onlyOf(question.catalog, [holder]);
  const dataset = askedDataset(catalog, placed.dataset, instanceNamed(catalog, instance), asOf);
  const isHere = dataset.state !== 'absent';
  const about = <Row extends { readonly principal: AccessHolder } & Parameters<typeof isAbout>[0]>(
    rows: readonly Row[],
  ): readonly Row[] => rows.filter((row) => isHere && row.principal === holder && isAbout(row, placed.dataset));
  const rights = rightsOf(about(declaredRows(catalog, instance, asOf).rows));
  const documents = declaredRoles(catalog, instance, asOf);
  const judged = isHere ? judgeDeclared(question, documents) : [];
  const end = rights.get(level);
  const isAllowed = judged.length > 0 && judged.every(({ answer }) => answer === 'allowed');
  invariant(
    (end !== undefined) === isAllowed,
    `The rows of ${holder} and the documents made of them disagree about ${level} on ${dataset.name} in ${instance}.`,
  );
  const held = heldLevels(rights);
  const hasRole = documents.roles.some((role) => role.holder === holder);
  const until = end === undefined ? {} : untilField(end);
  return {
    formatVersion: '1',
    question: 'can',
    instance,
    asOf,
    principal: holder,
    level,
    dataset,
    answer: isAllowed ? 'yes' : 'no',
    git: isAllowed ? 'yes' : 'no',
    ...until,
    because: isAllowed ? becauseOf(about(accessSources(catalog, instance, asOf).sources), level, until.until) : [],
    ...(hasRole && isUntaken(scopeOf(catalog, instance, asOf), holder) ? { untaken: true } : {}),
    held,
    ...(isAllowed ? {} : explainNo(question, dataset, held, hasRole)),
    judged,
  };
};

const understand = (catalog: Catalog, request: CanRequest): Named<CanQuestion> => {
  const level = levelOf(request.level);
  if ('problem' in level) return level;
  const placed = placeOf(catalog, request.dataset);
  if ('problem' in placed) return placed;
  const name = instanceOfPlace(request.dataset, placed.found, request.instance);
  if ('problem' in name) return name;
  const instance = instanceOf(catalog, name.found);
  if ('problem' in instance) return instance;
  const holder = isPerson(request.principal)
    ? principalOfPerson(catalog, request.principal, instance.found.name)
    : holderOf(catalog, instance.found, request.principal);
  if ('problem' in holder) return holder;
  return {
    found: {
      catalog,
      instance: instance.found.name,
      holder: holder.found,
      level: level.found,
      placed: placed.found,
      asOf: request.asOf,
    },
  };
};

const withLive = async (question: CanQuestion, answer: CanAnswer, session: Session): Promise<Outcome<CanAnswer>> => {
  const { catalog, instance } = question;
  const aws = session.connect(homeRegionOf(catalog.lake, instanceNamed(catalog, instance)), session.reporter);
  try {
    const live = await liveAnswer(question, aws.reads);
    if ('diagnostics' in live) return live;
    return { ...answer, answer: live.answer, live: { ...live, agrees: live.answer === answer.git } };
  } finally {
    aws.close();
  }
};

/**
 * `edl access can`: loads the lake and answers; with `live` by the policies that AWS has now, beside what git says. Throws
 * EdlError when AWS cannot be asked.
 */
export const mayDo = async (request: CanRequest, session: Session): Promise<Outcome<CanAnswer>> => {
  const loaded = await loadForQuestion(request, session.reporter);
  if ('diagnostics' in loaded) return loaded;
  const question = understand(loaded.catalog, request);
  if ('problem' in question) return { diagnostics: [question.problem] };
  const answer = answerCan(question.found);
  return request.live ? withLive(question.found, answer, session) : answer;
};
