import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Json, JsonObject } from '../../json.ts';
import type { Clients } from '../support.ts';
import { ACCOUNT } from '../support.ts';
import type { Ask, TypeCase } from './type-case.ts';
import { orNone, plain, tagsWith } from './type-case.ts';

const GONE = ['NoSuchEntityException'];

const allow = (Action: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const trust = (Principal: JsonObject): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const role = (RoleName: string): Json => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: trust(ROOT) },
});
const policy = (ManagedPolicyName: string): Json => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { ManagedPolicyName, PolicyDocument: allow('*') },
});
const policyArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const documentOf = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));

const liveRole = async ({ iam }: Clients, RoleName: string) => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
const inlineOf: Ask = async ({ iam }, RoleName) => {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return { PolicyName, PolicyDocument: documentOf(PolicyDocument) };
    }),
  );
};
const inline = (name: string, action: string): Json => ({ PolicyName: name, PolicyDocument: allow(action) });

export const ROLE: TypeCase = {
  type: 'AWS::IAM::Role',
  name: 'AWS::IAM::Role',
  around: { A: policy('r10-a'), B: policy('r10-b') },
  fixed: { RoleName: 'r10-role', Path: '/x/' },
  ref: /^r10-role$/,
  attributes: { Arn: new RegExp(`^arn:aws:iam::${ACCOUNT}:role/x/r10-role$`), RoleId: /^AROA\w+$/ },
  properties: {
    AssumeRolePolicyDocument: plain(trust(ROOT), trust({ Service: 'glue.amazonaws.com' }), async (clients, id) =>
      documentOf((await liveRole(clients, id))?.AssumeRolePolicyDocument),
    ),
    Description: plain('a', 'b', async (clients, id) => (await liveRole(clients, id))?.Description ?? '', ''),
    ManagedPolicyArns: {
      first: [{ Ref: 'A' }],
      second: [{ Ref: 'B' }],
      live: async ({ iam }, RoleName) =>
        (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies?.map(
          (attached) => attached.PolicyArn,
        ),
      shows: [[policyArn('r10-a')], [policyArn('r10-b')], []],
    },
    MaxSessionDuration: plain(
      7200,
      3700,
      async (clients, id) => (await liveRole(clients, id))?.MaxSessionDuration,
      3600,
    ),
    PermissionsBoundary: {
      first: { Ref: 'A' },
      second: { Ref: 'B' },
      live: async (clients, id) => (await liveRole(clients, id))?.PermissionsBoundary?.PermissionsBoundaryArn,
      shows: [policyArn('r10-a'), policyArn('r10-b'), undefined],
    },
    Policies: {
      ...plain([inline('one', 's3:Get*'), inline('two', 's3:Put*')], [inline('two', 's3:*')], inlineOf, []),
      second: [{ PolicyName: 'two', PolicyDocument: JSON.stringify(allow('s3:*')) }],
    },
    Tags: {
      first: tagsWith('a'),
      second: tagsWith('b'),
      live: async (clients, id) => (await liveRole(clients, id))?.Tags?.find((tag) => tag.Key === 'k')?.Value,
      shows: ['a', 'b', undefined],
    },
  },
  gone: async (clients, id) => (await orNone(GONE, () => liveRole(clients, id))) === 'none',
};

const holders =
  (kind: 'Groups' | 'Roles' | 'Users'): Ask =>
  async ({ iam }, PolicyArn) => {
    const found = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    return {
      Groups: found.PolicyGroups?.map((one) => one.GroupName),
      Roles: found.PolicyRoles?.map((one) => one.RoleName),
      Users: found.PolicyUsers?.map((one) => one.UserName),
    }[kind];
  };

/** The users and groups are made by the test: no resource type here makes them. */
export const MANAGED_POLICY: TypeCase = {
  type: 'AWS::IAM::ManagedPolicy',
  name: 'AWS::IAM::ManagedPolicy',
  around: { A: role('r10-base-a'), B: role('r10-base-b') },
  fixed: { ManagedPolicyName: 'r10-policy', Description: 'd', Path: '/x/' },
  ref: new RegExp(`^${policyArn('x/r10-policy')}$`),
  attributes: {
    CreateDate: /^20\d\d-/,
    PolicyArn: new RegExp(`^${policyArn('x/r10-policy')}$`),
    PolicyId: /^A\w+$/,
  },
  properties: {
    Groups: plain(['r10-group-a'], ['r10-group-b'], holders('Groups'), []),
    PolicyDocument: plain(allow('s3:Get*'), allow('s3:Put*'), async ({ iam }, PolicyArn) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      return documentOf(PolicyVersion?.Document);
    }),
    Roles: {
      first: [{ Ref: 'A' }],
      second: [{ Ref: 'B' }],
      live: holders('Roles'),
      shows: [['r10-base-a'], ['r10-base-b'], []],
    },
    Users: plain(['r10-user-a'], ['r10-user-a', 'r10-user-b'], holders('Users'), []),
  },
  gone: async ({ iam }, PolicyArn) =>
    (await orNone(GONE, () => iam.send(new GetPolicyCommand({ PolicyArn })))) === 'none',
};

const inlinePolicy: Ask = ({ iam }) =>
  orNone(GONE, async () => {
    const name = { RoleName: 'r10-inline-base', PolicyName: 'r10-inline' };
    return documentOf((await iam.send(new GetRolePolicyCommand(name))).PolicyDocument);
  });

export const ROLE_POLICY: TypeCase = {
  type: 'AWS::IAM::RolePolicy',
  name: 'AWS::IAM::RolePolicy',
  around: { Base: role('r10-inline-base') },
  fixed: { RoleName: { Ref: 'Base' }, PolicyName: 'r10-inline' },
  ref: /^r10-inline\|r10-inline-base$/,
  attributes: {},
  properties: { PolicyDocument: plain(allow('s3:Get*'), allow('s3:Put*'), inlinePolicy) },
  gone: async (clients, id) => (await inlinePolicy(clients, id)) === 'none',
};

const provider = ({ iam }: Clients, OpenIDConnectProviderArn: string) =>
  iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
const PROVIDER_ARN = new RegExp(`^arn:aws:iam::${ACCOUNT}:oidc-provider/ci\\.acme\\.example/x$`);

export const OIDC_PROVIDER: TypeCase = {
  type: 'AWS::IAM::OIDCProvider',
  name: 'AWS::IAM::OIDCProvider',
  fixed: { Url: 'https://ci.acme.example/x' },
  ref: PROVIDER_ARN,
  attributes: { Arn: PROVIDER_ARN },
  properties: {
    ClientIdList: plain(
      ['one', 'two'],
      ['two', 'a&b'],
      async (clients, id) => (await provider(clients, id)).ClientIDList,
      [],
    ),
    Tags: {
      first: tagsWith('a'),
      second: tagsWith('b'),
      live: async (clients, id) => (await provider(clients, id)).Tags?.find((tag) => tag.Key === 'k')?.Value,
      shows: ['a', 'b', undefined],
    },
    ThumbprintList: plain(
      ['a'.repeat(40)],
      ['b'.repeat(40), 'c'.repeat(40)],
      async (clients, id) => (await provider(clients, id)).ThumbprintList,
    ),
  },
  gone: async (clients, id) => (await orNone(GONE, () => provider(clients, id))) === 'none',
};
