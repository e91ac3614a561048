import { listOf, objectOf, textOf } from '../../../src/reconciler/model/json.ts';
import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { policyArn } from '../../../src/reconciler/model/names.ts';

import type { Door } from './door.ts';

const inline: Door = async ({ clients: { iam } }, properties) => {
  const RoleName = textOf(properties['RoleName']);
  const policies = listOf(properties['Policies']).map(objectOf);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const wanted = new Set(policies.map((policy) => textOf(policy['PolicyName'])));
  for (const PolicyName of PolicyNames.filter((name) => !wanted.has(name)))
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  for (const policy of policies) {
    const PolicyDocument = JSON.stringify(policy['PolicyDocument']);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: textOf(policy['PolicyName']), PolicyDocument }));
  }
};

const attached: Door = async ({ clients: { iam } }, properties) => {
  const RoleName = textOf(properties['RoleName']);
  const wanted = listOf(properties['ManagedPolicyArns']).map(textOf);
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const present = AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? '');
  for (const PolicyArn of present.filter((arn) => !wanted.includes(arn)))
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const PolicyArn of wanted.filter((arn) => !present.includes(arn)))
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
};

const settings: Door = async ({ clients: { iam } }, properties) => {
  await iam.send(
    new UpdateRoleCommand({
      RoleName: textOf(properties['RoleName']),
      Description: textOf(properties['Description']),
      MaxSessionDuration: Number(properties['MaxSessionDuration']),
    }),
  );
};

export const roleDoors: Readonly<Record<string, Door>> = {
  AssumeRolePolicyDocument: async ({ clients: { iam } }, properties) => {
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: textOf(properties['RoleName']),
        PolicyDocument: JSON.stringify(properties['AssumeRolePolicyDocument']),
      }),
    );
  },
  Description: settings,
  ManagedPolicyArns: attached,
  MaxSessionDuration: settings,
  PermissionsBoundary: async ({ clients: { iam } }, properties) => {
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: textOf(properties['RoleName']),
        PermissionsBoundary: textOf(properties['PermissionsBoundary']),
      }),
    );
  },
  Policies: inline,
};

/** A policy has room for five versions. */
const document: Door = async ({ clients: { iam }, account }, properties) => {
  const PolicyArn = policyArn(account, textOf(properties['Path']), textOf(properties['ManagedPolicyName']));
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId } of Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true))
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  const PolicyDocument = JSON.stringify(properties['PolicyDocument']);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
};

export const policyDoors: Readonly<Record<string, Door>> = { PolicyDocument: document };
