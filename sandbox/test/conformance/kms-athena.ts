import { GetWorkGroupCommand, ListTagsForResourceCommand } from '@aws-sdk/client-athena';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import type { Json, JsonObject } from '../../json.ts';
import type { Clients } from '../support.ts';
import { ACCOUNT, REGION } from '../support.ts';
import type { TypeCase } from './type-case.ts';
import { orNone, plain, tagsWith } from './type-case.ts';

const keyPolicy = (Action: string, more: JsonObject = {}, sid: JsonObject = {}): JsonObject => ({
  Version: '2012-10-17',
  ...more,
  Statement: [{ ...sid, Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action, Resource: '*' }],
});

const metadata = async ({ kms }: Clients, KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export const KEY: TypeCase = {
  type: 'AWS::KMS::Key',
  name: 'AWS::KMS::Key',
  fixed: {},
  ref: new RegExp(`^${UUID}$`),
  attributes: {
    Arn: new RegExp(`^arn:aws:kms:${REGION}:${ACCOUNT}:key/${UUID}$`),
    KeyId: new RegExp(`^${UUID}$`),
  },
  properties: {
    Description: plain('a', 'b', async (clients, id) => (await metadata(clients, id))?.Description, ''),
    EnableKeyRotation: plain(
      true,
      false,
      async ({ kms }, KeyId) => (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled,
      false,
    ),
    Enabled: plain(true, false, async (clients, id) => (await metadata(clients, id))?.Enabled, true),
    KeyPolicy: plain(
      keyPolicy('kms:*'),
      keyPolicy('kms:Decrypt'),
      async ({ kms }, KeyId) =>
        JSON.parse((await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy ?? '') as unknown,
      keyPolicy('kms:*', { Id: 'key-default-1' }, { Sid: 'Enable IAM User Permissions' }),
    ),
    KeySpec: { first: 'SYMMETRIC_DEFAULT', refused: 'RSA_2048' },
    KeyUsage: { first: 'ENCRYPT_DECRYPT', refused: 'SIGN_VERIFY' },
    MultiRegion: { first: false, refused: true },
    Origin: { first: 'AWS_KMS', refused: 'EXTERNAL' },
    PendingWindowInDays: { first: 7, second: 9, shownBy: 'R7' },
    Tags: {
      first: tagsWith('a'),
      second: tagsWith('b'),
      live: async ({ kms }, KeyId) =>
        (await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags?.find((tag) => tag.TagKey === 'k')?.TagValue,
      shows: ['a', 'b', undefined],
    },
  },
  gone: async (clients, id) => (await metadata(clients, id))?.KeyState === 'PendingDeletion',
};

const key = (Description: string): Json => ({ Type: 'AWS::KMS::Key', Properties: { Description } });

/** The description of the key that an alias stands for. */
const targetOf = async (clients: Clients, name: string): Promise<unknown> => {
  const { Aliases } = await clients.kms.send(new ListAliasesCommand({ Limit: 100 }));
  const id = Aliases?.find((alias) => alias.AliasName === name)?.TargetKeyId;
  return id === undefined ? 'none' : (await metadata(clients, id))?.Description;
};

export const ALIAS: TypeCase = {
  type: 'AWS::KMS::Alias',
  name: 'AWS::KMS::Alias',
  around: { A: key('a'), B: key('b') },
  fixed: { AliasName: 'alias/r10' },
  ref: /^alias\/r10$/,
  attributes: {},
  properties: {
    TargetKeyId: {
      first: { Ref: 'A' },
      second: { 'Fn::GetAtt': ['B', 'Arn'] },
      live: targetOf,
      shows: ['a', 'b'],
    },
  },
  gone: async (clients, id) => (await targetOf(clients, id)) === 'none',
};

const group = async ({ athena }: Clients, WorkGroup: string) =>
  (await athena.send(new GetWorkGroupCommand({ WorkGroup }))).WorkGroup;

const engine = (SelectedEngineVersion: string): JsonObject => ({
  SelectedEngineVersion,
  EffectiveEngineVersion: 'Athena engine version 3',
});
const V3 = 'Athena engine version 3';
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/x`;
const RESULTS = {
  AclConfiguration: { S3AclOption: 'BUCKET_OWNER_FULL_CONTROL' },
  EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY_ARN },
  ExpectedBucketOwner: ACCOUNT,
  OutputLocation: 's3://r10/',
};
const FIRST = {
  BytesScannedCutoffPerQuery: 20_000_000,
  EnforceWorkGroupConfiguration: false,
  ManagedQueryResultsConfiguration: { Enabled: true, EncryptionConfiguration: { KmsKey: KEY_ARN } },
  PublishCloudWatchMetricsEnabled: false,
  RequesterPaysEnabled: true,
};
const STANDARD = { EnableMinimumEncryptionConfiguration: false };

export const WORK_GROUP: TypeCase = {
  type: 'AWS::Athena::WorkGroup',
  name: 'AWS::Athena::WorkGroup',
  fixed: { Name: 'r10-group' },
  ref: /^r10-group$/,
  attributes: { 'WorkGroupConfiguration.EngineVersion.EffectiveEngineVersion': /^Athena engine version 3$/ },
  properties: {
    Description: plain('a', 'b', async (clients, id) => (await group(clients, id))?.Description, undefined),
    RecursiveDeleteOption: { first: false, second: true, shownBy: 'R9' },
    State: plain('DISABLED', 'ENABLED', async (clients, id) => (await group(clients, id))?.State, 'ENABLED'),
    Tags: {
      first: tagsWith('a'),
      second: tagsWith('b'),
      live: async ({ athena }, id) => {
        const ResourceARN = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${id}`;
        const { Tags } = await athena.send(new ListTagsForResourceCommand({ ResourceARN }));
        return Tags?.find((tag) => tag.Key === 'k')?.Value;
      },
      shows: ['a', 'b', undefined],
    },
    WorkGroupConfiguration: {
      first: { ...FIRST, EngineVersion: { SelectedEngineVersion: V3 } },
      second: { ResultConfiguration: RESULTS },
      live: async (clients, id) => (await group(clients, id))?.Configuration,
      shows: [
        { ...STANDARD, ...FIRST, EngineVersion: engine(V3), ResultConfiguration: {} },
        {
          ...STANDARD,
          EnforceWorkGroupConfiguration: true,
          EngineVersion: engine('AUTO'),
          ManagedQueryResultsConfiguration: { Enabled: false },
          PublishCloudWatchMetricsEnabled: true,
          RequesterPaysEnabled: false,
          ResultConfiguration: RESULTS,
        },
        {
          ...STANDARD,
          EnforceWorkGroupConfiguration: true,
          EngineVersion: engine('AUTO'),
          ManagedQueryResultsConfiguration: { Enabled: false },
          PublishCloudWatchMetricsEnabled: true,
          RequesterPaysEnabled: false,
          ResultConfiguration: {},
        },
      ],
    },
  },
  gone: async (clients, id) => (await orNone(['InvalidRequestException'], () => group(clients, id))) === 'none',
};
