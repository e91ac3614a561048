import type { Catalog } from '../../reconciler/model/catalog.ts';
import { glueTablePrefix } from '../../reconciler/model/names.ts';
import { locationIn } from './arns.ts';
import { type NamedBucket, namesOf } from './names.ts';
import type { Denial, S3Location } from './types.ts';

/** Which part of a data bucket's folder a key is in; `root` is the bucket itself, `other` is outside `data/` and `raw/`. */
export type Part = 'data' | 'raw' | 'root' | 'folder' | 'other';

/** Where the refusal happened, in the lake's terms; what is not told is absent. */
export interface Place {
  readonly instance?: string;
  readonly region?: string;
  readonly tier?: string;
  readonly bucket?: NamedBucket & { readonly name: string; readonly key: string };
  readonly part?: Part;
  /** The dataset's name as told; the catalog may not have it. */
  readonly dataset?: string;
  /** A table or database that the message names. */
  readonly database?: string;
  /** A bucket, database or object that is not of the lake. */
  readonly foreign?: string;
}

/** What the flags say where the text does not. */
export interface Hints {
  readonly on?: string;
  readonly instance?: string;
}

const partOf = (key: string): Part => {
  const [folder = '', part] = key.split('/');
  if (folder === '') return 'root';
  if (part === undefined || part === '') return 'folder';
  return part === 'data' || part === 'raw' ? part : 'other';
};

const fromLocation = (catalog: Catalog, { bucket: name, key }: S3Location): Place => {
  const bucket = namesOf(catalog).buckets.get(name);
  if (bucket === undefined) return { foreign: name };
  const { instance, region, tier } = bucket;
  const [folder = ''] = key.split('/');
  const isDataset = bucket.use !== 'artifacts' && folder !== '' && !/[*?]/.test(folder);
  return {
    instance,
    region,
    bucket: { ...bucket, name, key },
    part: partOf(key),
    ...(tier === undefined ? {} : { tier }),
    ...(isDataset ? { dataset: folder } : {}),
  };
};

/** The dataset of a table's name; a name that no dataset has comes back as it would be called. */
const datasetOfTable = (catalog: Catalog, table: string): string | undefined => {
  const owner = catalog.datasets.find(({ name }) => table.startsWith(glueTablePrefix(name)));
  if (owner !== undefined) return owner.name;
  const [, prefix] = /^([a-z0-9_]+?)__/.exec(table) ?? [];
  return prefix?.replaceAll('_', '-');
};

/** Databases of no lake that every Spark session looks for; the lake's roles reckon with it. */
const OF_SPARK: ReadonlySet<string> = new Set(['default', 'global_temp']);

const fromTable = (catalog: Catalog, database: string, table: string): Place => {
  const known = namesOf(catalog).databases.get(database);
  if (known === undefined) return OF_SPARK.has(database) ? { database } : { foreign: database };
  const dataset = datasetOfTable(catalog, table);
  return { ...known, database, ...(dataset === undefined ? {} : { dataset }) };
};

/** `--on`: a dataset, a place in S3, or a table with or without its database. */
const fromHint = (catalog: Catalog, on: string): Place => {
  const location = locationIn(on);
  if (location !== undefined) return fromLocation(catalog, location);
  const [first = '', second] = on.replace(/^awsdatacatalog\./i, '').split('.');
  if (second !== undefined) return fromTable(catalog, first, second);
  const byTable = first.includes('__') ? datasetOfTable(catalog, first) : undefined;
  return { dataset: byTable ?? first };
};

const regionOfArn = (arn: string | undefined): string | undefined => {
  const region = arn?.split(':')[3];
  return region === undefined || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? undefined : region;
};

/** Where a refusal happened, from its text first and from the flags where it does not say. */
export const placeOf = (catalog: Catalog, denial: Denial, hints: Hints): Place => {
  const { location, table, resource } = denial;
  const told =
    location === undefined
      ? table === undefined
        ? {}
        : fromTable(catalog, table.database, table.table)
      : fromLocation(catalog, location);
  const hinted = hints.on === undefined ? {} : fromHint(catalog, hints.on);
  const region = told.region ?? regionOfArn(resource);
  const place: Place = { ...hinted, ...told, ...(region === undefined ? {} : { region }) };
  // A listing of a bucket does not say which folder was asked for; the flag does.
  const isBare = told.part === 'root' && hinted.dataset !== undefined;
  const instance = place.instance ?? hints.instance;
  return {
    ...place,
    ...(isBare ? { part: hinted.part ?? 'data' } : {}),
    ...(instance === undefined ? {} : { instance }),
  };
};

/** The tier of a place: of its bucket or database, else of its dataset. */
export const tierOf = (catalog: Catalog, place: Place): string | undefined =>
  place.tier ?? catalog.datasets.find(({ name }) => name === place.dataset)?.tier;
