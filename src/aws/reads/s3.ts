import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  paginateListBuckets,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { AwsReads, ListedObject, LiveObject } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { readBucketConfiguration, type BucketAddress } from './bucket.ts';

const BUCKET_PAGE_SIZE = 1000;

/** Runs a read of one bucket or object; what is not there gives `absent`. */
const orAbsent = async <Value>(absent: Value, work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error, 'NoSuchBucket', 'NoSuchKey')) return absent;
    throw error;
  }
};

const withoutQuotes = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/** Lists keys by their names as they are: white space and control characters in keys come URL-encoded only when asked for. */
const listObjects = async (
  client: S3Client,
  address: BucketAddress,
  prefix: string,
): Promise<readonly ListedObject[]> => {
  const objects: ListedObject[] = [];
  for await (const page of paginateListObjectsV2({ client }, { ...address, Prefix: prefix })) {
    for (const object of page.Contents ?? []) {
      objects.push({ key: object.Key ?? '', size: object.Size ?? 0, etag: withoutQuotes(object.ETag) });
    }
  }
  return objects;
};

const readObject = async (client: S3Client, address: BucketAddress, key: string): Promise<LiveObject | undefined> => {
  const answer = await client.send(new GetObjectCommand({ ...address, Key: key }));
  return { body: (await answer.Body?.transformToString('utf-8')) ?? '', metadata: answer.Metadata ?? {} };
};

type S3Reads = Pick<AwsReads, 'bucketNames' | 'bucket' | 'object' | 'objects' | 'hasObjects'>;

/**
 * Reads buckets and small objects. Each call names the account that must own the bucket, so that a bucket that somebody
 * else made under our name is refused and never believed (AmazonS3/latest/userguide/bucket-owner-condition).
 */
export const s3Reads = (wire: Wire, homeRegion: string, account: () => Promise<string>): S3Reads => {
  const clientOf = perRegion((region) => wire.instrument('s3', new S3Client(wire.settings(region))));
  const addressOf = async (bucket: string): Promise<BucketAddress> => ({
    Bucket: bucket,
    ExpectedBucketOwner: await account(),
  });
  return {
    bucketNames: (prefix) =>
      whileDoing(`list the buckets that start with ${prefix}`, async () => {
        const names: string[] = [];
        const pages = paginateListBuckets(
          { client: clientOf(homeRegion), pageSize: BUCKET_PAGE_SIZE },
          { Prefix: prefix },
        );
        for await (const page of pages) names.push(...(page.Buckets ?? []).map((bucket) => bucket.Name ?? ''));
        return names.filter((name) => name.startsWith(prefix));
      }),
    bucket: (region, name) =>
      whileDoing(`read the configuration of bucket ${name}`, async () => {
        const address = await addressOf(name);
        const client = clientOf(region);
        const versioning = await orAbsent(undefined, () => client.send(new GetBucketVersioningCommand(address)));
        return versioning === undefined ? undefined : readBucketConfiguration(client, address, region, versioning);
      }),
    object: (region, bucket, key) =>
      whileDoing(`read s3://${bucket}/${key}`, async () => {
        const address = await addressOf(bucket);
        return orAbsent(undefined, () => readObject(clientOf(region), address, key));
      }),
    objects: (region, bucket, prefix) =>
      whileDoing(`list s3://${bucket}/${prefix}`, async () => {
        const address = await addressOf(bucket);
        return orAbsent([], () => listObjects(clientOf(region), address, prefix));
      }),
    hasObjects: (region, bucket, prefix) =>
      whileDoing(`look for objects under s3://${bucket}/${prefix}`, async () => {
        const address = await addressOf(bucket);
        return orAbsent(false, async () => {
          const page = await clientOf(region).send(
            new ListObjectsV2Command({ ...address, Prefix: prefix, MaxKeys: 1 }),
          );
          return (page.Contents ?? []).length > 0;
        });
      }),
  };
};
