import {
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type OwnershipControls,
  type PublicAccessBlockConfiguration,
  type ServerSideEncryptionRule,
  type VersioningConfiguration,
} from '@aws-sdk/client-s3';
import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
import { listOf, objectOf, textOf } from '../../../src/resources/shared/properties.ts';
import { asInput, type Door } from './door.ts';

/** CloudFormation's words in those of the S3 API. */
const encryptionRule = (rule: Json): ServerSideEncryptionRule => {
  const { ServerSideEncryptionByDefault: byDefault, ...rest } = objectOf(rule);
  return asInput({ ...rest, ApplyServerSideEncryptionByDefault: objectOf(byDefault) });
};

const lifecycleRule = (rule: Json): LifecycleRule => {
  const { Id, ...rest } = objectOf(rule);
  return asInput({ ...rest, ID: textOf(Id), Filter: { Prefix: '' } });
};

const nameOf = (properties: JsonObject) => ({ Bucket: textOf(properties['BucketName']) });

export const bucketDoors: Readonly<Record<string, Door>> = {
  BucketEncryption: async ({ clients: { s3 } }, properties) => {
    const rules = listOf(objectOf(properties['BucketEncryption'])['ServerSideEncryptionConfiguration']);
    const ServerSideEncryptionConfiguration = { Rules: rules.map(encryptionRule) };
    await s3.send(new PutBucketEncryptionCommand({ ...nameOf(properties), ServerSideEncryptionConfiguration }));
  },
  LifecycleConfiguration: async ({ clients: { s3 } }, properties) => {
    const rules = listOf(objectOf(properties['LifecycleConfiguration'])['Rules']);
    const LifecycleConfiguration = { Rules: rules.map(lifecycleRule) };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ ...nameOf(properties), LifecycleConfiguration }));
  },
  OwnershipControls: async ({ clients: { s3 } }, properties) => {
    const OwnershipControls = asInput<OwnershipControls>(properties['OwnershipControls']);
    await s3.send(new PutBucketOwnershipControlsCommand({ ...nameOf(properties), OwnershipControls }));
  },
  PublicAccessBlockConfiguration: async ({ clients: { s3 } }, properties) => {
    const PublicAccessBlockConfiguration = asInput<PublicAccessBlockConfiguration>(
      properties['PublicAccessBlockConfiguration'],
    );
    await s3.send(new PutPublicAccessBlockCommand({ ...nameOf(properties), PublicAccessBlockConfiguration }));
  },
  VersioningConfiguration: async ({ clients: { s3 } }, properties) => {
    const VersioningConfiguration = asInput<VersioningConfiguration>(properties['VersioningConfiguration']);
    await s3.send(new PutBucketVersioningCommand({ ...nameOf(properties), VersioningConfiguration }));
  },
};

export const bucketPolicyDoors: Readonly<Record<string, Door>> = {
  PolicyDocument: async ({ clients: { s3 } }, properties) => {
    const Policy = JSON.stringify(properties['PolicyDocument']);
    await s3.send(new PutBucketPolicyCommand({ Bucket: textOf(properties['Bucket']), Policy }));
  },
};
