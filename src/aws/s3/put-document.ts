import { HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Json, JsonObject } from '../../reconciler/model/json.ts';
import { readObjectMark, withObjectMark } from '../../reconciler/model/mark.ts';
import type { StackWork } from '../../reconciler/model/ports.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { isOurs, markOf, textAt } from '../marked.ts';

/** A document of ours that changes in place, such as the registry. */
export interface DocumentPlace {
  readonly bucket: string;
  readonly key: string;
  readonly document: Json;
}

/** S3 keeps text only, and a mark is nothing else. */
const textEntries = (metadata: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.keys(metadata).map((key) => [key, textAt(metadata, key)]));

/** The text of a document, for people who open it: indented, with a line break at the end. */
export const bodyOf = (document: Json): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** Puts what is not there yet. Tells whether it did; what is there already must be ours, from an earlier attempt. */
const putNew = async (
  client: S3Client,
  work: StackWork,
  resource: Resource,
  input: PutObjectCommandInput,
): Promise<boolean> => {
  try {
    await client.send(new PutObjectCommand({ ...input, IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    if (!isFailure(error, 'PreconditionFailed')) throw error;
  }
  const { Bucket, Key, ExpectedBucketOwner } = input;
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ExpectedBucketOwner }));
  if (isOurs(work, resource.id, readObjectMark({ ...head.Metadata }).mark)) return false;
  throw new EdlError(
    'EDL-4040',
    'user',
    `${resource.id} has appeared since the plan, without our mark. EDL does not overwrite what others made. Plan again: it will propose to adopt it, or refuse it.`,
  );
};

/** Writes a document with its mark; `isNew` when the plan saw none. The bucket keeps the versions before it. */
export const putDocument = (
  client: S3Client,
  work: StackWork,
  resource: Resource,
  place: DocumentPlace,
  isNew: boolean,
): Promise<void> =>
  whileDoing(`put s3://${place.bucket}/${place.key}`, async () => {
    const input: PutObjectCommandInput = {
      Bucket: place.bucket,
      Key: place.key,
      ExpectedBucketOwner: work.account,
      Body: bodyOf(place.document),
      ContentType: 'application/json',
      Metadata: textEntries(withObjectMark({}, markOf(work, resource))),
    };
    if (isNew && (await putNew(client, work, resource, input))) return;
    await client.send(new PutObjectCommand(input));
  });
