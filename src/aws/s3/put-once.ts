import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, S3Client, type HeadObjectOutput } from '@aws-sdk/client-s3';
import { EdlError } from '../../reconciler/model/errors.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';

/** An object named by its content. */
export interface ContentObject {
  readonly region: string;
  /** The account that must own the bucket. */
  readonly account: string;
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Puts an object that must never change afterwards. */
export type PutOnce = (object: ContentObject) => Promise<void>;

const base64Digest = (algorithm: 'md5' | 'sha256', body: Uint8Array): string =>
  createHash(algorithm).update(body).digest('base64');

/** By checksum where S3 kept one; else by size and, as our uploads are of one part, the MD5 that is their ETag. */
const isSame = (head: HeadObjectOutput, body: Uint8Array): boolean => {
  if (head.ContentLength !== body.byteLength) return false;
  if (head.ChecksumSHA256 !== undefined) return head.ChecksumSHA256 === base64Digest('sha256', body);
  return head.ETag?.replaceAll('"', '') === createHash('md5').update(body).digest('hex');
};

const refuse = ({ bucket, key }: ContentObject): never => {
  throw new EdlError(
    'EDL-4050',
    'user',
    `s3://${bucket}/${key} exists with other content, though its name is the digest of what it should hold. Somebody changed it. EDL overwrites no such object: look at who wrote it, remove it by hand, and apply again.`,
  );
};

/**
 * Puts with `If-None-Match: *`, so that of two writers one wins and nothing is overwritten
 * (AmazonS3/latest/userguide/conditional-writes). What is there already must be the same, bit for bit.
 */
export const createPutOnce = (wire: Wire): PutOnce => {
  const clientOf = perRegion((region) => wire.instrument('s3', new S3Client(wire.settings(region))));
  return (object) =>
    whileDoing(`put s3://${object.bucket}/${object.key}`, async () => {
      const client = clientOf(object.region);
      const address = { Bucket: object.bucket, Key: object.key, ExpectedBucketOwner: object.account };
      try {
        await client.send(
          new PutObjectCommand({
            ...address,
            IfNoneMatch: '*',
            Body: object.body,
            ContentType: object.contentType,
            ChecksumSHA256: base64Digest('sha256', object.body),
            ...(object.metadata === undefined ? {} : { Metadata: { ...object.metadata } }),
          }),
        );
      } catch (error) {
        if (!isFailure(error, 'PreconditionFailed')) throw error;
        const head = await client.send(new HeadObjectCommand({ ...address, ChecksumMode: 'ENABLED' }));
        if (!isSame(head, object.body)) refuse(object);
      }
    });
};
