import type { GrantEntry, Level } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Scope } from '../scope.ts';
import { isSelected, wholeTier } from '../selectors.ts';
import { counts, type Match } from './matches.ts';

/** What gives somebody access: where it is written, and how much else is written there. */
export interface Source {
  readonly holder: AccessHolder;
  /** Absent for the default role of a tier: it is a key of lake.yaml, not a line of a grant. */
  readonly place?: SourceLocation;
  /** 0: this dataset by name. 1: by a selector. 2: by a whole tier. */
  readonly breadth: 0 | 1 | 2;
}

/** `catalog/grants/a.yaml:4`. */
export const placeText = ({ file, line }: SourceLocation): string => `${file}:${line}`;

/** Whether a level gives what is asked, or, of `admin`, one of its halves. */
const givesPart = (held: Level, asked: Level): boolean =>
  asked === 'admin' ? counts(held, 'read-raw') || counts(held, 'write') : counts(held, asked);

const breadthOf = (entry: GrantEntry): Source['breadth'] =>
  'dataset' in entry.target ? 0 : wholeTier(entry) === undefined ? 1 : 2;

const isAbout = (entry: GrantEntry, { dataset, tier }: Match, scope: Scope): boolean => {
  const { target } = entry;
  if (dataset !== '*') {
    const known = scope.datasets.get(dataset);
    return 'dataset' in target ? target.dataset === dataset : known !== undefined && isSelected(known, target.select);
  }
  if (wholeTier(entry) === tier) return true;
  // What is left is the metadata of an open tier, which comes with any grant in it.
  return 'dataset' in target
    ? scope.datasets.get(target.dataset)?.tier === tier
    : target.select.tier === undefined || target.select.tier === tier;
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
    .map(({ declaredIn, inputLines }) => {
      const line = inputLines?.[match.dataset];
      return { holder, place: line === undefined ? declaredIn : { file: declaredIn.file, line }, breadth: 0 };
    });

const exposedSource = (holder: AccessHolder, { dataset }: Match, scope: Scope): readonly Source[] => {
  const place = scope.datasets.get(dataset)?.declaredIn;
  return place === undefined ? [] : [{ holder, place, breadth: 0 }];
};

const sourcesOfHolder = (holder: AccessHolder, match: Match, asked: Level, scope: Scope): readonly Source[] => {
  if (holder.startsWith('everyone:')) return [{ holder, breadth: 2 }];
  if (holder.startsWith('pipeline:')) return pipelineSource(holder, match, scope);
  if (holder.startsWith('exposed:')) return exposedSource(holder, match, scope);
  return grantsTo(holder, match, asked, scope);
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
