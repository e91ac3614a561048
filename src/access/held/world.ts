import type { Catalog } from '../../reconciler/model/catalog.ts';
import { instanceNamed, regionsOf } from '../../reconciler/model/instance.ts';
import { dataBucket, dropBucket, glueDatabase, keyAlias } from '../../reconciler/model/names.ts';
import type { EvaluationContext, RequestContext } from '../evaluate/types.ts';

/** What documents are held against: one instance of a lake at a time. */
export interface HeldWorld {
  readonly organization: string;
  readonly awsOrganizationId?: string;
  readonly instance: string;
  readonly account: string;
  readonly regions: readonly string[];
  readonly tiers: readonly string[];
  /** The tiers whose objects are encrypted with a key of their own: who reads them needs the key as well. */
  readonly tiersWithKey: readonly string[];
  /** The keys as they are in AWS, where somebody looked: policies written by hand may name one by its id. */
  readonly keys?: readonly { readonly tier: string; readonly region: string; readonly id: string }[];
  readonly datasets: readonly { readonly name: string; readonly tier: string }[];
  /** ISO 8601. */
  readonly asOf: string;
  /** Policies of buckets, where they should count too. */
  readonly resources?: EvaluationContext['resources'];
}

/** The world of a catalog. Retired datasets belong to it: their data is still there, and documents may still open it. */
export const worldOf = (catalog: Catalog, instanceName: string, asOf: string): HeldWorld => {
  const { lake } = catalog;
  const instance = instanceNamed(catalog, instanceName);
  return {
    organization: lake.organization,
    ...(lake.awsOrganizationId === undefined ? {} : { awsOrganizationId: lake.awsOrganizationId }),
    instance: instance.name,
    account: instance.account,
    regions: instance.regions,
    tiers: lake.tiers.map((tier) => tier.name),
    tiersWithKey: lake.tiers.filter((tier) => tier.encryption === 'kms').map((tier) => tier.name),
    datasets: catalog.datasets
      .filter((dataset) => regionsOf(dataset, instance).length > 0)
      .map(({ name, tier }) => ({ name, tier })),
    asOf,
  };
};

/** A tier in a region: where its data, its drops and its tables are. */
export interface Site {
  readonly tier: string;
  readonly region: string;
  readonly bucket: string;
  readonly dropBucket: string;
  readonly database: string;
  /** The context keys of an ordinary request here: over TLS, by a principal of the account, not by a service. */
  readonly context: RequestContext;
  /** The key of the tier, where it has one, and the context of a request that S3 sends it for somebody. */
  readonly key?: { readonly arn: string; readonly context: RequestContext };
}

/** The world's places, found once. */
export interface Places {
  readonly sites: readonly Site[];
  readonly byTier: ReadonlyMap<string, readonly Site[]>;
  readonly namesByTier: ReadonlyMap<string, readonly string[]>;
  /** A name that no dataset has and no list of names contains: what it may do, every dataset may. */
  readonly nobody: string;
}

const places = new WeakMap<HeldWorld, Places>();

const freeName = (world: HeldWorld): string => {
  const taken = new Set(world.datasets.map((dataset) => dataset.name));
  let name = '0-edl-probe-0';
  while (taken.has(name)) name += '0';
  return name;
};

/**
 * The context keys of an ordinary request: over TLS, by a principal of the account, not by a service, with encryption left to
 * the bucket.
 */
export const ordinaryContext = (world: HeldWorld, region: string): RequestContext => ({
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:ResourceAccount': world.account,
  'aws:RequestedRegion': region,
  'aws:PrincipalIsAWSService': 'false',
  'aws:ViaAWSService': 'false',
  's3:x-amz-server-side-encryption': [],
  's3:x-amz-server-side-encryption-aws-kms-key-id': [],
  's3:x-amz-server-side-encryption-customer-algorithm': [],
  ...(world.awsOrganizationId === undefined ? {} : { 'aws:PrincipalOrgID': world.awsOrganizationId }),
});

/** Ids cannot be computed, so a key that nobody looked up has one that no policy names; it is known by its alias. */
const keyOf = (world: HeldWorld, tier: string, region: string): Pick<Site, 'key'> => {
  if (!world.tiersWithKey.includes(tier)) return {};
  const id = world.keys?.find((key) => key.tier === tier && key.region === region)?.id ?? '0-edl-probe-0';
  return {
    key: {
      arn: `arn:aws:kms:${region}:${world.account}:key/${id}`,
      context: {
        ...ordinaryContext(world, region),
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:CallerAccount': world.account,
        'kms:ResourceAliases': [keyAlias(world.instance, tier)],
      },
    },
  };
};

/** The places of a world. */
export const placesOf = (world: HeldWorld): Places => {
  const known = places.get(world);
  if (known !== undefined) return known;
  const sites = world.tiers.flatMap((tier) =>
    world.regions.map((region) => ({
      tier,
      region,
      bucket: dataBucket(world.organization, world.instance, tier, region),
      dropBucket: dropBucket(world.organization, world.instance, tier, region),
      database: glueDatabase(world.instance, tier),
      context: ordinaryContext(world, region),
      ...keyOf(world, tier, region),
    })),
  );
  const made: Places = {
    sites,
    byTier: new Map(world.tiers.map((tier) => [tier, sites.filter((site) => site.tier === tier)])),
    namesByTier: new Map(
      world.tiers.map((tier) => [
        tier,
        world.datasets.filter((dataset) => dataset.tier === tier).map((dataset) => dataset.name),
      ]),
    ),
    nobody: freeName(world),
  };
  places.set(world, made);
  return made;
};
