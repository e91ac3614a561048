import type { Gap } from '../gateway.ts';
import type { Json } from '../json.ts';
import { isObject, objectAt, parseJson, textAt } from '../json.ts';
import { textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { elementText } from '../protocol/xml.ts';
import type { IamMirror } from './iam-mirror.ts';
import { invalidPrincipals, statementsOf } from './principals.ts';
import type { Buckets } from './s3-buckets.ts';
import { bucketOf } from './s3-buckets.ts';

const MAX_BYTES = 20_480;

const isEveryone = (principal: Json | undefined): boolean =>
  principal === '*' || objectAt({ principal: principal ?? null }, 'principal')['AWS'] === '*';

/** Public in the plain case: anyone, without a condition. What S3 thinks of conditions is not modelled. */
const isPublic = (document: Json): boolean =>
  statementsOf(document).some(
    (statement) =>
      textAt(statement, 'Effect') === 'Allow' &&
      isEveryone(statement['Principal']) &&
      statement['Condition'] === undefined,
  );

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message);

const checked = (text: string, account: string, mirror: IamMirror): Json => {
  if (Buffer.byteLength(text) > MAX_BYTES) throw malformed('Policy exceeds the maximum allowed document size.');
  const document = parseJson(text);
  if (!isObject(document)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (statementsOf(document).length === 0) throw malformed('Missing required field Statement');
  if (
    statementsOf(document).some(
      (statement) => statement['Principal'] === undefined && statement['NotPrincipal'] === undefined,
    )
  ) {
    throw malformed('Missing required field Principal');
  }
  if (invalidPrincipals(document, account, mirror).length > 0) throw malformed('Invalid principal in policy');
  return document;
};

/** Bucket policies, stored and checked by the gateway and enforced by no one. */
export const s3BucketPolicy = (buckets: Buckets, mirror: IamMirror): Gap => ({
  reason:
    'moto lets any Deny statement of a bucket policy deny everyone, and accepts malformed policies and principals that do not exist',
  handlers: {
    's3:PutBucketPolicy': (call) => {
      const bucket = bucketOf(buckets, call);
      const text = call.body.toString('utf8');
      const document = checked(text, call.account, mirror);
      const block = bucket.documents.get('publicAccessBlock') ?? '';
      if (isPublic(document) && elementText(block, 'BlockPublicPolicy') === 'true') {
        throw new AwsError(
          'AccessDenied',
          'Access Denied: public policies are blocked by the BlockPublicPolicy block public access setting.',
          403,
        );
      }
      bucket.documents.set('policy', text);
      return Promise.resolve({ status: 204, headers: {}, body: '' });
    },
    's3:GetBucketPolicy': (call) => {
      const policy = bucketOf(buckets, call).documents.get('policy');
      if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      return Promise.resolve(textReply(200, policy, 'application/json'));
    },
    's3:DeleteBucketPolicy': (call) => {
      bucketOf(buckets, call).documents.delete('policy');
      return Promise.resolve({ status: 204, headers: {}, body: '' });
    },
    's3:GetBucketPolicyStatus': (call) => {
      const policy = bucketOf(buckets, call).documents.get('policy');
      if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      const status = String(isPublic(parseJson(policy) ?? null)).toUpperCase();
      return Promise.resolve(
        textReply(
          200,
          `<PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsPublic>${status}</IsPublic></PolicyStatus>`,
          'application/xml',
        ),
      );
    },
  },
});
