import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import {
  ACCOUNT,
  allow,
  clientsFor,
  createStack,
  deleteStack,
  reasonsOf,
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

const documentOf = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));
const physicalId = async (stack: string, id: string): Promise<string> =>
  (await clients.cfn.send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id })))
    .StackResourceDetail?.PhysicalResourceId ?? '';

test('R3 roles', async () => {
  const boundary = (name: string): object => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { ManagedPolicyName: name, PolicyDocument: allow('*') },
  });
  const inline = (name: string, action: string): object => ({ PolicyName: name, PolicyDocument: allow(action) });
  const template = (properties: object): object => ({
    Resources: {
      B1: boundary('r3-b1'),
      B2: boundary('r3-b2'),
      Role: role('r3-role', { Path: '/edl/', ...properties }),
    },
    Outputs: { Id: { Value: { 'Fn::GetAtt': ['Role', 'RoleId'] } } },
  });
  const stack = await createStack(
    clients,
    'r3',
    template({
      Description: 'a',
      MaxSessionDuration: 7200,
      PermissionsBoundary: { Ref: 'B1' },
      ManagedPolicyArns: [{ Ref: 'B1' }],
      Policies: [inline('one', 's3:GetObject'), inline('two', 's3:PutObject')],
      Tags: [
        { Key: 'k', Value: '1' },
        { Key: 'l', Value: '1' },
      ],
    }),
  );
  const live = async () => (await clients.iam.send(new GetRoleCommand({ RoleName: 'r3-role' }))).Role;
  const names = async () => (await clients.iam.send(new ListRolePoliciesCommand({ RoleName: 'r3-role' }))).PolicyNames;
  const attached = async () =>
    (await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r3-role' }))).AttachedPolicies?.map(
      (policy) => policy.PolicyName,
    );
  const before = await live();
  expect(before).toMatchObject({
    Path: '/edl/',
    Description: 'a',
    MaxSessionDuration: 7200,
    RoleId: stack.Outputs?.[0]?.OutputValue,
    PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/r3-b1` },
  });
  expect([await names(), await attached()]).toEqual([['one', 'two'], ['r3-b1']]);
  await updateStack(
    clients,
    'r3',
    template({
      PermissionsBoundary: { Ref: 'B2' },
      ManagedPolicyArns: [{ Ref: 'B2' }],
      Policies: [inline('two', 's3:*'), inline('three', 's3:List*')],
      Tags: [{ Key: 'k', Value: '2' }],
      AssumeRolePolicyDocument: trustOf({ Service: 'glue.amazonaws.com' }),
    }),
  );
  const after = await live();
  expect(after).toMatchObject({
    MaxSessionDuration: 3600,
    PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/r3-b2` },
  });
  expect(after?.Description ?? '').toBe('');
  expect(documentOf(after?.AssumeRolePolicyDocument)).toEqual(trustOf({ Service: 'glue.amazonaws.com' }));
  expect(after?.Tags).toContainEqual({ Key: 'k', Value: '2' });
  expect(after?.Tags?.map((tag) => tag.Key)).not.toContain('l');
  expect([await names(), await attached()]).toEqual([['two', 'three'], ['r3-b2']]);
  const two = await clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r3-role', PolicyName: 'two' }));
  expect(documentOf(two.PolicyDocument)).toEqual(allow('s3:*'));
  await updateStack(clients, 'r3', template({}));
  expect((await live())?.PermissionsBoundary).toBeUndefined();
  const bad = await updateStack(
    clients,
    'r3',
    template({ AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:user/none` }) }),
  );
  expect(bad.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r3', 'UPDATE_FAILED')).toContain('Invalid principal in policy');
  expect((await deleteStack(clients, 'r3')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R4 a foreign policy holds a role', async () => {
  await createStack(clients, 'r4', { Resources: { Role: role('r4-role') } });
  const { Policy } = await clients.iam.send(
    new CreatePolicyCommand({ PolicyName: 'r4-foreign', PolicyDocument: JSON.stringify(allow('s3:*')) }),
  );
  const link = { RoleName: 'r4-role', PolicyArn: Policy?.Arn };
  await clients.iam.send(new AttachRolePolicyCommand(link));
  expect((await deleteStack(clients, 'r4')).StackStatus).toBe('DELETE_FAILED');
  expect(await reasonsOf(clients, 'r4', 'DELETE_FAILED')).toContain(
    'Cannot delete entity, must detach all policies first.',
  );
  await clients.iam.send(new DetachRolePolicyCommand(link));
  expect((await deleteStack(clients, 'r4')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R5 managed policies keep at most five versions', async () => {
  const template = (action: string, Roles: string[]): object => ({
    Resources: {
      Role: role('r5-role'),
      Policy: {
        Type: 'AWS::IAM::ManagedPolicy',
        DependsOn: 'Role',
        Properties: {
          ManagedPolicyName: 'r5-policy',
          Path: '/edl/',
          Description: 'd',
          PolicyDocument: allow(action),
          Roles,
        },
      },
    },
  });
  await createStack(clients, 'r5', template('s3:A0', ['r5-role']));
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/edl/r5-policy`;
  expect(await physicalId('r5', 'Policy')).toBe(PolicyArn);
  for (let index = 1; index <= 6; index += 1)
    await updateStack(clients, 'r5', template(`s3:A${index}`, index === 6 ? [] : ['r5-role']));
  const { Versions } = await clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions?.map((version) => version.VersionId).sort()).toEqual(['v3', 'v4', 'v5', 'v6', 'v7']);
  const live = await clients.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v7' }));
  expect(live.PolicyVersion?.IsDefaultVersion).toBe(true);
  expect(documentOf(live.PolicyVersion?.Document)).toEqual(allow('s3:A6'));
  expect(
    (await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r5-role' }))).AttachedPolicies,
  ).toEqual([]);
  expect((await deleteStack(clients, 'r5')).StackStatus).toBe('DELETE_COMPLETE');
});

test('R6 role policies', async () => {
  const template = (action: string): object => ({
    Resources: {
      Role: role('r6-role'),
      Policy: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'p', PolicyDocument: allow(action) },
      },
    },
  });
  const live = async (): Promise<unknown> =>
    documentOf(
      (await clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r6-role', PolicyName: 'p' }))).PolicyDocument,
    );
  await createStack(clients, 'r6', template('s3:GetObject'));
  expect(await live()).toEqual(allow('s3:GetObject'));
  await updateStack(clients, 'r6', template('s3:*'));
  expect(await live()).toEqual(allow('s3:*'));
  await updateStack(clients, 'r6', { Resources: { Role: role('r6-role') } });
  await expect(live()).rejects.toThrow();
});
