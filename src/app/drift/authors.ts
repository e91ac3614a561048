import type { Aws } from '../../aws/create-aws.ts';
import type { Authorship, DriftEntry } from '../../reconciler/model/drift.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import { textOf } from '../../reconciler/model/json.ts';
import { cloudFormationRole, iamPath, policyArn } from '../../reconciler/model/names.ts';
import type { Trail, TrailEvent } from '../../reconciler/model/trail.ts';
import { instanceNamed } from '../../reconciler/model/instance.ts';
import type { DriftParts, JudgedDrift } from './entries.ts';
import { trailSearch, type TrailSearch } from './trail-questions.ts';

/** CloudTrail allows two lookups a second, so only the worst are asked about; entries come in the order of their effect. */
const MOST_ENTRIES = 30;
const DAY_MS = 86_400_000;
/** How long the event history goes back (awscloudtrail/latest/userguide/view-cloudtrail-events). */
const HISTORY_DAYS = 90;

const unknown = (reason: string): Authorship => ({ status: 'unknown', reason });

/** The name of an object in CloudTrail where its id does not tell it: keys by their ARN, policies by theirs. */
const physicalName = ({ id, kind, region }: DriftEntry, { desired, live }: DriftParts): string | undefined => {
  const name = id.slice(id.lastIndexOf('/') + 1);
  if (kind === 'iam-managed-policy') return policyArn(desired.account, iamPath(desired.instance), name);
  if (kind !== 'kms-key') return undefined;
  const alias = live.resources.find((resource) => resource.id === `kms-alias/${region}/${name}`);
  const key = textOf(alias?.properties?.['TargetKeyId']);
  return key === '' ? undefined : key.startsWith('arn:') ? key : `arn:aws:kms:${region}:${desired.account}:key/${key}`;
};

/** CloudFormation's own calls under our role are EDL's work: nobody's deed past git. */
const isOurs = (event: TrailEvent, role: string): boolean => event.by.includes(`:assumed-role/${role}/`);

const authorOf = (events: readonly TrailEvent[], search: TrailSearch, role: string): Authorship | undefined => {
  const able = events.filter((event) => search.calls.includes(event.name) && !event.isRefused && !isOurs(event, role));
  // CloudFormation acts for somebody too; but whoever called the service himself is the likelier one.
  const direct = able.filter(({ invokedBy }) => invokedBy === undefined);
  const possible = direct.length > 0 ? direct : able;
  const [last] = possible;
  if (last === undefined) return undefined;
  return {
    status: 'known',
    by: last.by,
    event: last.name,
    eventId: last.id,
    at: last.at,
    ...(last.sourceIp === undefined ? {} : { sourceIp: last.sourceIp }),
    others: possible.length - 1,
  };
};

/** By the object's name; where the service records none with its events, by the calls, as far as they speak of it. */
const find = async (trail: Trail, search: TrailSearch, since: string, role: string): Promise<Authorship> => {
  const { region, name, calls } = search;
  const byName = await trail.events({ region, attribute: 'ResourceName', value: name, since });
  const found = authorOf(byName, search, role);
  if (found !== undefined) return found;
  const short = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
  for (const value of calls) {
    const events = await trail.events({ region, attribute: 'EventName', value, since });
    const speaking = events.filter(({ parameters }) => parameters.includes(short));
    const author = authorOf(speaking, search, role);
    if (author !== undefined) return author;
  }
  return unknown(`CloudTrail has no such event of the last ${HISTORY_DAYS} days; the newest appear after some minutes`);
};

const nameAuthor = async (entry: DriftEntry, parts: DriftParts, trail: Trail): Promise<Authorship> => {
  const search = trailSearch(entry, physicalName(entry, parts));
  if (search === undefined) return unknown("CloudTrail's event history does not have changes of this kind");
  const { catalog, desired } = parts;
  const role = instanceNamed(catalog, desired.instance).cloudFormationRole ?? cloudFormationRole(desired.instance);
  const since = new Date(Date.parse(desired.asOf) - HISTORY_DAYS * DAY_MS).toISOString();
  return find(trail, search, since, role);
};

/**
 * The same entries with who did it and when, where CloudTrail tells. Asks nothing when nothing drifted, and stops asking when
 * CloudTrail cannot be read: authors are worth knowing, not worth failing for.
 */
export const nameAuthors = async (
  judged: readonly JudgedDrift[],
  parts: DriftParts,
  aws: Pick<Aws, 'trail'>,
): Promise<readonly JudgedDrift[]> => {
  const named: JudgedDrift[] = [];
  let refusal: string | undefined;
  for (const { found, entry } of judged) {
    let author: Authorship;
    if (refusal !== undefined) author = unknown(refusal);
    else if (named.length >= MOST_ENTRIES)
      author = unknown(`only the first ${MOST_ENTRIES} are looked up; narrow the check with --target`);
    else
      try {
        author = await nameAuthor(entry, parts, aws.trail);
      } catch (error) {
        if (!(error instanceof EdlError) || error.disposition === 'bug') throw error;
        refusal = error.message;
        author = unknown(refusal);
      }
    named.push({ found, entry: { ...entry, author } });
  }
  return named;
};
