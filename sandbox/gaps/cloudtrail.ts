import { createHash } from 'node:crypto';
import type { Gap } from '../gateway.ts';
import type { JsonObject } from '../json.ts';
import { compact, listAt, textAt } from '../json.ts';
import type { Call } from '../protocol/call.ts';
import { jsonOf, jsonReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { eventName, eventOf, usernameOf } from './trail-event.ts';
import { resourcesOf } from './trail-resources.ts';
import type { Trail, TrailRecord } from './trail.ts';
import { isRead } from './trail.ts';

const PAGE = 50;
const LOOKUPS_A_SECOND = 2;

type Values = (record: TrailRecord) => readonly string[];

/** What events can be looked up by, one at a time (API_LookupEvents). */
const ATTRIBUTES: Readonly<Record<string, Values>> = {
  AccessKeyId: ({ accessKeyId }) => [accessKeyId],
  EventId: ({ id }) => [id],
  EventName: ({ call }) => [eventName(call)],
  EventSource: ({ call }) => [`${call.service}.amazonaws.com`],
  ReadOnly: () => ['false'],
  ResourceName: (record) => resourcesOf(record).map(({ name }) => name),
  ResourceType: (record) => resourcesOf(record).map(({ type }) => type),
  Username: (record) => [usernameOf(record)],
};

const refuse = (code: string, message: string): never => {
  throw new AwsError(code, message);
};

const notModelled = (what: string): never =>
  refuse('UnsupportedOperationException', `The sandbox does not model ${what}.`);

const filterOf = (body: JsonObject): ((record: TrailRecord) => boolean) => {
  const [attribute, ...others] = listAt(body, 'LookupAttributes');
  if (attribute === undefined) return () => true;
  const [key, value] = [textAt(attribute, 'AttributeKey') ?? '', textAt(attribute, 'AttributeValue') ?? ''];
  const values = ATTRIBUTES[key];
  if (others.length > 0 || values === undefined)
    return refuse('InvalidLookupAttributesException', 'You can specify only one lookup attribute, of a known key.');
  // No events at all would be a wrong answer: AWS keeps those of reads too.
  if ((key === 'ReadOnly' && value !== 'false') || (key === 'EventName' && isRead(value)))
    return notModelled('the events of calls that only read');
  return (record) => values(record).includes(value);
};

const timeOf = (body: JsonObject, name: string, otherwise: number): number => {
  const value = body[name];
  return typeof value === 'number' ? value : otherwise;
};

const rangeOf = (body: JsonObject): ((record: TrailRecord) => boolean) => {
  const [start, end] = [timeOf(body, 'StartTime', 0), timeOf(body, 'EndTime', Number.POSITIVE_INFINITY)];
  if (start > end) return refuse('InvalidTimeRangeException', 'The start time must not be after the end time.');
  return ({ atSeconds }) => start <= atSeconds && atSeconds <= end;
};

const sizeOf = (body: JsonObject): number => {
  const size = body['MaxResults'] ?? PAGE;
  if (typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= PAGE) return size;
  return refuse('InvalidMaxResultsException', `MaxResults must be from 1 to ${PAGE}.`);
};

/** A token says after which event to go on (new ones come before it), and belongs to the question that it was given for. */
const tokenOf = (body: JsonObject, id: string): string => {
  const { NextToken: _token, MaxResults: _size, ...question } = body;
  const digest = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16);
  return Buffer.from(`${id} ${digest}`).toString('base64');
};

const afterToken = (records: readonly TrailRecord[], body: JsonObject): readonly TrailRecord[] => {
  const token = textAt(body, 'NextToken');
  if (token === undefined) return records;
  const last = records.findIndex(({ id }) => tokenOf(body, id) === token);
  if (last < 0) return refuse('InvalidNextTokenException', 'The token is not valid for this request.');
  return records.slice(last + 1);
};

const lookUp = (trail: Trail, call: Call): JsonObject => {
  const body = jsonOf(call);
  const category = textAt(body, 'EventCategory');
  if (category === 'insight') return notModelled('Insights events');
  if (category !== undefined) return refuse('InvalidEventCategoryException', 'The event category is not valid.');
  const [size, isWanted, isThen] = [sizeOf(body), filterOf(body), rangeOf(body)];
  const newestFirst = trail.records(call.account, call.region).toReversed();
  const found = afterToken(
    newestFirst.filter((record) => isThen(record) && isWanted(record)),
    body,
  );
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  return compact({
    Events: shown.map(eventOf),
    NextToken: found.length > size && last !== undefined ? tokenOf(body, last.id) : undefined,
  });
};

/** Refuses the third call within a second, for each account and region. */
const rateLimit = (): { check(call: Call): void; clear(): void } => {
  const lookups = new Map<string, readonly number[]>();
  return {
    check({ account, region }) {
      const place = `${account}/${region}`;
      const now = Date.now();
      const recent = (lookups.get(place) ?? []).filter((at) => now - at < 1_000);
      if (recent.length >= LOOKUPS_A_SECOND) throw new AwsError('ThrottlingException', 'Rate exceeded');
      lookups.set(place, [...recent, now]);
    },
    clear() {
      lookups.clear();
    },
  };
};

/** The event history, over the changes that the gateway saw. */
export const cloudTrail = (trail: Trail): Gap => {
  const rate = rateLimit();
  return {
    reason: 'moto keeps no event history: it has no LookupEvents',
    handlers: {
      'cloudtrail:LookupEvents': (call) => {
        rate.check(call);
        return Promise.resolve(jsonReply(lookUp(trail, call)));
      },
    },
    reset: () => {
      trail.clear();
      rate.clear();
    },
  };
};
