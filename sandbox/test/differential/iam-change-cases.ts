import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyVersionCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, casesOf, policy, trust } from './case.ts';

const RoleName = 'mended';
const PolicyArn = `arn:aws:iam::${MOTO_ACCOUNT}:policy/mended`;
const PolicyDocument = policy({ Resource: '*' });

const role = async (aws: Aws) => (await aws.iam.send(new GetRoleCommand({ RoleName }))).Role;
const versions = (aws: Aws) => aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
const attached = (aws: Aws) => aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
const inline = (aws: Aws) => aws.iam.send(new ListRolePoliciesCommand({ RoleName }));

/** What puts a role or a policy right again, and what is there afterwards. */
export const IAM_CHANGE_CASES = casesOf({
  'iam:UpdateRole': async (aws) => {
    await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(), Description: 'd' }));
    await aws.iam.send(new UpdateRoleCommand({ RoleName, Description: 'e', MaxSessionDuration: 7_200 }));
    return role(aws);
  },
  'iam:UpdateAssumeRolePolicy': async (aws) => {
    await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust('111111111111') }));
    return role(aws);
  },
  'iam:TagRole': async (aws) => {
    const Tags = ['edl:owner', 'other'].map((Key) => ({ Key, Value: 'v' }));
    await aws.iam.send(new TagRoleCommand({ RoleName, Tags }));
    return (await role(aws))?.Tags;
  },
  'iam:UntagRole': async (aws) => {
    await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['other', 'none'] }));
    return (await role(aws))?.Tags;
  },
  'iam:PutRolePolicy': async (aws) => {
    await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }));
    return inline(aws);
  },
  'iam:DeleteRolePolicy': async (aws) => {
    await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'inline' }));
    return inline(aws);
  },
  'iam:DeleteRolePolicy that does not exist': (aws) =>
    aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'inline' })),
  'iam:CreatePolicyVersion': async (aws) => {
    await aws.iam.send(new CreatePolicyCommand({ PolicyName: 'mended', PolicyDocument }));
    await aws.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    return versions(aws);
  },
  'iam:ListPolicyVersions': versions,
  'iam:DeletePolicyVersion': async (aws) => {
    await aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    return versions(aws);
  },
  'iam:DeletePolicyVersion that is the default': (aws) =>
    aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' })),
  'iam:AttachRolePolicy': async (aws) => {
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    return attached(aws);
  },
  'iam:DetachRolePolicy': async (aws) => {
    await aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    return attached(aws);
  },
  'iam:DetachRolePolicy that is not attached': (aws) =>
    aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  'iam:PutRolePermissionsBoundary': async (aws) => {
    await aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }));
    return (await role(aws))?.PermissionsBoundary;
  },
  'iam:DeleteRolePermissionsBoundary': async (aws) => {
    await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    return { boundary: (await role(aws))?.PermissionsBoundary };
  },
});
