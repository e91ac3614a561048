import {
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  REGION,
  bucket,
  createStack,
  deleteStack,
  reasonsOf,
  role,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string;
  readonly Condition?: object;
}

const documentOf = (...statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });

/** A role for CloudFormation that may do what the statements say. */
const serviceRole = async (RoleName: string, ...statements: readonly Statement[]): Promise<string> => {
  const trust = JSON.stringify(trustOf({ Service: 'cloudformation.amazonaws.com' }));
  const made = await world.clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await allowed(RoleName, ...statements);
  return made.Role?.Arn ?? '';
};

const allowed = (RoleName: string, ...statements: readonly Statement[]): Promise<unknown> =>
  world.clients.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: documentOf(...statements) }),
  );

const boundaryOf = async (PolicyName: string, ...statements: readonly Statement[]): Promise<string> => {
  const PolicyDocument = documentOf(...statements);
  return (await world.clients.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn ?? '';
};

const EVERYTHING: Statement = { Action: '*' };
const Tags = [{ Key: 'edl:instance', Value: 'dev01' }];
let made = 0;

/** Creates a stack with the role, and tells why that failed. */
const attempt = async (RoleARN: string, resource: object, options: object = {}): Promise<string> => {
  made += 1;
  const name = `s32-${made}`;
  const stack = await createStack(world.clients, name, { Resources: { It: resource } }, { RoleARN, ...options });
  return stack.StackStatus === 'CREATE_COMPLETE' ? '' : reasonsOf(world.clients, stack.StackId ?? '', 'CREATE_FAILED');
};
const nobodyAllows = (action: string): string => `because no identity-based policy allows the ${action} action`;

test('S32 conditions of the service role are judged: boundaries, attached policies, tags', async () => {
  const inside = await boundaryOf('inside', EVERYTHING);
  const outside = await boundaryOf('outside', EVERYTHING);
  const arn = await serviceRole(
    's32-roles',
    { Action: ['iam:Get*', 'iam:List*', 'iam:Delete*', 'iam:Detach*', 'iam:Tag*', 'iam:Put*'] },
    { Action: 'iam:CreateRole', Condition: { StringEquals: { 'iam:PermissionsBoundary': inside } } },
    {
      Action: 'iam:AttachRolePolicy',
      Condition: { ArnLike: { 'iam:PolicyARN': `arn:aws:iam::${ACCOUNT}:policy/in*` } },
    },
    {
      Effect: 'Deny',
      Action: 'iam:PutRolePolicy',
      Condition: { StringNotEquals: { 'aws:ResourceTag/edl:instance': 'dev01' } },
    },
  );
  expect(await attempt(arn, role('s32-a'))).toContain(nobodyAllows('iam:CreateRole'));
  expect(await attempt(arn, role('s32-b', { PermissionsBoundary: outside }))).toContain(nobodyAllows('iam:CreateRole'));
  expect(await attempt(arn, role('s32-c', { PermissionsBoundary: inside, ManagedPolicyArns: [inside] }))).toBe('');
  expect(await attempt(arn, role('s32-d', { PermissionsBoundary: inside, ManagedPolicyArns: [outside] }))).toContain(
    nobodyAllows('iam:AttachRolePolicy'),
  );
  const Policies = [{ PolicyName: 'x', PolicyDocument: JSON.parse(documentOf(EVERYTHING)) as object }];
  expect(await attempt(arn, role('s32-e', { PermissionsBoundary: inside, Policies }))).toContain(
    'with an explicit deny in an identity-based policy',
  );
  expect(await attempt(arn, role('s32-f', { PermissionsBoundary: inside, Policies }), { Tags })).toBe('');
});

test('S32 tags on creation need the right to tag', async () => {
  const tagged = { StringEquals: { 'aws:RequestTag/edl:instance': 'dev01' } };
  const arn = await serviceRole(
    's32-tags',
    { Action: ['iam:CreateRole', 'iam:GetRole', 'athena:CreateWorkGroup'] },
    { Action: ['kms:CreateKey', 'kms:TagResource'], Condition: tagged },
    { Action: 'kms:*Alias', Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/s32-*` },
  );
  const denied = (action: string, resource: string): string =>
    `assumed-role/s32-tags/AWSCloudFormation is not authorized to perform: ${action} on resource: ${resource}`;
  expect(await attempt(arn, role('s32-tagged'))).toContain(
    denied('iam:TagRole', `arn:aws:iam::${ACCOUNT}:role/s32-tagged`),
  );
  const group = { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 's32-group' } };
  expect(await attempt(arn, group)).toContain(
    denied('athena:TagResource', `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/s32-group`),
  );
  const key = { Type: 'AWS::KMS::Key', Properties: {} };
  expect(await attempt(arn, key)).toContain(denied('kms:CreateKey', '*'));
  expect(await attempt(arn, key, { Tags })).toBe('');
  const Resources = {
    Key: key,
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/s32-a', TargetKeyId: { Ref: 'Key' } } },
  };
  await createStack(world.clients, 's32-keys', { Resources }, { RoleARN: arn, Tags, DisableRollback: true });
  expect(await reasonsOf(world.clients, 's32-keys', 'CREATE_FAILED')).toMatch(
    /perform: kms:CreateAlias on resource: arn:aws:kms:eu-west-1:111111111111:key\//,
  );
  await allowed('s32-tags', {
    Action: ['kms:*'],
    Condition: { StringEqualsIfExists: { 'aws:ResourceTag/edl:instance': 'dev01' }, Null: { 'aws:CalledVia': 'true' } },
  });
  const again = await updateStack(world.clients, 's32-keys', { Resources }, { Tags, DisableRollback: true });
  expect(again.StackStatus).toBe('UPDATE_COMPLETE');
});

test('S32 a permissions boundary of the service role limits it', async () => {
  const arn = await serviceRole('s32-bound', EVERYTHING);
  const PermissionsBoundary = await boundaryOf(
    'limit',
    { Action: 's3:*', Resource: 'arn:aws:s3:::s32-*' },
    { Effect: 'Deny', Action: 's3:PutBucketVersioning' },
  );
  await world.clients.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 's32-bound', PermissionsBoundary }));
  expect(await attempt(arn, bucket('s32-bucket'))).toBe('');
  expect(await attempt(arn, bucket('other-bucket'))).toContain(
    'because no permissions boundary allows the s3:CreateBucket action',
  );
  const versioned = bucket('s32-versioned', { VersioningConfiguration: { Status: 'Enabled' } });
  expect(await attempt(arn, versioned)).toContain('with an explicit deny in a permissions boundary');
});

test('P4 S32 keys, operators and variables that are not modelled are refused, not guessed', async () => {
  const withCondition = async (Condition: object, Resource = '*'): Promise<string> => {
    await allowed('s32-odd', { Action: 'iam:*', Resource, Condition });
    return attempt(arn, role('s32-odd-role'));
  };
  const arn = await serviceRole('s32-odd', EVERYTHING);
  expect(await withCondition({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toContain(
    'does not model the condition key aws:PrincipalOrgID of iam:CreateRole',
  );
  expect(await withCondition({ DateLessThan: { 'aws:RequestedRegion': '2026-01-01T00:00:00Z' } })).toContain(
    'does not model the condition operator DateLessThan',
  );
  expect(await withCondition({}, 'arn:aws:iam::111111111111:role/${aws:PrincipalTag/team}')).toContain(
    'does not model the policy variable',
  );
  expect(
    await withCondition({ StringLike: { 'aws:RequestedRegion': 'us-*' }, Bool: { 'aws:ViaAWSService': 'false' } }),
  ).toBe('');
  await deleteStack(world.clients, `s32-${made}`);
});
