import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { JsonObject } from '../../json.ts';
import type { Ask, TypeCase } from './type-case.ts';
import { orNone, plain } from './type-case.ts';

const deny = (action: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: action, Resource: 'arn:aws:s3:::r10-held/*' }],
});

const policyOf: Ask = ({ s3 }, Bucket) =>
  orNone(['NoSuchBucketPolicy', 'NoSuchBucket'], async () => {
    const answer = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(answer.Policy ?? '') as unknown;
  });

export const BUCKET_POLICY: TypeCase = {
  type: 'AWS::S3::BucketPolicy',
  name: 'AWS::S3::BucketPolicy',
  around: { Held: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'r10-held' } } },
  fixed: { Bucket: { Ref: 'Held' } },
  ref: /^r10-held$/,
  attributes: {},
  properties: { PolicyDocument: plain(deny('s3:Put*'), deny('s3:Delete*'), policyOf) },
  gone: async (clients, id) => (await policyOf(clients, id)) === 'none',
};
