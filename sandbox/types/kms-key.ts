import type { Json } from '../json.ts';
import { compact, isSame, listAt, objectAt, parseJson, textAt } from '../json.ts';
import { documentText, found, onlyKnown, tagChanges, unless } from './common.ts';
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
    'PendingWindowInDays',
    'Tags',
  ],
  attributes: ['Arn', 'KeyId'],
  identifiers: ['KeyId'],
  writeOnly: ['PendingWindowInDays'],
  check(properties) {
    const usual = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' };
    for (const [name, value] of Object.entries(usual)) {
      if ((textAt(properties, name) ?? value) !== value) onlyKnown(`a KMS key with`, { [name]: '' }, []);
    }
  },
  async create(context, desired, born) {
    const answer = await context.services.json(
      'kms',
      'CreateKey',
      compact({
        Description: textAt(desired.properties, 'Description') ?? '',
        Policy:
          desired.properties['KeyPolicy'] === undefined ? undefined : documentText(desired.properties['KeyPolicy']),
        Tags: kmsTags(desired.tags),
      }),
    );
    const metadata = objectAt(answer, 'KeyMetadata');
    const keyId = textAt(metadata, 'KeyId') ?? '';
    born(keyId);
    if (isRotating(desired)) await setRotation(context, keyId, true);
    if (!isEnabled(desired)) await setEnabled(context, keyId, false);
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
        Policy: documentText(after.properties['KeyPolicy']),
      });
    }
    if (isEnabled(before) !== isEnabled(after)) await setEnabled(context, keyId, isEnabled(after));
    if (isRotating(before) !== isRotating(after)) await setRotation(context, keyId, isRotating(after));
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
