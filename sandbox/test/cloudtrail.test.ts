import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import type { LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { CreateRoleCommand, DeleteRoleCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newTrail } from '../gaps/trail.ts';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import { textReply } from '../protocol/call.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, REGION, allow, bucket, clientsFor, createStack, role, trustOf } from './support.ts';

const IAM_REGION = 'us-east-1';
const TRUST = JSON.stringify(trustOf());

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset());

const trailOf = (region: string, account = ACCOUNT): CloudTrailClient =>
  new CloudTrailClient({
    endpoint: sandbox.endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: account, secretAccessKey: 'x' },
  });

const lookUp = async (region: string, input: LookupEventsCommandInput = {}) => {
  const { Events = [], NextToken } = await trailOf(region).send(new LookupEventsCommand(input));
  const events = Events.map(({ CloudTrailEvent = '', ...event }) => ({
    ...event,
    whole: JSON.parse(CloudTrailEvent) as Record<string, unknown>,
  }));
  return { events, NextToken };
};

const by = (AttributeKey: 'EventName' | 'ReadOnly' | 'ResourceName' | 'Username', AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

const makeRole = (RoleName: string, on: Clients = clients) =>
  on.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));

test('G13 changes are events, newest first, with what was asked and what came of it', async () => {
  await makeRole('g13');
  await clients.iam.send(new ListRolesCommand({}));
  const PolicyDocument = JSON.stringify(allow('s3:GetObject'));
  await clients.iam.send(new PutRolePolicyCommand({ RoleName: 'g13', PolicyName: 'more', PolicyDocument }));
  await expect(clients.iam.send(new DeleteRoleCommand({ RoleName: 'g13-none' }))).rejects.toThrow();
  const { events, NextToken } = await lookUp(IAM_REGION);
  expect([events.map((event) => event.EventName), NextToken]).toEqual([
    ['DeleteRole', 'PutRolePolicy', 'CreateRole'],
    undefined,
  ]);
  const [failed, put, created] = events;
  expect(put).toMatchObject({
    EventSource: 'iam.amazonaws.com',
    ReadOnly: 'false',
    Username: 'root',
    AccessKeyId: ACCOUNT,
    Resources: [
      { ResourceType: 'AWS::IAM::Role', ResourceName: 'g13' },
      { ResourceType: 'AWS::IAM::Policy', ResourceName: 'more' },
    ],
    whole: {
      eventVersion: '1.11',
      eventID: put?.EventId,
      eventTime: put?.EventTime?.toISOString().replace('.000Z', 'Z'),
      eventSource: 'iam.amazonaws.com',
      eventName: 'PutRolePolicy',
      awsRegion: IAM_REGION,
      requestParameters: { roleName: 'g13', policyName: 'more', policyDocument: PolicyDocument },
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      eventCategory: 'Management',
      recipientAccountId: ACCOUNT,
    },
  });
  expect(put?.whole).not.toHaveProperty('errorCode');
  expect(created?.Resources).toContainEqual({
    ResourceType: 'AWS::IAM::Role',
    ResourceName: `arn:aws:iam::${ACCOUNT}:role/g13`,
  });
  expect(failed?.whole).toMatchObject({
    errorCode: 'NoSuchEntityException',
    errorMessage: expect.stringContaining('g13-none') as string,
  });
  // IAM's events are those of us-east-1, and of this account.
  expect((await lookUp(REGION)).events).toEqual([]);
  expect((await trailOf(IAM_REGION, '222222222222').send(new LookupEventsCommand({}))).Events).toEqual([]);
  await sandbox.reset();
  expect((await lookUp(IAM_REGION)).events).toEqual([]);
});

