import {
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type OwnershipControlsRule,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../../src/reconciler/model/json.ts';

import type { Door } from './door.ts';

/** CloudFormation's words in those of the S3 API. */
const encryptionRule = (rule: Json): ServerSideEncryptionRule => {
  const { ServerSideEncryptionByDefault: byDefault, ...rest } = objectOf(rule);
  const { SSEAlgorithm, ...key } = objectOf(byDefault);
  return {
    ...rest,
    ApplyServerSideEncryptionByDefault: { ...key, SSEAlgorithm: SSEAlgorithm === 'AES256' ? 'AES256' : 'aws:kms' },
  };
};

const lifecycleRule = (rule: Json): LifecycleRule => {
  const { Id, Status, ...rest } = objectOf(rule);
  return { ...rest, ID: textOf(Id), Status: Status === 'Disabled' ? 'Disabled' : 'Enabled', Filter: { Prefix: '' } };
};

const ownershipRule = (rule: Json): OwnershipControlsRule => ({
  ObjectOwnership:
    objectOf(rule)['ObjectOwnership'] === 'BucketOwnerPreferred' ? 'BucketOwnerPreferred' : 'BucketOwnerEnforced',
});

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
    const rules = listOf(objectOf(properties['OwnershipControls'])['Rules']);
    const OwnershipControls = { Rules: rules.map(ownershipRule) };
    await s3.send(new PutBucketOwnershipControlsCommand({ ...nameOf(properties), OwnershipControls }));
  },
  PublicAccessBlockConfiguration: async ({ clients: { s3 } }, properties) => {
    const PublicAccessBlockConfiguration = objectOf(properties['PublicAccessBlockConfiguration']);
    await s3.send(new PutPublicAccessBlockCommand({ ...nameOf(properties), PublicAccessBlockConfiguration }));
  },
  VersioningConfiguration: async ({ clients: { s3 } }, properties) => {
    const VersioningConfiguration = objectOf(properties['VersioningConfiguration']);
    await s3.send(new PutBucketVersioningCommand({ ...nameOf(properties), VersioningConfiguration }));
  },
};

export const bucketPolicyDoors: Readonly<Record<string, Door>> = {
  PolicyDocument: async ({ clients: { s3 } }, properties) => {
    const Policy = JSON.stringify(properties['PolicyDocument']);
    await s3.send(new PutBucketPolicyCommand({ Bucket: textOf(properties['Bucket']), Policy }));
  },
};
