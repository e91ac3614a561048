import { glueTablePrefix } from '../../reconciler/model/names.ts';
import { judgeAt, type PreparedRequest, prepareRequest } from '../evaluate/evaluate.ts';
import { requestLookup } from '../evaluate/lookup.ts';
import { type CompiledStatement, statementLabel } from '../evaluate/statements.ts';
import { turningPoints } from '../evaluate/turning-points.ts';
import type { AccessRequest, EvaluationContext } from '../evaluate/types.ts';
import type { RowLevel } from '../levels.ts';
import { dayOf, type End, NEVER } from '../time.ts';
import type { HeldWorld, Site } from './world.ts';

/** What a probe found: held until its end, held once until a day that has passed, or beyond deciding and why. */
export type Finding =
  | { readonly state: 'held' | 'expired'; readonly end: End }
  | { readonly state: 'conditional'; readonly condition: string }
  | { readonly state: 'none' };

/** Levels that documents can be asked for; `admin` is two of them together. */
export const PROBED = ['discover', 'read', 'read-raw', 'write', 'run-write'] as const satisfies readonly RowLevel[];

type Probed = (typeof PROBED)[number];

interface Hallmark {
  readonly action: string;
  readonly folder: string;
  /** What the caller of it needs on the key that objects are encrypted with. */
  readonly keyAction: string;
}

/**
 * The action that stands for a level, and the folder of the dataset that it is asked on. Encrypted objects are opened with
 * the caller's own right to use the key. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
const HALLMARKS: Readonly<Record<Exclude<Probed, 'discover'>, Hallmark>> = {
  read: { action: 's3:GetObject', folder: 'data/', keyAction: 'kms:Decrypt' },
  'read-raw': { action: 's3:GetObject', folder: 'raw/', keyAction: 'kms:Decrypt' },
  write: { action: 's3:PutObject', folder: '', keyAction: 'kms:GenerateDataKey' },
  'run-write': { action: 's3:PutObject', folder: 'data/', keyAction: 'kms:GenerateDataKey' },
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

/** The question for the key, where the tier has one. */
const keyQuestion = ({ arn }: Asker, { key }: Site, level: Probed): readonly Question[] =>
  key === undefined || level === 'discover'
    ? []
    : [{ principalArn: arn, action: HALLMARKS[level].keyAction, resource: key.arn, context: key.context }];

/** The questions that all must be answered with yes for a level on a dataset at a site, but for the key. Glue asks for ancestors too; the table, which fails most often, comes first. */
const questionsFor = (asker: Asker, site: Site, name: string, level: Probed): readonly Question[] => {
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
const closerQuestions = (
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

type Answer =
  | { readonly is: 'allowed' | 'denied' }
  | { readonly is: 'conditional'; readonly by?: CompiledStatement; readonly prepared: PreparedRequest };

const answerAt = (prepared: readonly PreparedRequest[], at: number): Answer => {
  const moment = new Date(at).toISOString();
  let answer: Answer = { is: 'allowed' };
  for (const one of prepared) {
    const judged = judgeAt(one, moment);
    if (judged.answer === 'denied') return { is: 'denied' };
    if (judged.answer === 'conditional')
      answer = { is: 'conditional', prepared: one, ...(judged.by === undefined ? {} : { by: judged.by }) };
  }
  return answer;
};

/** What an answer hangs on: the keys that nobody but AWS knows at the time of a request. */
const conditionOf = ({ by, prepared }: Extract<Answer, { is: 'conditional' }>): string => {
  if (by === undefined) return 'depends on what only AWS knows at the time of a request';
  const lookup = requestLookup(prepared.request);
  const unknown = by.conditions.filter(({ key, isUndecidable }) => isUndecidable || lookup(key) === undefined);
  const keys = [...new Set(unknown.map(({ key }) => key))].filter((key) => key !== '');
  const place = `statement ${statementLabel(by.origin)} of ${by.origin.policy}`;
  return `depends on ${keys.length === 0 ? place : `${keys.join(' and ')}, in ${place}`}`;
};

/** Whether anything could ever allow it: most probes end here. */
const isHopeless = (prepared: PreparedRequest): boolean =>
  ![...prepared.own, ...prepared.resource].some(({ statement }) => statement.effect === 'Allow');

/** The moments at which any of the answers can change, in order. */
const turningPointsOf = (prepared: readonly PreparedRequest[]): readonly number[] =>
  [...new Set(prepared.flatMap(turningPoints))].sort((left, right) => left - right);

/** Whether all questions are answered with yes now, and until when; or until when they were. */
const ask = (asker: Asker, questions: readonly Question[]): Finding => {
  const { asOf } = asker.world;
  const prepared: PreparedRequest[] = [];
  for (const one of questions) {
    const next = prepareRequest(asker.context, { ...one, at: asOf });
    if (isHopeless(next)) return { state: 'none' };
    prepared.push(next);
  }
  const now = Date.parse(asOf);
  const answer = answerAt(prepared, now);
  const points = turningPointsOf(prepared);
  const isYes = (at: number): boolean => answerAt(prepared, at).is === 'allowed';
  if (answer.is === 'allowed') {
    const end = points.flatMap((point) => [point, point + 1]).find((point) => point > now && !isYes(point));
    return { state: 'held', end: end === undefined ? NEVER : dayOf(end - 1) };
  }
  if (answer.is === 'conditional') return { state: 'conditional', condition: conditionOf(answer) };
  const start = points.find((point) => point >= now && isYes(point + 1));
  if (start !== undefined) return { state: 'conditional', condition: `begins on ${dayOf(start)}` };
  const last = points.findLast((point) => point <= now && isYes(point - 1));
  return last === undefined ? { state: 'none' } : { state: 'expired', end: dayOf(last - 1) };
};

/**
 * Whether a level on a dataset is held at a site. Where the storage would give an object and the key is not given, the level
 * is conditional: only what lies there encrypted otherwise could be read.
 */
export const probe = (asker: Asker, site: Site, name: string, level: Probed): Finding => {
  const storage = questionsFor(asker, site, name, level);
  const stored = ask(asker, storage);
  const key = keyQuestion(asker, site, level);
  if (stored.state === 'none' || key.length === 0) return stored;
  const whole = ask(asker, [...storage, ...key]);
  if (stored.state !== 'held' || whole.state === 'held' || whole.state === 'conditional') return whole;
  const action = key.map((one) => one.action).join();
  return { state: 'conditional', condition: `lacks ${action} on the key that the tier's objects are encrypted with` };
};

/** Whether a part of a dataset that documents name more closely is held, now or on conditions. */
export const probePart = (asker: Asker, site: Site, name: string, level: Probed, keys: ReadonlySet<string>): boolean =>
  closerQuestions(asker, site, name, level, keys).some((one) =>
    ['held', 'conditional'].includes(ask(asker, [one]).state),
  );
