import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import type { Clients } from '../../support/clients.ts';
import { ACCOUNT, allow, document, ELSEWHERE, role, trustOf, type Deed } from './deed.ts';

const dropRole = async ({ iam }: Clients, RoleName: string): Promise<unknown> => {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  return iam.send(new DeleteRoleCommand({ RoleName }));
};

/** What people do to roles and policies. */
export const IAM_DEEDS: readonly Deed[] = [
  {
    title: 'somebody attaches AdministratorAccess',
    id: `iam-role/${role('team-oncology')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/ManagedPolicyArns/0',
    commit: ({ iam }) =>
      iam.send(
        new AttachRolePolicyCommand({
          RoleName: role('team-oncology'),
          PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
        }),
      ),
  },
  {
    title: 'a role gets one inline policy more',
    id: `iam-role/${role('team-finance')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/Policies/2',
    commit: ({ iam }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: role('team-finance'),
          PolicyName: 'just-for-today',
          PolicyDocument: document(allow('s3:GetObject', 'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1/*')),
        }),
      ),
  },
  {
    title: "an analyst's role loses its policy",
    id: `iam-role/${role('team-research')}`,
    state: 'drifted',
    effect: 'narrows',
    path: '/Policies/0',
    commit: ({ iam }) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName: role('team-research'), PolicyName: 'access' })),
  },
  {
    title: 'somebody else may take a role',
    id: `iam-role/${role('team-security')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/AssumeRolePolicyDocument',
    commit: ({ iam }) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: role('team-security'),
          PolicyDocument: trustOf(`arn:aws:iam::${ELSEWHERE}:root`),
        }),
      ),
  },
  {
    title: 'a role loses its boundary',
    id: `iam-role/${role('user-jane-doe')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/PermissionsBoundary',
    commit: ({ iam }) => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: role('user-jane-doe') })),
  },
  {
    title: 'a role gets another description',
    id: `iam-role/${role('team-manufacturing')}`,
    state: 'drifted',
    effect: 'neutral',
    path: '/Description',
    commit: ({ iam }) =>
      iam.send(
        new UpdateRoleCommand({
          RoleName: role('team-manufacturing'),
          Description: 'Made clearer by hand',
          MaxSessionDuration: 28800,
        }),
      ),
  },
  {
    title: 'sessions of a role last longer',
    id: `iam-role/${role('team-supply-chain')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/MaxSessionDuration',
    commit: ({ iam }) =>
      iam.send(
        new UpdateRoleCommand({
          RoleName: role('team-supply-chain'),
          Description: 'Data lake dev01: what team:supply-chain was granted',
          MaxSessionDuration: 43200,
        }),
      ),
  },
  {
    title: 'the boundary of all roles allows more',
    id: `iam-managed-policy/${role('boundary')}`,
    state: 'drifted',
    effect: 'widens',
    path: '/PolicyDocument',
    commit: ({ iam }) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/edl/dev01/${role('boundary')}`,
          PolicyDocument: document(allow('*')),
          SetAsDefault: true,
        }),
      ),
  },
  {
    title: 'a role is deleted',
    id: `iam-role/${role('user-amir-khan')}`,
    state: 'missing',
    effect: 'narrows',
    commit: (aws) => dropRole(aws, role('user-amir-khan')),
  },
  {
    title: 'a role that nobody declared appears among the runners',
    id: 'iam-role/night-shift',
    state: 'drifted',
    effect: 'widens',
    commit: async ({ iam }) => {
      await iam.send(
        new CreateRoleCommand({
          RoleName: 'night-shift',
          Path: '/edl/dev01/run/',
          AssumeRolePolicyDocument: trustOf(`arn:aws:iam::${ACCOUNT}:root`),
        }),
      );
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: 'night-shift',
          PolicyName: 'clean-up',
          PolicyDocument: document(allow('s3:DeleteObject')),
        }),
      );
    },
  },
];
