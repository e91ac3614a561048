import { implies } from '../../access/levels.ts';
import { addDays } from '../../access/time.ts';
import type { Diagnostic, SourceLocation } from '../../reconciler/model/diagnostic.ts';
import { compareText, sameJson } from '../../reconciler/model/json.ts';
import type { Declarations, DeclaredGrant } from '../declarations.ts';
import type { Entry } from '../files.gen.ts';
import { listNames } from '../nearest.ts';
import { locate } from '../parse.ts';
import { problem } from '../problems.ts';
import { isLimited, strictestLimit, targetText } from './grants.ts';
import { holdersOf } from './holders.ts';

/** How many days before its end something is told: two weeks, enough for a pull request and its approvals. */
export const SOON_DAYS = 14;

/** Up to here, dates cost little; each further one takes statements of its own in every document of the role. */
const MANY_DATES = 6;

/** Days from one day to a later one. */
export const daysUntil = (asOf: string, day: string): number =>
  Math.round((Date.parse(day) - Date.parse(asOf)) / 86_400_000);

/** `today`, `tomorrow`, `in 9 days`. */
export const whenText = (days: number): string => (days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`);

/** What one principal was granted, by all of his files. */
interface Granted {
  readonly grant: DeclaredGrant;
  readonly entry: Entry;
  readonly index: number;
}

const grantedTo = (declarations: Declarations): ReadonlyMap<string, readonly Granted[]> => {
  const all = new Map<string, Granted[]>();
  for (const grant of declarations.grants) {
    const list = all.get(grant.file.principal) ?? [];
    all.set(grant.file.principal, list);
    for (const [index, entry] of grant.file.access.entries()) list.push({ grant, entry, index });
  }
  return all;
};

const isEverywhere = (outer: Entry['instances'], inner: Entry['instances']): boolean =>
  outer === undefined || (inner?.every((name) => outer.includes(name)) ?? false);

/** Whether another entry gives the same for longer, so that nothing ends: people renew by adding a line, too. */
const isRenewed = ({ entry }: Granted, others: readonly Granted[]): boolean =>
  others.some(
    ({ entry: other }) =>
      other !== entry &&
      other.dataset === entry.dataset &&
      sameJson({ ...other.select }, { ...entry.select }) &&
      implies(other.level, entry.level) &&
      (other.expires === undefined || (entry.expires !== undefined && other.expires > entry.expires)) &&
      isEverywhere(other.instances, entry.instances),
  );

const checkSoon = (granted: Granted, others: readonly Granted[], declarations: Declarations): readonly Diagnostic[] => {
  const { grant, entry, index } = granted;
  const { expires } = entry;
  const { asOf } = declarations;
  if (expires === undefined || expires < asOf || expires > addDays(asOf, SOON_DAYS)) return [];
  if (isRenewed(granted, others)) return [];
  const limit = isLimited(grant) ? strictestLimit(entry, declarations) : undefined;
  const way =
    limit === undefined
      ? 'moves expires, or leaves it out'
      : `moves expires to ${addDays(asOf, limit.maxGrantDays)} at most (the tier ${limit.name} allows ${limit.maxGrantDays} days)`;
  const detail = `${grant.file.principal} has ${entry.level} on ${targetText(entry)}, which ends ${whenText(daysUntil(asOf, expires))}, on ${expires}. To keep it, open a pull request that ${way}; to let it end, do nothing.`;
  return [problem('EDL-1365', locate(grant.source, ['access', index, 'expires']), detail, 'warning')];
};

/** The instances where an entry gives anything: a selector is counted everywhere that it is meant for. */
const instancesOf = (entry: Entry, { lake, datasetByName }: Declarations): readonly string[] => {
  const dataset = entry.dataset === undefined ? undefined : datasetByName.get(entry.dataset)?.model;
  const holders = dataset === undefined ? lake.model.instances.map(({ name }) => name) : holdersOf(dataset, lake.model);
  return holders.filter((name) => entry.instances?.includes(name) ?? true);
};

interface Dated {
  readonly day: string;
  readonly granted: Granted;
  /** The line of the entry, from the outline: positions in the line cost parsing again. */
  readonly place: SourceLocation;
}

const comparePlaces = (left: Dated, right: Dated): number =>
  compareText(left.place.file, right.place.file) || left.place.line - right.place.line;

/** The first entry of each different date in one instance, in the order of files and lines. */
const firstOfEachDate = (list: readonly Granted[], instance: string, declarations: Declarations): readonly Dated[] => {
  const dated = list.flatMap((granted): readonly Dated[] => {
    const { grant, entry, index } = granted;
    const { expires } = entry;
    if (expires === undefined || expires < declarations.asOf) return [];
    if (!instancesOf(entry, declarations).includes(instance)) return [];
    const line = grant.source.outline.get(`access/${index}`) ?? 1;
    return [{ day: expires, granted, place: { file: grant.source.path, line } }];
  });
  const placed = dated.sort(comparePlaces);
  return placed.filter(({ day }, index) => placed.findIndex((other) => other.day === day) === index);
};

const checkDates = (principal: string, list: readonly Granted[], declarations: Declarations): readonly Diagnostic[] => {
  const crowded = declarations.lake.model.instances.flatMap(({ name }) => {
    const dates = firstOfEachDate(list, name, declarations);
    return dates.length > MANY_DATES ? [{ name, dates }] : [];
  });
  const [worst] = [...crowded].sort((left, right) => right.dates.length - left.dates.length);
  const [seventh] = worst?.dates.slice(MANY_DATES) ?? [];
  if (worst === undefined || seventh === undefined) return [];
  const { grant, index } = seventh.granted;
  const days = listNames(
    worst.dates.map(({ day }) => day),
    12,
  );
  const where =
    crowded.length === 1 ? `instance ${worst.name}` : `the instances ${listNames(crowded.map(({ name }) => name))}`;
  const detail = `${principal} has grants with ${worst.dates.length} different last days in ${where} (${days}). Each day needs statements of its own in every policy document of the role, so that much less fits into it. Line the days up, for example with the ends of quarters.`;
  return [problem('EDL-1366', locate(grant.source, ['access', index, 'expires']), detail, 'warning')];
};

/** What ends soon, and who has so many different ends that they cost more than they are worth. */
export const checkEnds = (declarations: Declarations): readonly Diagnostic[] =>
  [...grantedTo(declarations)].flatMap(([principal, list]) => [
    ...list.flatMap((granted) => checkSoon(granted, list, declarations)),
    ...checkDates(principal, list, declarations),
  ]);
