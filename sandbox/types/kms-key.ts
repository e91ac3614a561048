import type { Json } from '../json.ts';
import { compact, isSame, listAt, objectAt, parseJson, textAt } from '../json.ts';
import { AwsError, notModelled } from '../protocol/errors.ts';
import { documentText, found, tagChanges, unless } from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';

const GONE = ['NotFoundException'];

const kmsTags = (tags: readonly Tag[]): readonly Json[] =>
  tags.map((tag) => ({ TagKey: tag.Key, TagValue: tag.Value }));

const setRotation = async (context: Context, keyId: string, isOn: boolean): Promise<void> => {
  await context.services.json('kms', isOn ? 'EnableKeyRotation' : 'DisableKeyRotation', { KeyId: keyId });
};

const setEnabled = async (context: Context, keyId: string, isOn: boolean): Promise<void> => {
  await context.services.json('kms', isOn ? 'EnableKey' : 'DisableKey', { KeyId: keyId });
};

/** What a key has whose policy nobody gave (KMS key-policy-default). */
const defaultPolicy = (context: Context): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${context.account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

const policyText = (context: Context, { properties }: Desired): string =>
  properties['KeyPolicy'] === undefined ? defaultPolicy(context) : documentText(properties['KeyPolicy']);

/** Other values would need the key made anew, or features that a lake does not use. */
const USUAL = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: 'false', Origin: 'AWS_KMS' };

const liveRotation = async (context: Context, keyId: string): Promise<boolean> => {
  const status = await context.services.json('kms', 'GetKeyRotationStatus', { KeyId: keyId });
  return textAt(status, 'KeyRotationEnabled') === 'true';
};

/** In the order that KMS takes them: only an enabled key can have its rotation changed. A rollback may find it unchanged. */
const setStates = async (context: Context, keyId: string, before: Desired, after: Desired): Promise<void> => {
  const isTurned =
    isRotating(before) !== isRotating(after) && (await liveRotation(context, keyId)) !== isRotating(after);
  if (isTurned && !isEnabled(before) && !isEnabled(after)) {
    throw new AwsError(
      'InvalidRequest',
      'You cannot modify the EnableKeyRotation property when the Enabled property is false. Set Enabled to true to modify the EnableKeyRotation property.',
    );
  }
  if (!isEnabled(before) && isEnabled(after)) await setEnabled(context, keyId, true);
  if (isTurned) await setRotation(context, keyId, isRotating(after));
  if (isEnabled(before) && !isEnabled(after)) await setEnabled(context, keyId, false);
};

const isRotating = (desired: Desired): boolean => textAt(desired.properties, 'EnableKeyRotation') === 'true';
const isEnabled = (desired: Desired): boolean => textAt(desired.properties, 'Enabled') !== 'false';

const read = async (context: Context, keyId: string): Promise<Desired | undefined> => {
  const { services } = context;
  const key = await found(GONE, () => services.json('kms', 'DescribeKey', { KeyId: keyId }));
  const metadata = objectAt(key, 'KeyMetadata');
  // A key waiting for its deletion is gone for CloudFormation.
  if (key === undefined || textAt(metadata, 'KeyState') === 'PendingDeletion') return undefined;
  const [policy, rotation, tags] = await Promise.all([
    services.json('kms', 'GetKeyPolicy', { KeyId: keyId, PolicyName: 'default' }),
    services.json('kms', 'GetKeyRotationStatus', { KeyId: keyId }),
    services.json('kms', 'ListResourceTags', { KeyId: keyId }),
  ]);
  const properties = compact({
    Description: textAt(metadata, 'Description'),
    Enabled: textAt(metadata, 'Enabled'),
    EnableKeyRotation: textAt(rotation, 'KeyRotationEnabled'),
    KeyPolicy: parseJson(textAt(policy, 'Policy') ?? ''),
    KeySpec: textAt(metadata, 'KeySpec') ?? 'SYMMETRIC_DEFAULT',
    KeyUsage: textAt(metadata, 'KeyUsage') ?? 'ENCRYPT_DECRYPT',
    MultiRegion: textAt(metadata, 'MultiRegion') ?? 'false',
    Origin: textAt(metadata, 'Origin') ?? 'AWS_KMS',
  });
  return {
    properties,
    tags: listAt(tags, 'Tags').map((tag) => ({
      Key: textAt(tag, 'TagKey') ?? '',
      Value: textAt(tag, 'TagValue') ?? '',
    })),
  };
};

export const kmsKey: ResourceType = {
  type: 'AWS::KMS::Key',
  modelled: [
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeyPolicy',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'Origin',
    'PendingWindowInDays',
    'Tags',
  ],
  kinds: { KeyPolicy: 'document' },
  attributes: ['Arn', 'KeyId'],
  identifiers: ['KeyId'],
  writeOnly: ['PendingWindowInDays'],
  check(properties) {
    for (const [name, value] of Object.entries(USUAL)) {
      const given = textAt(properties, name) ?? value;
      if (given !== value) throw notModelled(`AWS::KMS::Key with ${name} ${given}`);
    }
    const days = Number(textAt(properties, 'PendingWindowInDays') ?? '30');
    if (!(days >= 7 && days <= 30))
      throw new AwsError(
        'ValidationError',
        `Properties validation failed: PendingWindowInDays ${days} is not from 7 to 30`,
      );
  },
  async create(context, desired, born) {
    const answer = await context.services.json(
      'kms',
      'CreateKey',
      compact({
        Description: textAt(desired.properties, 'Description') ?? '',
        Policy: policyText(context, desired),
        Tags: kmsTags(desired.tags),
      }),
    );
    const metadata = objectAt(answer, 'KeyMetadata');
    const keyId = textAt(metadata, 'KeyId') ?? '';
    born(keyId);
    await setStates(context, keyId, { properties: {}, tags: [] }, desired);
    return { physicalId: keyId, attributes: { Arn: textAt(metadata, 'Arn') ?? '', KeyId: keyId } };
  },
  async update(context, keyId, before, after) {
    const { services } = context;
    const differs = (name: string): boolean => !isSame(before.properties[name], after.properties[name]);
    if (differs('Description')) {
      await services.json('kms', 'UpdateKeyDescription', {
        KeyId: keyId,
        Description: textAt(after.properties, 'Description') ?? '',
      });
    }
    if (differs('KeyPolicy')) {
      await services.json('kms', 'PutKeyPolicy', {
        KeyId: keyId,
        PolicyName: 'default',
        Policy: policyText(context, after),
      });
    }
    await setStates(context, keyId, before, after);
    const { set, removed } = tagChanges(before.tags, after.tags);
    if (set.length > 0) await services.json('kms', 'TagResource', { KeyId: keyId, Tags: kmsTags(set) });
    if (removed.length > 0) await services.json('kms', 'UntagResource', { KeyId: keyId, TagKeys: removed });
  },
  async remove(context, keyId, properties) {
    const days = Number(textAt(properties, 'PendingWindowInDays') ?? '30');
    await unless([...GONE, 'KMSInvalidStateException'], () =>
      context.services.json('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: days }),
    );
  },
  async find(context, properties) {
    const keyId = textAt(properties, 'KeyId') ?? '';
    const key = await found(GONE, () => context.services.json('kms', 'DescribeKey', { KeyId: keyId }));
    const metadata = objectAt(key, 'KeyMetadata');
    if (key === undefined || textAt(metadata, 'KeyState') === 'PendingDeletion') return undefined;
    const id = textAt(metadata, 'KeyId') ?? keyId;
    return { physicalId: id, attributes: { Arn: textAt(metadata, 'Arn') ?? '', KeyId: id } };
  },
  read,
};
