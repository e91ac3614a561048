import type { GrantEntry, Level } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import type { Scope } from '../scope.ts';
import { isMeant, wholeTier } from '../selectors.ts';
import { type End, endOf, endOn, laterEnd } from '../time.ts';
import { heldRows } from './held.ts';
import { counts, type Match } from './matches.ts';

/** What gives somebody access: where it is written, and how much else is written there. */
export interface Source {
  readonly holder: AccessHolder;
  /** Absent for the default role of a tier: it is a key of lake.yaml, not a line of a grant. */
  readonly place?: SourceLocation;
  /** 0: this dataset by name. 1: by a selector. 2: by a whole tier. */
  readonly breadth: 0 | 1 | 2;
  /** The tier whose open metadata comes with what is written there, and is all that it gives here. */
  readonly openMetadata?: string;
}

/** `catalog/grants/a.yaml:4`. */
export const placeText = ({ file, line }: SourceLocation): string => `${file}:${line}`;

const placeKey = (place: SourceLocation | undefined): string => (place === undefined ? '' : placeText(place));

/** Whether a level gives what is asked, or, of `admin`, one of its halves. */
const givesPart = (held: Level, asked: Level): boolean =>
  asked === 'admin' ? counts(held, 'read-raw') || counts(held, 'write') : counts(held, asked);

const breadthOf = (entry: GrantEntry): Source['breadth'] =>
  'dataset' in entry.target ? 0 : wholeTier(entry) === undefined ? 1 : 2;

const isAbout = (entry: GrantEntry, { dataset, tier }: Match, scope: Scope): boolean => {
  const { target } = entry;
  if (dataset !== '*') {
    const known = scope.datasets.get(dataset);
    return known !== undefined && isMeant(target, known);
  }
  return wholeTier(entry) === tier;
};

const isLive = ({ instances, expires }: GrantEntry, { instance, today }: Scope): boolean =>
  (instances?.includes(instance.name) ?? true) && (expires === undefined || expires >= today);

const grantsTo = (holder: AccessHolder, match: Match, asked: Level, scope: Scope): readonly Source[] =>
  scope.catalog.grants
    .filter(({ principal }) => principal === holder)
    .flatMap(({ access }) => access)
    .filter((entry) => isLive(entry, scope) && givesPart(entry.level, asked) && isAbout(entry, match, scope))
    .map((entry) => ({ holder, place: entry.declaredIn, breadth: breadthOf(entry) }));

const pipelineSource = (holder: AccessHolder, match: Match, scope: Scope): readonly Source[] =>
  scope.pipelines
    .filter(({ name }) => `pipeline:${name}` === holder)
    .filter(({ inputs, outputs }) => inputs.includes(match.dataset) || outputs.includes(match.dataset))
    .map(({ declaredIn, inputLines }) => {
      const line = inputLines?.[match.dataset];
      return { holder, place: line === undefined ? declaredIn : { file: declaredIn.file, line }, breadth: 0 };
    });

/** How long an entry gives anything in a tier; undefined where it gives nothing. Datasets end what is granted on them. */
const endIn = (entry: GrantEntry, tier: string, scope: Scope): End | undefined => {
  const end = endOf(entry.expires);
  if (wholeTier(entry) === tier) return end;
  const { target } = entry;
  const ends = [...scope.datasets.values()]
    .filter((one) => one.tier === tier)
    .filter((one) => isMeant(target, one))
    .map((one) => endOn(one, entry.expires));
  return ends.length === 0 ? undefined : ends.reduce(laterEnd);
};

/** Where the grant stands that lasts as long as the open metadata that comes with it. */
const giversOf = ({ principal, tier, until }: AccessRow, scope: Scope): readonly SourceLocation[] => {
  const pipeline = scope.pipelines.find(({ name }) => `pipeline:${name}` === principal);
  if (pipeline !== undefined) return [pipeline.declaredIn];
  return scope.catalog.grants
    .filter((grant) => grant.principal === principal)
    .flatMap(({ access }) => access)
    .filter((entry) => isLive(entry, scope) && endIn(entry, tier, scope) === endOf(until))
    .map(({ declaredIn }) => declaredIn)
    .sort((left, right) => compareText(left.file, right.file) || left.line - right.line)
    .slice(0, 1);
};

/** What of a match comes only by the open metadata of a tier: any grant in there gives it, about whatever it is. */
const openMetadataSources = (holder: AccessHolder, match: Match, scope: Scope): readonly Source[] =>
  heldRows(match)
    .filter((row) => row.principal === holder && row.dataset === '*' && row.level === 'discover')
    .filter(({ tier }) => scope.tiers.get(tier)?.metadata === 'open' && !holder.startsWith('everyone:'))
    .flatMap((row) =>
      giversOf(row, scope).map((place): Source => ({ holder, place, breadth: 2, openMetadata: row.tier })),
    );

const exposedSource = (holder: AccessHolder, { dataset }: Match, scope: Scope): readonly Source[] => {
  const place = scope.datasets.get(dataset)?.declaredIn;
  return place === undefined ? [] : [{ holder, place, breadth: 0 }];
};

const sourcesOfHolder = (holder: AccessHolder, match: Match, asked: Level, scope: Scope): readonly Source[] => {
  if (holder.startsWith('everyone:')) return [{ holder, breadth: 2 }];
  if (holder.startsWith('exposed:')) return exposedSource(holder, match, scope);
  const granted = holder.startsWith('pipeline:')
    ? pipelineSource(holder, match, scope)
    : grantsTo(holder, match, asked, scope);
  const places = new Set(granted.map(({ place }) => placeKey(place)));
  // A grant of the whole tier says the same in its own words.
  return [...granted, ...openMetadataSources(holder, match, scope).filter(({ place }) => !places.has(placeKey(place)))];
};

const compareSources = (left: Source, right: Source): number =>
  left.breadth - right.breadth ||
  compareText(left.holder, right.holder) ||
  compareText(left.place?.file ?? '', right.place?.file ?? '') ||
  (left.place?.line ?? 0) - (right.place?.line ?? 0);

/** Everything that gives a match, the narrowest first. */
export const sourcesOf = (match: Match, asked: Level, scope: Scope): readonly Source[] => {
  const holders = [...new Set(match.rows.map(({ principal }) => principal))];
  return holders.flatMap((holder) => sourcesOfHolder(holder, match, asked, scope)).sort(compareSources);
};

/** The one line to look at: the narrowest source; of several, the last by file and line. */
export const narrowestPlace = (sources: readonly Source[]): SourceLocation | undefined =>
  [...sources]
    .sort((left, right) => left.breadth - right.breadth || compareSources(right, left))
    .find(({ place }) => place !== undefined)?.place;
