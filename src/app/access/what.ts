import { callersOf } from '../../access/changes/callers.ts';
import { compileAccess } from '../../access/documents/compile.ts';
import { headroom } from '../../access/documents/limits.ts';
import { LEVELS } from '../../access/levels.ts';
import { declaredRows } from '../../access/rows.ts';
import { accessSources, type AccessSources } from '../../access/sources.ts';
import { dayOf } from '../../access/time.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import { instanceNamed } from '../../reconciler/model/instance.ts';
import { compareText } from '../../reconciler/model/json.ts';
import { roleArn } from '../../reconciler/model/names.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import { DEFAULT_QUOTAS } from '../../reconciler/model/quotas.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import type { HolderAccess, IdleLine, RoleFacts, WhatAnswer, WhatLine } from '../../report/access-answers.ts';
import { membersOf } from './asked.ts';
import { becauseOf, toIdleLine } from './because.ts';
import { defaultRoles } from './callers.ts';
import { loadForQuestion, type Outcome, type QuestionRequest } from './load.ts';
import { holderOf, holdersOfPerson, instanceOf, isPerson, type Named } from './names.ts';
import { onlyOf } from './only.ts';

/** What may somebody do? */
export interface WhatRequest extends QuestionRequest {
  /** `team:oncology`, `pipeline:daily`, `everyone:internal`, or a person's e-mail. */
  readonly principal: string;
}

/** Ends this near are marked: time enough to renew. */
const SOON_DAYS = 14;

const MILLISECONDS_A_DAY = 86_400_000;

const daysUntil = (day: string, today: string): number => (Date.parse(day) - Date.parse(today)) / MILLISECONDS_A_DAY;

const endsSoon = ({ until }: AccessRow, today: string): { readonly endsInDays?: number } => {
  if (until === undefined) return {};
  const days = daysUntil(until, today);
  return days <= SOON_DAYS ? { endsInDays: days } : {};
};

/** Everything that a `what` question is judged from. */
export interface WhatQuestion {
  readonly catalog: Catalog;
  readonly instance: string;
  /** As it was asked. */
  readonly principal: string;
  readonly holders: readonly AccessHolder[];
  readonly asOf: string;
}

const linesOf = (question: WhatQuestion, holder: AccessHolder, { sources }: AccessSources): readonly WhatLine[] => {
  const { catalog, instance, asOf } = question;
  const own = sources.filter((source) => source.principal === holder);
  const tiers = catalog.lake.tiers.map(({ name }) => name);
  return declaredRows(catalog, instance, asOf)
    .rows.filter((row) => row.principal === holder)
    .sort(
      (left, right) =>
        tiers.indexOf(right.tier) - tiers.indexOf(left.tier) ||
        compareText(left.dataset, right.dataset) ||
        LEVELS.indexOf(right.level) - LEVELS.indexOf(left.level),
    )
    .map((row) => ({
      dataset: row.dataset,
      tier: row.tier,
      level: row.level,
      ...(row.until === undefined ? {} : { until: row.until }),
      ...endsSoon(row, dayOf(asOf)),
      because: becauseOf(
        own.filter(({ dataset, tier }) => dataset === row.dataset && tier === row.tier),
        row.level,
        row.until,
      ),
    }));
};

/** What has expired comes first, the latest before the others. */
const idleOf = (holder: AccessHolder, { idle }: AccessSources): readonly IdleLine[] =>
  idle
    .filter(({ principal }) => principal === holder)
    .map(toIdleLine)
    .sort(
      (left, right) =>
        Number(right.why === 'expired') - Number(left.why === 'expired') ||
        compareText(right.expires ?? '', left.expires ?? '') ||
        compareText(left.target, right.target),
    );

const roleFacts = ({ catalog, instance, asOf }: WhatQuestion, holder: AccessHolder): RoleFacts | undefined => {
  const { roles, workGroups } = compileAccess(catalog, instance, asOf);
  const role = roles.find((one) => one.holder === holder);
  if (role === undefined) return undefined;
  const own = workGroups.filter((workGroup) => workGroup.holder === holder);
  const [workGroup] = own;
  return {
    arn: roleArn(instanceNamed(catalog, instance).account, role.path, role.roleName),
    ...(workGroup === undefined ? {} : { workGroup: workGroup.name }),
    workGroupRegions: own.map(({ region }) => region),
    callers: callersOf(role.trust),
    usage: headroom(role, DEFAULT_QUOTAS),
  };
};

const descriptionOf = ({ principals, pipelines }: Catalog, holder: AccessHolder): string | undefined =>
  principals.find(({ ref }) => ref === holder)?.description ??
  pipelines.find(({ name }) => `pipeline:${name}` === holder)?.description;

const holderAccess = (question: WhatQuestion, holder: AccessHolder, found: AccessSources): HolderAccess => {
  const description = descriptionOf(question.catalog, holder);
  const role = roleFacts(question, holder);
  return {
    principal: holder,
    ...(description === undefined ? {} : { description }),
    members: membersOf(question.catalog, holder),
    access: linesOf(question, holder, found),
    idle: idleOf(holder, found),
    ...(role === undefined ? {} : { role }),
  };
};

/** Answers what somebody may do, by what is declared. Pure. The instance must be in the catalog. */
export const answerWhat = (question: WhatQuestion): WhatAnswer => {
  const { instance, principal, holders, asOf } = question;
  const own = { ...question, catalog: onlyOf(question.catalog, holders) };
  const found = accessSources(own.catalog, instance, asOf);
  return {
    formatVersion: '1',
    question: 'what',
    instance,
    asOf,
    principal,
    holders: holders.map((holder) => holderAccess(own, holder, found)),
    defaultRoles: holders.some((holder) => /^(team|user|service):/.test(holder))
      ? defaultRoles(own.catalog, instance, asOf).filter((role) => !holders.includes(role.principal))
      : [],
  };
};

const understand = (catalog: Catalog, { instance: name, principal, asOf }: WhatRequest): Named<WhatQuestion> => {
  const instance = instanceOf(catalog, name);
  if ('problem' in instance) return instance;
  const question = { catalog, instance: instance.found.name, asOf };
  if (isPerson(principal)) {
    const holders = holdersOfPerson(catalog, instance.found, principal);
    return 'problem' in holders ? holders : { found: { ...question, principal, holders: holders.found } };
  }
  const holder = holderOf(catalog, instance.found, principal);
  if ('problem' in holder) return holder;
  return { found: { ...question, principal: holder.found, holders: [holder.found] } };
};

/** `edl access what`: loads the lake and answers, or says what is wrong with the files or with the question. */
export const whatMay = async (request: WhatRequest, reporter: Reporter): Promise<Outcome<WhatAnswer>> => {
  const loaded = await loadForQuestion(request, reporter);
  if ('diagnostics' in loaded) return loaded;
  const question = understand(loaded.catalog, request);
  return 'problem' in question ? { diagnostics: [question.problem] } : answerWhat(question.found);
};
