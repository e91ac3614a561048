import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { sha256Hex } from '../../reconciler/model/digest.ts';
import { JOURNAL_PREFIX } from '../../reconciler/journal/keys.ts';
import type { JournalStore, StoredObject, Written } from '../../reconciler/journal/store.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';

/** The bucket of a journal, and the account that must own it. */
export interface JournalPlace {
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
}

/** A conditional write meets another one in flight; S3 asks to try again (AmazonS3/latest/userguide/conditional-writes). */
const ATTEMPTS = 4;

const isRefused = (error: unknown): boolean => isFailure(error, 'PreconditionFailed', 'NoSuchKey');

const createStore = (client: S3Client, { bucket, account }: JournalPlace): JournalStore => {
  const address = { Bucket: bucket, ExpectedBucketOwner: account };
  const get = async (key: string): Promise<StoredObject | undefined> => {
    try {
      const answer = await client.send(new GetObjectCommand({ ...address, Key: key }));
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      const text = Buffer.from(bytes).toString('utf8');
      return { key, text, digest: `sha256:${sha256Hex(bytes)}`, etag: answer.ETag ?? '' };
    } catch (error) {
      if (isFailure(error, 'NoSuchKey', 'NoSuchBucket')) return undefined;
      throw error;
    }
  };
  /** An answer that was lost on its way leaves our own object, at which the next attempt is refused: that is success. */
  const afterRefusal = async (key: string, text: string): Promise<Written> => {
    const found = await get(key);
    return found?.text === text ? { status: 'written', etag: found.etag } : { status: 'conflict' };
  };
  const put = async (
    key: string,
    text: string,
    condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
  ): Promise<Written> => {
    const input = { ...address, Key: key, Body: text, ContentType: 'application/jsonl', ...condition };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { ETag } = await client.send(new PutObjectCommand(input));
        return { status: 'written', etag: ETag ?? '' };
      } catch (error) {
        if (isFailure(error, 'NoSuchBucket')) return { status: 'no-bucket' };
        if (isRefused(error)) return afterRefusal(key, text);
        if (!isFailure(error, 'ConditionalRequestConflict') || attempt === ATTEMPTS) throw error;
      }
    }
  };
  const whileWriting = (key: string, work: () => Promise<Written>) => whileDoing(`write s3://${bucket}/${key}`, work);
  return {
    keys: (atMost) =>
      whileDoing(`list s3://${bucket}/${JOURNAL_PREFIX}`, async () => {
        const input = { ...address, Prefix: JOURNAL_PREFIX };
        try {
          if (atMost !== undefined) {
            const page = await client.send(new ListObjectsV2Command({ ...input, MaxKeys: atMost }));
            return (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
          }
          const keys: string[] = [];
          for await (const page of paginateListObjectsV2({ client }, input))
            keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
          return keys;
        } catch (error) {
          if (isFailure(error, 'NoSuchBucket')) return undefined;
          throw error;
        }
      }),
    get: (key) => whileDoing(`read s3://${bucket}/${key}`, () => get(key)),
    create: (key, text) => whileWriting(key, () => put(key, text, { IfNoneMatch: '*' })),
    replace: (key, text, etag) => whileWriting(key, () => put(key, text, { IfMatch: etag })),
  };
};

/**
 * The journals that one connection reads and writes. Nothing is remembered: another run may write at any time. Aside of the gate
 * before writes: a run that lost its lease must still tell how it ended, which hurts nobody, as each put asks for the version
 * that this run wrote last. That an entry begins under the lease only is seen to by whoever begins it.
 */
export const journalStores = (wire: Wire): ((place: JournalPlace) => JournalStore) => {
  const clientOf = perRegion((region) => wire.instrument('s3', new S3Client(wire.settings(region)), 'aside'));
  return (place) => createStore(clientOf(place.region), place);
};
