import { ACTION_GROUPS, type GroupName } from '../../access/actions.ts';
import type { AccessRequest, RequestContext } from '../../access/evaluate/types.ts';
import { type HeldWorld, type Site, placesOf } from '../../access/held/world.ts';
import { implied, LEVEL_GROUPS, type RowLevel } from '../../access/levels.ts';
import type { Catalog, Dataset } from '../../reconciler/model/catalog.ts';
import { instanceNamed, regionsOf } from '../../reconciler/model/instance.ts';
import { glueTablePrefix } from '../../reconciler/model/names.ts';

/** What has to be allowed for a level on a dataset: one request for each action and each kind of object that it is done on. */
export type LevelRequest = Omit<AccessRequest, 'at' | 'principalArn'>;

/** What requests are made of. */
export interface RequestScope {
  readonly catalog: Catalog;
  readonly world: HeldWorld;
  readonly dataset: Dataset;
  /** The ARN that the key of a site goes by, where its tier has one. */
  readonly keyArn: (site: Site) => string;
}

interface Place extends RequestScope {
  readonly site: Site;
}

const bucketArn = ({ site }: Place): string => `arn:aws:s3:::${site.bucket}`;

const objectArn = (bucket: string, dataset: Dataset, folder: string): string =>
  `arn:aws:s3:::${bucket}/${dataset.name}/${folder}probe/part-0.parquet`;

/** What Glue asks for when a table is meant: the table and its ancestors. */
const glueArns = ({ world, site, dataset }: Place, what: readonly ('catalog' | 'database' | 'table')[]): string[] => {
  const paths = {
    catalog: 'catalog',
    database: `database/${site.database}`,
    table: `table/${site.database}/${glueTablePrefix(dataset.name)}probe`,
  };
  return what.map((one) => `arn:aws:glue:${site.region}:${world.account}:${paths[one]}`);
};

const part = (level: RowLevel): 'raw/' | 'data/' => (level === 'read-raw' ? 'raw/' : 'data/');

const resourcesOf = (place: Place, group: GroupName, level: RowLevel): readonly string[] => {
  const { site, dataset, keyArn } = place;
  switch (group) {
    case 'seeDatabases':
      return glueArns(place, ['catalog', 'database']);
    case 'seeTables':
    case 'writeTables':
      return glueArns(place, ['catalog', 'database', 'table']);
    case 'locateBucket':
    case 'listObjects':
    case 'listUploads':
      return [bucketArn(place)];
    case 'readObjects':
      return [objectArn(site.bucket, dataset, part(level))];
    case 'writeObjects':
      return ['raw/', 'data/'].map((folder) => objectArn(site.bucket, dataset, folder));
    case 'dropObjects':
      return [objectArn(site.dropBucket, dataset, '')];
    case 'decrypt':
    case 'encrypt':
      return site.key === undefined ? [] : [keyArn(site)];
  }
};

const contextOf = ({ site, dataset }: Place, group: GroupName, level: RowLevel): RequestContext => {
  if (group === 'listObjects') return { ...site.context, 's3:prefix': `${dataset.name}/${part(level)}` };
  const isByKey = group === 'decrypt' || group === 'encrypt';
  return isByKey && site.key !== undefined ? site.key.context : site.context;
};

const requestsAt = (place: Place, level: RowLevel): readonly LevelRequest[] =>
  implied(level).flatMap((held) =>
    LEVEL_GROUPS[held].flatMap((group) =>
      resourcesOf(place, group, held).flatMap((resource) =>
        ACTION_GROUPS[group].actions.map((action) => ({ action, resource, context: contextOf(place, group, held) })),
      ),
    ),
  );

/** Everything that must be allowed for a level on a dataset, in every region of the instance that holds it. */
export const levelRequests = (scope: RequestScope, level: RowLevel): readonly LevelRequest[] => {
  const { catalog, world, dataset } = scope;
  const regions = regionsOf(dataset, instanceNamed(catalog, world.instance));
  return (placesOf(world).byTier.get(dataset.tier) ?? [])
    .filter(({ region }) => regions.includes(region))
    .flatMap((site) => requestsAt({ ...scope, site }, level));
};
