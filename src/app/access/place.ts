import type { Catalog, Dataset } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { dataBucket, dropBucket, glueDatabase, glueTablePrefix } from '../../reconciler/model/names.ts';
import { datasetOf, type Named } from './names.ts';

/** A dataset that somebody named by where its data is: the place names the instance too. */
export interface Placed {
  readonly dataset: Dataset;
  readonly instance?: string;
}

interface TierPlace {
  readonly instance: string;
  readonly tier: string;
}

const placesOf = ({ lake }: Catalog, names: (organization: string, place: TierPlace, region: string) => string[]) =>
  new Map(
    lake.instances.flatMap(({ name: instance, regions }) =>
      lake.tiers.flatMap(({ name: tier }) =>
        regions.flatMap((region) =>
          names(lake.organization, { instance, tier }, region).map((name) => [name, { instance, tier }] as const),
        ),
      ),
    ),
  );

const notOurs = (place: string, why: string): { readonly problem: Diagnostic } => ({
  problem: {
    code: 'EDL-5045',
    severity: 'error',
    summary: 'Not a place of a dataset',
    detail: `${place} ${why} Name the dataset, a location such as s3://BUCKET/DATASET/data/, or a table such as DATABASE.TABLE.`,
  },
});

const inTier = (place: string, found: Named<Dataset>, { instance, tier }: TierPlace): Named<Placed> => {
  if ('problem' in found) return found;
  const dataset = found.found;
  return dataset.tier === tier
    ? { found: { dataset, instance } }
    : notOurs(
        place,
        `is in the tier ${tier}, but the dataset ${dataset.name} is ${dataset.tier}: its data is elsewhere.`,
      );
};

const ofObject = (catalog: Catalog, place: string, bucket: string, key: string): Named<Placed> => {
  const buckets = placesOf(catalog, (organization, { instance, tier }, region) => [
    dataBucket(organization, instance, tier, region),
    dropBucket(organization, instance, tier, region),
  ]);
  const found = buckets.get(bucket);
  if (found === undefined) return notOurs(place, 'is not in a bucket of this lake.');
  const [folder = ''] = key.split('/');
  return folder === ''
    ? notOurs(place, 'is a whole bucket; each of its top-level folders is a dataset.')
    : inTier(place, datasetOf(catalog, folder), found);
};

const ofTable = (catalog: Catalog, place: string, database: string, table: string): Named<Placed> => {
  const databases = placesOf(catalog, (_, { instance, tier }) => [glueDatabase(instance, tier)]);
  const found = databases.get(database);
  if (found === undefined) return notOurs(place, 'is not in a database of this lake.');
  const dataset = catalog.datasets.find(({ name }) => table.startsWith(glueTablePrefix(name)));
  const name = (table.split('__')[0] ?? table).replaceAll('_', '-');
  return inTier(place, dataset === undefined ? datasetOf(catalog, name) : { found: dataset }, found);
};

const OBJECT = /^(?:s3:\/\/|arn:aws:s3:::)([^/]+)\/?(.*)$/;
const TABLE = /^(?:arn:aws:glue:[^:]*:\d*:table\/([^/]+)\/(.+)|([^.\s/:]+)\.([^.\s/:]+))$/;

/** The dataset that somebody means by its name, by an S3 location, by a Glue table, or by the ARN of either. */
export const placeOf = (catalog: Catalog, text: string): Named<Placed> => {
  const [, bucket, key = ''] = OBJECT.exec(text) ?? [];
  if (bucket !== undefined) return ofObject(catalog, text, bucket, key);
  const [, arnDatabase, arnTable, database = arnDatabase, table = arnTable] = TABLE.exec(text) ?? [];
  if (database !== undefined && table !== undefined) return ofTable(catalog, text, database, table);
  const found = datasetOf(catalog, text);
  return 'problem' in found ? found : { found: { dataset: found.found } };
};

/** The instance of a question about a place: what the place says, unless `--instance` says something else. */
export const instanceOfPlace = (
  text: string,
  { instance }: Placed,
  named: string | undefined,
): Named<string | undefined> =>
  instance === undefined || named === undefined || instance === named
    ? { found: named ?? instance }
    : notOurs(text, `is in the instance ${instance}, not in ${named}. Leave --instance out.`);
