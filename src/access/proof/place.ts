import type { RequestContext } from '../evaluate/types.ts';
import type { LakeNames } from './lake.ts';
import { LISTING, type ActionClasses, ASKED_ACTIONS } from './action-classes.ts';

/** Somewhere that questions are asked about. The same for all roles, so that it is made once. */
export interface Place {
  readonly resource: string;
  readonly context: RequestContext;
  readonly classes: ActionClasses;
  /** Listing: under which prefix. */
  readonly prefix?: string;
  /** Listing: the same for all prefixes, so that who does not look at the prefix is judged once. */
  readonly shared?: RequestContext;
  /** What of the request matters beside action and resource, for messages. */
  readonly circumstances?: string;
  readonly about: About;
}

/** Where a place lies: in a dataset, else in a tier, else in neither. Shared by many places. */
export interface About {
  readonly dataset?: string;
  readonly tier?: string;
}

/** Makes places of one region. Their contexts are shared, because equal contexts are judged once. */
export interface PlaceMaker {
  readonly object: (bucket: string, key: string, about: About) => Place;
  /** A request to list under a prefix. */
  readonly list: (bucket: string, prefix: string, about: About) => Place;
  /** Everything on a bucket as a whole, and listing all of it. */
  readonly bucket: (bucket: string, about: About) => Place;
  readonly glue: (what: string, about: About) => Place;
}

/** Headers that an ordinary write does not carry: the bucket's default encryption applies. */
const NO_HEADERS: RequestContext = {
  's3:x-amz-acl': [],
  's3:x-amz-server-side-encryption': [],
  's3:x-amz-server-side-encryption-aws-kms-key-id': [],
  's3:x-amz-server-side-encryption-customer-algorithm': [],
};

/** Makes places of a region, in buckets of an account. */
export const placeMaker = (lake: LakeNames, region: string, account = lake.instance.account): PlaceMaker => {
  const ordinary = lake.ordinary(region, account);
  const ofObjects = { ...ordinary, ...NO_HEADERS };
  const ofBuckets = { ...ordinary, 's3:prefix': [] };
  return {
    object: (bucket, key, about) => ({
      resource: `arn:aws:s3:::${bucket}/${key}`,
      context: ofObjects,
      classes: ASKED_ACTIONS.object,
      about,
    }),
    list: (bucket, prefix, about) => ({
      resource: `arn:aws:s3:::${bucket}`,
      context: { ...ordinary, 's3:prefix': prefix },
      classes: LISTING,
      prefix,
      shared: ordinary,
      circumstances: `prefix "${prefix}"`,
      about,
    }),
    bucket: (bucket, about) => ({
      resource: `arn:aws:s3:::${bucket}`,
      context: ofBuckets,
      classes: ASKED_ACTIONS.bucket,
      circumstances: 'without a prefix',
      about,
    }),
    glue: (what, about) => ({
      resource: `arn:aws:glue:${region}:${account}:${what}`,
      context: ordinary,
      classes: ASKED_ACTIONS.glue,
      about,
    }),
  };
};
