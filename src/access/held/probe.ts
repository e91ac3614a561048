import { glueTablePrefix } from '../../reconciler/model/names.ts';
import { judgeAt, type PreparedRequest, prepareRequest } from '../evaluate/evaluate.ts';
import type { Candidate } from '../evaluate/policy-set.ts';
import { parseTime } from '../evaluate/operators.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import type { AccessRequest, Decision, EvaluationContext } from '../evaluate/types.ts';
import type { RowLevel } from '../levels.ts';
import { dayOf, type End, NEVER } from '../time.ts';
import type { HeldWorld, Site } from './world.ts';

/** What a probe found: held until its end, held once until a day that has passed, or beyond deciding. */
export type Finding =
  { readonly state: 'held' | 'expired'; readonly end: End } | { readonly state: 'conditional' | 'none' };

/** Levels that documents can be asked for; `admin` is two of them together. */
export const PROBED = ['discover', 'read', 'read-raw', 'write', 'run-write'] as const satisfies readonly RowLevel[];

type Probed = (typeof PROBED)[number];

/** The action that stands for a level, and the folder of the dataset that it is asked on. */
const HALLMARKS: Readonly<Record<Exclude<Probed, 'discover'>, { readonly action: string; readonly folder: string }>> = {
  read: { action: 's3:GetObject', folder: 'data/' },
  'read-raw': { action: 's3:GetObject', folder: 'raw/' },
  write: { action: 's3:PutObject', folder: '' },
  'run-write': { action: 's3:PutObject', folder: 'data/' },
};

/** Who asks, and in which world. */
export interface Asker {
  readonly arn: string;
  readonly context: EvaluationContext;
  readonly world: HeldWorld;
}

type Question = Omit<AccessRequest, 'at'>;

const question = ({ arn }: Asker, site: Site, action: string, resource: string): Question => ({
  principalArn: arn,
  action,
  resource,
  context: site.context,
});

/** The questions that all must be answered with yes for a level on a dataset at a site. Glue asks for ancestors too; the table, which fails most often, comes first. */
export const questionsFor = (asker: Asker, site: Site, name: string, level: Probed): readonly Question[] => {
  if (level === 'discover') {
    const glue = `arn:aws:glue:${site.region}:${asker.world.account}:`;
    return [`table/${site.database}/${glueTablePrefix(name)}probe`, `database/${site.database}`, 'catalog'].map(
      (what) => question(asker, site, 'glue:GetTable', `${glue}${what}`),
    );
  }
  const { action, folder } = HALLMARKS[level];
  const bucket = level === 'write' ? site.dropBucket : site.bucket;
  return [question(asker, site, action, `arn:aws:s3:::${bucket}/${name}/${folder}probe/probe`)];
};

/** Questions about objects that documents name more closely than by dataset; a yes proves a part of a level only. */
export const closerQuestions = (
  asker: Asker,
  site: Site,
  name: string,
  level: Probed,
  keys: ReadonlySet<string>,
): readonly Question[] => {
  if (level === 'discover') return [];
  const { action, folder } = HALLMARKS[level];
  const bucket = level === 'write' ? site.dropBucket : site.bucket;
  return [...keys]
    .filter((key) => key.startsWith(`${name}/${folder}`))
    .map((key) => question(asker, site, action, `arn:aws:s3:::${bucket}/${key}`));
};

const answerAt = (prepared: readonly PreparedRequest[], at: number): Decision['answer'] => {
  const moment = new Date(at).toISOString();
  let answer: Decision['answer'] = 'allowed';
  for (const one of prepared) {
    const judged = judgeAt(one, moment).answer;
    if (judged === 'denied') return 'denied';
    if (judged === 'conditional') answer = 'conditional';
  }
  return answer;
};

const candidatesOf = (prepared: PreparedRequest): readonly Candidate[] => [
  ...prepared.own,
  ...(prepared.boundary ?? []),
  ...prepared.resource,
];

/** Whether anything could ever allow it: most probes end here. */
const isHopeless = (prepared: PreparedRequest): boolean =>
  ![...prepared.own, ...prepared.resource].some(({ statement }) => statement.effect === 'Allow');

const TIME_KEYS = new Set(['aws:currenttime', 'aws:epochtime']);

const timesIn = (statement: CompiledStatement): readonly number[] =>
  statement.conditions
    .filter((condition) => TIME_KEYS.has(condition.key))
    .flatMap((condition) => condition.values.map(parseTime))
    .filter((time) => !Number.isNaN(time));

/** The moments at which an answer can change, in order. */
const turningPoints = (prepared: readonly PreparedRequest[]): readonly number[] => {
  const times = prepared.flatMap(candidatesOf).flatMap(({ statement }) => timesIn(statement));
  return [...new Set(times)].sort((left, right) => left - right);
};

/** Whether all questions are answered with yes now, and until when; or until when they were. */
export const probe = (asker: Asker, questions: readonly Question[]): Finding => {
  const { asOf } = asker.world;
  const prepared: PreparedRequest[] = [];
  for (const one of questions) {
    const next = prepareRequest(asker.context, { ...one, at: asOf });
    if (isHopeless(next)) return { state: 'none' };
    prepared.push(next);
  }
  const now = Date.parse(asOf);
  const answer = answerAt(prepared, now);
  const points = turningPoints(prepared);
  const isYes = (at: number): boolean => answerAt(prepared, at) === 'allowed';
  if (answer === 'allowed') {
    const end = points.flatMap((point) => [point, point + 1]).find((point) => point > now && !isYes(point));
    return { state: 'held', end: end === undefined ? NEVER : dayOf(end - 1) };
  }
  if (answer === 'conditional' || points.some((point) => point >= now && isYes(point + 1)))
    return { state: 'conditional' };
  const last = points.findLast((point) => point <= now && isYes(point - 1));
  return last === undefined ? { state: 'none' } : { state: 'expired', end: dayOf(last - 1) };
};
