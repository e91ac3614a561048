import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import {
  ACCOUNT,
  allow,
  changeSet,
  clientsFor,
  createStack,
  deleteStack,
  role,
  trustOf,
  updateStack,
} from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const keyPolicy = (action: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: action, Resource: '*' }],
});
const block = (value: boolean): object => ({
  BlockPublicAcls: value,
  IgnorePublicAcls: value,
  BlockPublicPolicy: value,
  RestrictPublicBuckets: value,
});
const tags = (value: string): object => ({ Tags: [{ Key: 'k', Value: value }] });

/** Every property that can be set, and then every one that can be changed in place. */
const TYPES: readonly (readonly [type: string, fixed: object, first: object, second: object])[] = [
  [
    'AWS::S3::Bucket',
    { BucketName: 'r10-bucket' },
    {
      ...tags('a'),
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: block(true),
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: {
        Rules: [{ Id: 'a', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }],
      },
    },
    {
      ...tags('b'),
      VersioningConfiguration: { Status: 'Suspended' },
      PublicAccessBlockConfiguration: block(false),
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      LifecycleConfiguration: { Rules: [{ Id: 'b', Status: 'Disabled', Prefix: 'x/', ExpirationInDays: 3 }] },
    },
  ],
  [
    'AWS::IAM::Role',
    { RoleName: 'r10-role', Path: '/x/' },
    { ...tags('a'), AssumeRolePolicyDocument: trustOf(), Description: 'a', MaxSessionDuration: 3600 },
    {
      ...tags('b'),
      AssumeRolePolicyDocument: trustOf({ Service: 'glue.amazonaws.com' }),
      Description: 'b',
      MaxSessionDuration: 7200,
      Policies: [{ PolicyName: 'p', PolicyDocument: allow('s3:Get*') }],
    },
  ],
  [
    'AWS::IAM::ManagedPolicy',
    { ManagedPolicyName: 'r10-policy', Description: 'd', Path: '/x/' },
    { PolicyDocument: allow('s3:Get*') },
    { PolicyDocument: allow('s3:Put*'), Roles: [{ Ref: 'Base' }] },
  ],
  [
    'AWS::IAM::RolePolicy',
    { RoleName: { Ref: 'Base' }, PolicyName: 'r10-inline' },
    { PolicyDocument: allow('s3:Get*') },
    { PolicyDocument: allow('s3:Put*') },
  ],
  [
    'AWS::KMS::Key',
    { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', PendingWindowInDays: 7 },
    { ...tags('a'), Description: 'a', EnableKeyRotation: true, Enabled: true, KeyPolicy: keyPolicy('kms:*') },
    { ...tags('b'), Description: 'b', EnableKeyRotation: false, Enabled: true, KeyPolicy: keyPolicy('kms:Decrypt') },
  ],
];

for (const [Type, fixed, first, second] of TYPES) {
  test(`R10 ${Type} comes back as it was put, also after a change`, async () => {
    const name = `r10-${Type.split('::').slice(1).join('-')}`;
    const template = (properties: object): object => ({
      Resources: { Base: role(`${name}-base`), Made: { Type, Properties: { ...fixed, ...properties } } },
    });
    const expectInSync = async (properties: object, ChangeSetName: string): Promise<void> => {
      const shown = await changeSet(clients, name, template(properties), {
        DeploymentMode: 'REVERT_DRIFT',
        ChangeSetName,
      });
      expect([shown.Changes, shown.StackDriftStatus]).toEqual([[], 'IN_SYNC']);
    };
    expect((await createStack(clients, name, template(first))).StackStatus).toBe('CREATE_COMPLETE');
    await expectInSync(first, 'first');
    expect((await updateStack(clients, name, template(second))).StackStatus).toBe('UPDATE_COMPLETE');
    await expectInSync(second, 'second');
    expect((await deleteStack(clients, name)).StackStatus).toBe('DELETE_COMPLETE');
  });
}
