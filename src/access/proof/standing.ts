import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import { proveBuckets } from './anybody.ts';
import { type PlaceIndex, indexPlaces } from './place-index.ts';
import { datasetPlaces, neighbourPlaces } from './dataset-places.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import { type LakeNames, lakeNames } from './lake.ts';
import type { Place } from './place.ts';
import { type Declared, declaredIn } from './rights.ts';
import { sharedPlaces } from './shared-places.ts';
import type { Asker } from './statements-by-place.ts';
import type { ProofInput } from './types.ts';

/** Places with what judges them beside the role. */
export interface Side {
  readonly placeIndex: PlaceIndex;
  readonly surroundingsOf: (boundary: JsonObject | undefined, asker: Asker) => Surroundings;
}

/** What is the same for all roles of an instance at a time, with the same policies of buckets and keys. */
export interface Standing {
  readonly lake: LakeNames;
  readonly declared: Declared;
  /** What belongs to datasets and to nobody. */
  readonly own: Side;
  /** What is beside some datasets. */
  readonly beside: (datasets: ReadonlySet<string>) => Side;
  readonly buckets: ReturnType<typeof proveBuckets>;
}

/** Makes places a side. */
export const makeSide = (lake: LakeNames, places: readonly Place[], resources: ProofInput['resources']): Side => {
  const placeIndex = indexPlaces(lake, places);
  return { placeIndex, surroundingsOf: startSurroundings(placeIndex, resources) };
};

/** Lakes of up to so many datasets are always asked whole. */
const SMALL = 100;

const makeStanding = (input: ProofInput): Standing => {
  const { catalog, instance, asOf, resources } = input;
  const lake = lakeNames(catalog, instance);
  const side = (places: readonly Place[]): Side => makeSide(lake, places, resources);
  let all: Side | undefined;
  return {
    lake,
    declared: declaredIn(catalog, instance, asOf),
    own: side([...sharedPlaces(lake, catalog), ...datasetPlaces(lake)]),
    beside: (datasets) => {
      const isFew = lake.datasets.size > SMALL && datasets.size * 4 < lake.datasets.size;
      if (isFew) return side(neighbourPlaces(lake, datasets));
      all ??= side(neighbourPlaces(lake, lake.datasets.keys()));
      return all;
    },
    buckets: proveBuckets(input, lake),
  };
};

type Remembered = Map<string, WeakMap<ProofInput['resources'], Standing>>;

const known = new WeakMap<Catalog, Remembered>();

/** Remembered, because callers prove a lake in portions. */
export const standingOf = (input: ProofInput): Standing => {
  const ofCatalog: Remembered =
    known.get(input.catalog) ?? new Map<string, WeakMap<ProofInput['resources'], Standing>>();
  known.set(input.catalog, ofCatalog);
  const key = `${input.instance} ${input.asOf}`;
  const ofTime = ofCatalog.get(key) ?? new WeakMap<ProofInput['resources'], Standing>();
  ofCatalog.set(key, ofTime);
  const standing = ofTime.get(input.resources) ?? makeStanding(input);
  ofTime.set(input.resources, standing);
  return standing;
};
