import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { HealWork } from '../../reconciler/model/heal.ts';
import { type JsonObject, textOf } from '../../reconciler/model/json.ts';
import { digestOfProperties, withObjectMark } from '../../reconciler/model/mark.ts';
import { markOwner } from '../../reconciler/model/names.ts';
import { bodyOf } from '../s3/put-document.ts';
import { refuseUndeclared, type HealStep } from './step.ts';

const addressOf = ({ scope }: HealWork, wanted: JsonObject) => ({
  Bucket: textOf(wanted['Bucket']),
  Key: textOf(wanted['Key']),
  ExpectedBucketOwner: scope.account,
});

const pathsOf = ({ parts }: HealWork): readonly string[] => parts.map(({ path }) => path);

/**
 * Puts back the content that the name of a file promises (AmazonS3/latest/API/API_PutObject). This is the one place that overwrites
 * such a file: a job must not run code that nobody reviewed. The bucket keeps the version that was there, for who looks into it.
 */
export const healArtifact = (work: HealWork, client: S3Client): readonly HealStep[] => {
  const { wanted, blob } = work;
  if (wanted === undefined) return [refuseUndeclared(work)];
  return [
    {
      paths: pathsOf(work),
      does: 'puts the reviewed content back as the newest version (s3:PutObject)',
      run: async () => {
        if (blob === undefined) {
          throw new EdlError('EDL-9044', 'bug', `The content of ${work.id} is not among the files to upload.`);
        }
        await client.send(
          new PutObjectCommand({
            ...addressOf(work, wanted),
            Body: blob.bytes,
            ContentType: blob.contentType,
            ChecksumSHA256: createHash('sha256').update(blob.bytes).digest('base64'),
          }),
        );
      },
    },
  ];
};

const metadataOf = ({ scope, id, markDigest }: HealWork, wanted: JsonObject): Record<string, string> => {
  const digest = markDigest ?? digestOfProperties(wanted);
  const mark = withObjectMark({}, { owner: markOwner(scope.organization, scope.instance), id, digest });
  return Object.fromEntries(Object.entries(mark).map(([key, value]) => [key, textOf(value)]));
};

/** Writes the registry again with its mark; the bucket keeps the version that was there. */
export const healRegistry = (work: HealWork, client: S3Client): readonly HealStep[] => {
  const { wanted } = work;
  if (wanted === undefined) return [refuseUndeclared(work)];
  return [
    {
      paths: pathsOf(work),
      does: 'writes the registry as it was applied (s3:PutObject)',
      run: () =>
        client.send(
          new PutObjectCommand({
            ...addressOf(work, wanted),
            Body: bodyOf(wanted['Document'] ?? {}),
            ContentType: 'application/json',
            Metadata: metadataOf(work, wanted),
          }),
        ),
    },
  ];
};
