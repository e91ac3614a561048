import type { Catalog, Instance } from '../../reconciler/model/catalog.ts';
import { instanceNamed } from '../../reconciler/model/instance.ts';
import { artifactsBucket, dataBucket, dropBucket, glueDatabase, keyAlias } from '../../reconciler/model/names.ts';
import { ordinaryContext, worldOf } from '../held/world.ts';
import type { RequestContext } from '../evaluate/types.ts';

/** A bucket of the instance. Only `data` and `drop` belong to a tier. */
export type Bucket =
  | { readonly use: 'data' | 'drop'; readonly tier: string; readonly region: string }
  | { readonly use: 'artifacts'; readonly region: string };

/** A word that no name contains: what it may do is given by a pattern. Fits names of datasets, tiers and keys alike. */
export const MADE_UP = '0edlprobe0';

/** An instance that no lake has, where it has but one. */
export const OTHER_INSTANCE = 'x0edlprobe';

/** A text in which names that the proof made up are what they stand for: whatever a pattern lets in. They are nobody's names. */
export const withoutProbes = (text: string): string => text.replaceAll(OTHER_INSTANCE, '*').replaceAll(MADE_UP, '*');

/** One instance as the proof knows it: names that mean something, everything else is somebody else's. */
export interface LakeNames {
  readonly organization: string;
  readonly instance: Instance;
  /** Another instance of the lake, or one that does not exist. */
  readonly other: Instance;
  /** A region that the instance does not have. */
  readonly foreignRegion: string;
  readonly tiers: readonly string[];
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Tier by the name of its Glue database. */
  readonly databases: ReadonlyMap<string, string>;
  /** Tier by the alias of its key; tiers without a key of their own have none. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Tier by the name of the dataset. */
  readonly datasets: ReadonlyMap<string, string>;
  /** What is known of every request in a region: over TLS, by a principal of the account, on things of the account. */
  readonly ordinary: (region: string, account?: string) => RequestContext;
}

const bucketsOf = (organization: string, instance: Instance, tiers: readonly string[]): ReadonlyMap<string, Bucket> =>
  new Map(
    instance.regions.flatMap((region): readonly (readonly [string, Bucket])[] => [
      [artifactsBucket(organization, instance.name, region), { use: 'artifacts', region }],
      ...tiers.flatMap((tier): readonly (readonly [string, Bucket])[] => [
        [dataBucket(organization, instance.name, tier, region), { use: 'data', tier, region }],
        [dropBucket(organization, instance.name, tier, region), { use: 'drop', tier, region }],
      ]),
    ]),
  );

const REGIONS = ['ap-south-1', 'eu-west-1', 'us-east-1'];

/** A region of another instance, best of all: patterns that are too wide reach it. */
const foreignRegionOf = (catalog: Catalog, instance: Instance): string => {
  const regions = [...catalog.lake.instances.flatMap((one) => one.regions), ...REGIONS];
  return regions.find((region) => !instance.regions.includes(region)) ?? 'ca-west-1';
};

/** Gathers the names of an instance. The instance must be in the catalog. */
export const lakeNames = (catalog: Catalog, instanceName: string): LakeNames => {
  const { lake } = catalog;
  const instance = instanceNamed(catalog, instanceName);
  const tiers = lake.tiers.map((tier) => tier.name);
  const world = worldOf(catalog, instanceName, '');
  return {
    organization: lake.organization,
    instance,
    other: lake.instances.find((one) => one.name !== instanceName) ?? { ...instance, name: OTHER_INSTANCE },
    foreignRegion: foreignRegionOf(catalog, instance),
    tiers,
    buckets: bucketsOf(lake.organization, instance, tiers),
    databases: new Map(tiers.map((tier) => [glueDatabase(instanceName, tier), tier])),
    aliases: new Map(
      lake.tiers.filter((tier) => tier.encryption === 'kms').map(({ name }) => [keyAlias(instanceName, name), name]),
    ),
    datasets: new Map(catalog.datasets.map((dataset) => [dataset.name, dataset.tier])),
    ordinary: (region, account = instance.account) => ({
      ...ordinaryContext(world, region),
      'aws:ResourceAccount': account,
    }),
  };
};
