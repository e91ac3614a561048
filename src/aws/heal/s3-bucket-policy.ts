import { PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { HealWork } from '../../reconciler/model/heal.ts';
import { textOf } from '../../reconciler/model/json.ts';
import { policyText, propertyOf, refusePart, refuseUndeclared, type HealStep } from './step.ts';

/** Writes a bucket's policy, also where it is gone: CloudFormation sees neither (AmazonS3/latest/API/API_PutBucketPolicy). */
export const healBucketPolicy = (work: HealWork, client: S3Client): readonly HealStep[] => {
  const { wanted } = work;
  if (wanted === undefined) return [refuseUndeclared(work)];
  const write = (paths: readonly string[]): HealStep => ({
    paths,
    does: 'writes the policy of the bucket (s3:PutBucketPolicy)',
    run: () =>
      client.send(
        new PutBucketPolicyCommand({
          Bucket: textOf(wanted['Bucket']),
          ExpectedBucketOwner: work.scope.account,
          Policy: policyText(wanted['PolicyDocument']),
        }),
      ),
  });
  if (work.live === undefined) return [write([])];
  return work.parts.map((part) =>
    propertyOf(part.path) === 'PolicyDocument' ? write([part.path]) : refusePart(work, part),
  );
};
