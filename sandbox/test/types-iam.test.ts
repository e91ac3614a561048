import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
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
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const documentOf = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));
const physicalId = async (stack: string, id: string): Promise<string> =>
  (await clients.cfn.send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id })))
    .StackResourceDetail?.PhysicalResourceId ?? '';

test('R3 an invalid principal fails a role, and its trust policy is put back', async () => {
  const template = (principal?: object): object => ({
    Resources: { Role: role('r3-role', { AssumeRolePolicyDocument: trustOf(principal) }) },
  });
  await createStack(clients, 'r3', template());
  const nobody = { AWS: `arn:aws:iam::${ACCOUNT}:user/none` };
  const bad = await updateStack(clients, 'r3', template(nobody));
  expect(bad.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 'r3', 'UPDATE_FAILED')).toContain('Invalid principal in policy');
  const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: 'r3-role' }));
  expect(documentOf(Role?.AssumeRolePolicyDocument)).toEqual(trustOf());
  await deleteStack(clients, 'r3');
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

test('R6 a role policy cannot lose its document', async () => {
  const template = (properties: object): object => ({
    Resources: {
      Role: role('r6-role'),
      Policy: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'p', ...properties },
      },
    },
  });
  const name = { RoleName: 'r6-role', PolicyName: 'p' };
  const live = async (): Promise<unknown> =>
    documentOf((await clients.iam.send(new GetRolePolicyCommand(name))).PolicyDocument);
  await createStack(clients, 'r6', template({ PolicyDocument: allow('s3:*') }));
  expect((await updateStack(clients, 'r6', template({}))).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await live()).toEqual(allow('s3:*'));
  await updateStack(clients, 'r6', { Resources: { Role: role('r6-role') } });
  await expect(live()).rejects.toThrow();
});

test('R11 OIDC providers: one for each URL, and client ids may be said twice', async () => {
  const template = (id: string, Url: string): object => ({
    Resources: {
      [id]: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url, ThumbprintList: ['a'.repeat(40)] } },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': [id, 'Arn'] } } },
  });
  const stack = await createStack(clients, 'r11', template('One', 'https://r11.acme.example'));
  const OpenIDConnectProviderArn = stack.Outputs?.[0]?.OutputValue ?? '';
  expect(OpenIDConnectProviderArn).toBe(`arn:aws:iam::${ACCOUNT}:oidc-provider/r11.acme.example`);
  for (const ClientID of ['x', 'x', 'y'])
    await clients.iam.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
  for (const ClientID of ['y', 'y'])
    await clients.iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
  const live = await clients.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  expect(live).toMatchObject({ ClientIDList: ['x'], Url: 'r11.acme.example' });
  const second = await createStack(clients, 'r11-again', template('Two', 'https://r11.acme.example'));
  expect(second.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect((await clients.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))).Url).toBe(
    live.Url,
  );
  const plain = await createStack(clients, 'r11-http', template('Plain', 'http://r11.acme.example'));
  expect(plain.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect((await deleteStack(clients, 'r11')).StackStatus).toBe('DELETE_COMPLETE');
});
