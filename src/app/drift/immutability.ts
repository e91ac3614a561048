import { knownAwsPolicy } from '../../access/changes/aws-policies.ts';
import { ordinaryContext, placesOf, worldOf } from '../../access/held/world.ts';
import { type AccountRole, findWriters, type PublishedBucket } from '../../access/immutability/prove-immutable.ts';
import type { DriftReport, ImmutabilityException } from '../../reconciler/model/drift.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import { instanceNamed } from '../../reconciler/model/instance.ts';
import { listOf, objectOf, sameJson, textOf } from '../../reconciler/model/json.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import { dataBucket, roleArn, runnerPath } from '../../reconciler/model/names.ts';
import type { AccountAuthorization, AwsReads, LiveRole } from '../../reconciler/model/reads.ts';
import { bucketId, bucketPolicyId } from '../../resources/shared/ids.ts';
import type { DriftParts } from './entries.ts';

/** What makes a lifecycle rule delete (AmazonS3/latest/userguide/lifecycle-expire-general-considerations). */
const EXPIRIES = [
  'Expiration',
  'ExpirationDate',
  'ExpirationInDays',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionExpirationInDays',
];

type Immutability = DriftReport['immutability'];

/** The buckets of published data that are there, with their policies. */
const publishedBuckets = ({ catalog, desired, live }: DriftParts): readonly PublishedBucket[] => {
  const world = worldOf(catalog, desired.instance, desired.asOf);
  const places = placesOf(world);
  const objects = new Map(live.resources.map((resource) => [resource.id, resource]));
  const drifted = (id: ReturnType<typeof bucketPolicyId>): boolean => {
    const resource = objects.get(id);
    return !sameJson(resource?.properties, resource?.applied);
  };
  return world.tiers.flatMap((tier) =>
    world.regions.flatMap((region): readonly PublishedBucket[] => {
      const name = dataBucket(world.organization, world.instance, tier, region);
      if (objects.get(bucketId(name))?.properties === undefined) return [];
      const policy = objects.get(bucketPolicyId(name))?.properties?.['PolicyDocument'];
      // EDL's own policy speaks of all datasets alike; one that somebody wrote may not.
      const more = drifted(bucketPolicyId(name)) ? (places.namesByTier.get(tier) ?? []) : [];
      return [
        {
          name,
          ...(policy === undefined ? {} : { policy: objectOf(policy) }),
          datasets: [places.nobody, ...more],
          context: ordinaryContext(world, region),
        },
      ];
    }),
  );
};

const accountRole = (role: LiveRole, documents: ReadonlyMap<string, AccountRole['documents'][number]>): AccountRole => {
  const { permissionsBoundary: boundaryArn } = role;
  const boundary = boundaryArn === undefined ? undefined : documents.get(boundaryArn);
  const find = (arn: string): AccountRole['documents'][number] | undefined => {
    const known = knownAwsPolicy(arn);
    return documents.get(arn) ?? (known === undefined ? undefined : { name: arn, document: known });
  };
  return {
    arn: role.arn,
    documents: [...role.inlinePolicies, ...role.attachedPolicyArns.flatMap((arn) => find(arn) ?? [])],
    unread: role.attachedPolicyArns.filter((arn) => find(arn) === undefined),
    ...(boundary === undefined ? {} : { boundary }),
  };
};

const accountRoles = ({ roles, policies }: AccountAuthorization): readonly AccountRole[] => {
  const documents = new Map(policies.map(({ arn, document }) => [arn, { name: arn, document }]));
  return roles.map((role) => accountRole(role, documents));
};

/** The runner roles that git declares. */
const writersOf = ({ desired: { resources, account, instance } }: DriftParts): ReadonlySet<string> =>
  new Set(
    resources.flatMap(({ kind, properties }) =>
      kind === 'iam-role' && properties['Path'] === runnerPath(instance) && typeof properties['RoleName'] === 'string'
        ? [roleArn(account, runnerPath(instance), properties['RoleName'])]
        : [],
    ),
  );

const DECIDING = new Set(['iam-role', 'iam-managed-policy', 's3-bucket', 's3-bucket-policy']);

const isUnread = ({ unreadable }: LiveState): boolean => unreadable.some(({ kind }) => DECIDING.has(kind));

const authorizationOf = async (
  reads: Pick<AwsReads, 'accountAuthorization'>,
): Promise<AccountAuthorization | undefined> => {
  try {
    return await reads.accountAuthorization();
  } catch (error) {
    if (error instanceof EdlError && error.disposition !== 'bug') return undefined;
    throw error;
  }
};

/** What S3 itself does to what is published: rules that delete it, and versions that are no longer kept. */
const losses = ({ live }: DriftParts, buckets: readonly PublishedBucket[]): readonly ImmutabilityException[] =>
  buckets.flatMap(({ name: bucket }) => {
    const properties = live.resources.find(({ id }) => id === bucketId(bucket))?.properties ?? {};
    const rules = listOf(objectOf(properties['LifecycleConfiguration'])['Rules']).map(objectOf);
    const deleting = rules.filter(
      (rule) => rule['Status'] !== 'Disabled' && EXPIRIES.some((field) => rule[field] !== undefined),
    );
    const base = { bucket, places: ['data/', 'raw/'], certainty: 'proven' } as const;
    return [
      ...deleting.map((rule) => ({
        ...base,
        who: `the lifecycle rule ${textOf(rule['Id']) || 'without a name'}`,
        actions: ['s3:LifecycleExpiration'],
        because: 'it deletes objects or their earlier versions after a time',
      })),
      ...(objectOf(properties['VersioningConfiguration'])['Status'] === 'Enabled'
        ? []
        : [
            {
              ...base,
              who: 'every run',
              actions: ['s3:PutObject', 's3:DeleteObject'],
              because: 'earlier versions are not kept, so what a run overwrites or deletes is lost for good',
            },
          ]),
    ];
  });

/**
 * Who besides the runner roles and the declared purge role can put or delete what is published, over the policies that are
 * live. Nothing is proven while something that decides could not be read. Makes no call of its own: roles were read already.
 */
export const provePublishedStays = async (
  parts: DriftParts,
  reads: Pick<AwsReads, 'accountAuthorization'>,
): Promise<Immutability> => {
  const { catalog, desired } = parts;
  const { purgeRole } = instanceNamed(catalog, desired.instance);
  const declared = purgeRole === undefined ? {} : { purgeRole };
  const authorization = isUnread(parts.live) ? undefined : await authorizationOf(reads);
  if (authorization === undefined) return { status: 'unknown', ...declared, exceptions: [] };
  const buckets = publishedBuckets(parts);
  const writers = findWriters({
    account: desired.account,
    buckets,
    roles: accountRoles(authorization),
    writers: writersOf(parts),
    ...(purgeRole === undefined ? {} : { purger: `arn:aws:iam::${desired.account}:role/${purgeRole}` }),
    asOf: desired.asOf,
  });
  const exceptions = [...writers, ...losses(parts, buckets)];
  return { status: exceptions.length === 0 ? 'proven' : 'excepted', ...declared, exceptions };
};
