import type { Tier } from '../../reconciler/model/catalog.ts';
import {
  artifactsBucket,
  bootstrapStack,
  dataBucket,
  dropBucket,
  foundationStack,
} from '../../reconciler/model/names.ts';
import type { ObserveScope } from '../../reconciler/model/kind.ts';
import type { LiveBucket } from '../../reconciler/model/reads.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { LakeScope } from './scope.ts';

/** A bucket of the lake: `data` holds datasets, `drop` takes files from outside, `artifacts` holds what jobs run. */
export interface LakeBucket {
  readonly name: string;
  readonly region: string;
  readonly stack: string;
  readonly use: 'data' | 'drop' | 'artifacts';
  /** Data and drop buckets. */
  readonly tier?: Tier;
}

const bucketsOf = (scope: LakeScope, region: string): readonly LakeBucket[] => {
  const { organization, home } = scope;
  const { name: instance } = scope.instance;
  const stack = foundationStack(instance, region);
  return [
    {
      name: artifactsBucket(organization, instance, region),
      region,
      stack: bootstrapStack(instance, region, home),
      use: 'artifacts',
    },
    ...scope.tiers.flatMap((tier): readonly LakeBucket[] => [
      { name: dataBucket(organization, instance, tier.name, region), region, stack, use: 'data', tier },
      { name: dropBucket(organization, instance, tier.name, region), region, stack, use: 'drop', tier },
    ]),
  ];
};

/** Every bucket of an instance: one for artifacts a region, and two a tier and region, whether datasets use them or not. */
export const lakeBuckets = (scope: LakeScope): readonly LakeBucket[] =>
  scope.regions.flatMap((region) => bucketsOf(scope, region));

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Names that a bucket of this instance and region can have; the part between is a tier, known to the catalog or not. */
const bucketPattern = ({ organization, instance, region }: ObserveScope): RegExp => {
  const of = `${escapePattern(organization)}-datalake`;
  const at = escapePattern(region);
  const lake = escapePattern(instance);
  return new RegExp(`^${of}-(?:${lake}-.+-${at}|drop-${lake}-.+-${at}|artifacts-${lake}-${at})$`);
};

/** Every bucket in AWS with a name of this instance's, in one region. */
export const readBuckets = async (reads: AwsReads, scope: ObserveScope): Promise<readonly LiveBucket[]> => {
  const pattern = bucketPattern(scope);
  const names = await reads.bucketNames(`${scope.organization}-datalake-`);
  const buckets = await Promise.all(
    names.filter((name) => pattern.test(name)).map((name) => reads.bucket(scope.region, name)),
  );
  return buckets.filter((bucket) => bucket !== undefined);
};