test('G14 events tell who called: the account, a session of a role, or CloudFormation', async () => {
  await makeRole('g14');
  const sts = new STSClient({
    endpoint: sandbox.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/g14`, RoleSessionName: 'jane.doe@acme.example' }),
  );
  await makeRole('g14-by-session', clientsFor(sandbox, Credentials?.AccessKeyId ?? ''));
  await createStack(clients, 'g14', { Resources: { Role: role('g14-by-stack') } });
  const byHand = (await lookUp(IAM_REGION, by('Username', 'jane.doe@acme.example'))).events;
  expect(byHand).toMatchObject([
    {
      EventName: 'CreateRole',
      AccessKeyId: Credentials?.AccessKeyId,
      whole: {
        userIdentity: {
          type: 'AssumedRole',
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/g14/jane.doe@acme.example`,
          principalId: expect.stringMatching(/^AROA\w+:jane\.doe@acme\.example$/) as string,
          sessionContext: {
            sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/g14`, userName: 'g14' },
          },
        },
      },
    },
  ]);
  const { events } = await lookUp(IAM_REGION, by('ResourceName', 'g14-by-stack'));
  expect(events.at(-1)?.whole).toMatchObject({
    eventName: 'CreateRole',
    userIdentity: {
      type: 'Root',
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      invokedBy: 'cloudformation.amazonaws.com',
    },
    sourceIPAddress: 'cloudformation.amazonaws.com',
  });
  const [stack] = (await lookUp(REGION, by('EventName', 'CreateStack'))).events;
  expect(stack).toMatchObject({
    Resources: [
      { ResourceType: 'AWS::CloudFormation::Stack', ResourceName: 'g14' },
      { ResourceType: 'AWS::CloudFormation::Stack', ResourceName: expect.stringContaining(':stack/g14/') as string },
    ],
    whole: { requestParameters: { stackName: 'g14', capabilities: ['CAPABILITY_NAMED_IAM'] } },
  });
  expect(stack?.whole['userIdentity']).not.toHaveProperty('invokedBy');
});

test('G15 events of every service are found by the names of what they are about; data events are none', async () => {
  const Bucket = 'g15-bucket';
  await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));
  const Rules = [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] as const;
  await clients.s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [...Rules] } }),
  );
  await clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` };
  const policy = { Version: '2012-10-17', Statement: [statement] };
  await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  await clients.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'g15' } }));
  await clients.glue.send(
    new CreateTableCommand({ DatabaseName: 'g15', TableInput: { Name: 't', Parameters: { EXTERNAL: 'TRUE' } } }),
  );
  await clients.athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'primary', Description: 'x' }));
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  await clients.kms.send(new CreateAliasCommand({ AliasName: 'alias/g15', TargetKeyId: KeyMetadata?.KeyId }));
  const { events } = await lookUp(REGION);
  const seen = Object.fromEntries(
    events.map(({ EventName = '', Resources = [] }) => [EventName, Resources.map(({ ResourceName }) => ResourceName)]),
  );
  const key = [KeyMetadata?.Arn, KeyMetadata?.KeyId];
  expect(seen).toEqual({
    CreateAlias: [...key, 'alias/g15'],
    CreateKey: key,
    UpdateWorkGroup: ['primary'],
    CreateTable: ['g15', 't'],
    CreateDatabase: ['g15'],
    PutBucketPolicy: [Bucket],
    DeleteBucketPublicAccessBlock: [Bucket],
    PutBucketLifecycle: [Bucket],
    CreateBucket: [Bucket],
  });
  const parametersOf = (name: string): unknown =>
    events.find(({ EventName }) => EventName === name)?.whole['requestParameters'];
  expect(parametersOf('PutBucketPolicy')).toMatchObject({ bucketName: Bucket, bucketPolicy: policy });
  expect(parametersOf('PutBucketLifecycle')).toMatchObject({ LifecycleConfiguration: { Rule: { ID: 'r' } } });
  expect(parametersOf('CreateTable')).toEqual({
    databaseName: 'g15',
    tableInput: { name: 't', parameters: { EXTERNAL: 'TRUE' } },
  });
  const types = events
    .find(({ EventName }) => EventName === 'CreateTable')
    ?.Resources?.map((each) => each.ResourceType);
  expect(types).toEqual(['AWS::Glue::Database', 'AWS::Glue::Table']);
});

test('G16 LookupEvents has pages of 50, one attribute, a time range, and two calls a second', async () => {
  for (let index = 0; index < 51; index += 1)
    await clients.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: `g16-${index}` } }));
  const first = await lookUp(REGION, by('EventName', 'CreateDatabase'));
  expect([first.events.length, first.events[0]?.Resources?.[0]?.ResourceName]).toEqual([50, 'g16-50']);
  const second = await lookUp(REGION, { ...by('EventName', 'CreateDatabase'), NextToken: first.NextToken });
  expect(second).toMatchObject({ events: [{ Resources: [{ ResourceName: 'g16-0' }] }], NextToken: undefined });
  await expect(lookUp(REGION)).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });

  // Refusals are those of other regions, where nothing was looked up yet.
  const refused = async (region: string, input: LookupEventsCommandInput): Promise<string> =>
    lookUp(region, input).then(
      () => 'answered',
      (error: unknown) => (error instanceof Error ? error.name : ''),
    );
  const [name, user] = [...by('EventName', 'x').LookupAttributes, ...by('Username', 'root').LookupAttributes];
  expect(await refused('eu-west-2', { MaxResults: 51 })).toBe('InvalidMaxResultsException');
  expect(await refused('eu-west-2', { NextToken: first.NextToken })).toBe('InvalidNextTokenException');
  const two = name === undefined || user === undefined ? [] : [name, user];
  expect(await refused('eu-west-3', { LookupAttributes: two })).toBe('InvalidLookupAttributesException');
  expect(await refused('eu-west-3', by('ReadOnly', 'true'))).toBe('UnsupportedOperationException');
  const [now, soon] = [new Date(), new Date(Date.now() + 60_000)];
  expect(await refused('eu-central-1', { StartTime: soon, EndTime: now })).toBe('InvalidTimeRangeException');
  expect(await refused('eu-central-1', by('EventName', 'ListRoles'))).toBe('UnsupportedOperationException');

  await makeRole('g16');
  expect((await lookUp(IAM_REGION, { StartTime: soon })).events).toEqual([]);
  const range = { StartTime: new Date(Date.now() - 60_000), EndTime: soon };
  expect((await lookUp(IAM_REGION, range)).events).toMatchObject([{ EventName: 'CreateRole' }]);
});

test('G16 an account keeps its last events only', () => {
  const trail = newTrail(3);
  const call = {
    service: 'glue',
    operation: 'CreateJob',
    from: 'client',
    account: ACCOUNT,
    region: REGION,
    method: 'POST',
    path: '/',
    headers: {},
    body: Buffer.alloc(0),
  } as const;
  for (let atSeconds = 1; atSeconds <= 5; atSeconds += 1)
    trail.add({ id: '', atSeconds, call, reply: textReply(200, '', ''), accessKeyId: '', session: undefined });
  expect(trail.records(ACCOUNT, REGION).map(({ atSeconds }) => atSeconds)).toEqual([3, 4, 5]);
});

test('G15 a stack names its bucket', async () => {
  await createStack(clients, 'g15', { Resources: { Bucket: bucket('g15-by-stack') } });
  const { events } = await lookUp(REGION, by('ResourceName', 'g15-by-stack'));
  expect(events.map(({ EventName }) => EventName)).toContain('CreateBucket');
});
