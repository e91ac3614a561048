import { compact, isSame, parseJson, textAt } from '../json.ts';
import { bodyText } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { documentText, found, unless } from './common.ts';
import type { ResourceType } from './resource-type.ts';

const GONE = ['NoSuchBucket', 'NoSuchBucketPolicy'];

export const s3BucketPolicy: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  modelled: ['Bucket', 'PolicyDocument'],
  kinds: { PolicyDocument: 'document' },
  identifiers: ['Bucket'],
  isBlind: true,
  async create(context, { properties }, born) {
    const bucket = textAt(properties, 'Bucket') ?? '';
    const existing = await found(GONE, () => context.services.s3('GET', `/${bucket}?policy`));
    if (existing !== undefined)
      throw new AwsError('AlreadyExistsException', `The bucket policy already exists on bucket ${bucket}.`, 409);
    await context.services.s3('PUT', `/${bucket}?policy`, documentText(properties['PolicyDocument']));
    born(bucket);
    return { physicalId: bucket, attributes: {} };
  },
  async update(context, bucket, before, after) {
    if (isSame(before.properties['PolicyDocument'], after.properties['PolicyDocument'])) return;
    await context.services.s3('PUT', `/${bucket}?policy`, documentText(after.properties['PolicyDocument']));
  },
  async remove(context, bucket) {
    await unless(GONE, () => context.services.s3('DELETE', `/${bucket}?policy`));
  },
  async find(context, properties) {
    const bucket = textAt(properties, 'Bucket') ?? '';
    const live = await found(GONE, () => context.services.s3('GET', `/${bucket}?policy`));
    return live && { physicalId: bucket, attributes: {} };
  },
  async read(context, bucket) {
    const reply = await found(GONE, () => context.services.s3('GET', `/${bucket}?policy`));
    return reply && { properties: compact({ Bucket: bucket, PolicyDocument: parseJson(bodyText(reply)) }), tags: [] };
  },
};
