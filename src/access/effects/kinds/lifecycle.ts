import {
  canonicalJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  listOf,
  objectOf,
} from '../../../reconciler/model/json.ts';
import { joined } from '../../changes/describe.ts';
import type { Change, Test } from '../rule.ts';

/** What one lifecycle rule does to data. */
interface Deed {
  /** `deletes data`, `moves data to GLACIER`: two deeds that differ in this have nothing to do with each other. */
  readonly does: string;
  /** Days from writing, or a date. */
  readonly after: number | string;
  /** Versions that stay in any case. */
  readonly keeps: number;
  /** Which objects; empty: all. */
  readonly scope: JsonObject;
}

const SCOPE = ['Prefix', 'TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

/** Neither touches data: unfinished uploads are not data yet, and a marker without versions stands for nothing. */
const HARMLESS = ['Id', 'Status', 'AbortIncompleteMultipartUpload', 'ExpiredObjectDeleteMarker', ...SCOPE];

type Read = (value: Json) => readonly Omit<Deed, 'scope'>[];

const numberOf = (value: Json | undefined, absent: number): number => (typeof value === 'number' ? value : absent);

const when = (value: Json | undefined): Deed['after'] =>
  typeof value === 'number' || typeof value === 'string' ? value : 0;

const one = (does: string, after: Json | undefined, keeps = 0): readonly Omit<Deed, 'scope'>[] => [
  { does, after: when(after), keeps },
];

const itemsOf = (value: Json): readonly JsonObject[] => (isJsonArray(value) ? value : [value]).map(objectOf);

const storageOf = (item: JsonObject): string =>
  typeof item['StorageClass'] === 'string' ? item['StorageClass'] : 'another storage class';

const moves =
  (what: string): Read =>
  (value) =>
    itemsOf(value).flatMap((item) =>
      one(
        `moves ${what} to ${storageOf(item)}`,
        item['TransitionInDays'] ?? item['TransitionDate'],
        numberOf(item['NewerNoncurrentVersions'], 0),
      ),
    );

const DEEDS: Readonly<Record<string, Read>> = {
  ExpirationInDays: (days) => one('deletes data', days),
  ExpirationDate: (date) => one('deletes data', date),
  NoncurrentVersionExpirationInDays: (days) => one('deletes old versions', days),
  NoncurrentVersionExpiration: (value) =>
    itemsOf(value).flatMap((item) =>
      one('deletes old versions', item['NoncurrentDays'], numberOf(item['NewerNoncurrentVersions'], 0)),
    ),
  Transition: moves('data'),
  Transitions: moves('data'),
  NoncurrentVersionTransition: moves('old versions'),
  NoncurrentVersionTransitions: moves('old versions'),
};

const deedsOf = (rule: JsonObject): readonly Deed[] => {
  if (rule['Status'] === 'Disabled') return [];
  const scope = Object.fromEntries(Object.entries(rule).filter(([key, value]) => SCOPE.includes(key) && value !== ''));
  return Object.entries(rule)
    .filter(([key]) => !HARMLESS.includes(key))
    .flatMap(([key, value]) => DEEDS[key]?.(value) ?? one(`does what EDL does not know (${key})`, 0))
    .map((deed) => ({ ...deed, scope }));
};

const deedsIn = (rules: Json | undefined): readonly Deed[] => listOf(rules).flatMap((rule) => deedsOf(objectOf(rule)));

const isWithin = (scope: JsonObject, wide: JsonObject): boolean =>
  Object.keys(wide).length === 0 || canonicalJson(scope) === canonicalJson(wide);

const isAsSoon = (deed: Deed, known: Deed): boolean =>
  typeof deed.after === 'number' && typeof known.after === 'number'
    ? known.after <= deed.after
    : known.after === deed.after;

/** Whether git has a rule that does the same to all of these objects, and no later. */
const isKnown = (deed: Deed, declared: readonly Deed[]): boolean =>
  declared.some(
    (known) =>
      known.does === deed.does &&
      known.keeps <= deed.keeps &&
      isWithin(deed.scope, known.scope) &&
      isAsSoon(deed, known),
  );

const newDeeds = ({ live, declared }: Change): readonly Deed[] => {
  const known = deedsIn(declared);
  return deedsIn(live).filter((deed) => !isKnown(deed, known));
};

const afterText = (after: Deed['after']): string =>
  typeof after === 'number' ? `after ${after} ${after === 1 ? 'day' : 'days'}` : `on ${after.slice(0, 10)}`;

const deedText = ({ does, after, scope }: Deed): string =>
  `${does}${does.includes('EDL') ? '' : ` ${afterText(after)}`}${Object.keys(scope).length === 0 ? '' : ' in a part of the bucket'}`;

/** Rules that delete or move data which git lets lie. */
export const destroysMore: Test<Change> = {
  text: 'deletes or moves data that git keeps, or sooner',
  holds: (change) =>
    (change.live !== undefined && !isJsonArray(change.live)) ||
    listOf(change.live).some((rule) => !isJsonObject(rule)) ||
    newDeeds(change).length > 0,
};

export const destroyedText = (change: Change): string => {
  const deeds = newDeeds(change);
  return deeds.length === 0
    ? 'the bucket has a lifecycle that EDL cannot read'
    : `the bucket ${joined([...new Set(deeds.map(deedText))])}`;
};
