import type { JsonObject } from '../../reconciler/model/json.ts';
import {
  artifactsBucket,
  boundaryPolicy,
  cloudFormationRole,
  dataBucket,
  dropBucket,
  iamPath,
  keyAlias,
  policyArn,
  roleArn,
} from '../../reconciler/model/names.ts';
import { boundaryArn } from '../shared/boundary.ts';
import { policyDocument, type Statement } from '../shared/policy.ts';
import type { LakeScope } from '../shared/scope.ts';

/**
 * The role that CloudFormation acts with: it manages what carries a name of this instance and nothing else, makes roles only
 * under the boundary, and can change neither the boundary nor itself. The bootstrap stack, which holds those, is applied
 * with the caller's own rights.
 */

const bucketArns = ({ organization, instance }: LakeScope): readonly string[] => [
  `arn:aws:s3:::${artifactsBucket(organization, instance.name, '*')}`,
  `arn:aws:s3:::${dataBucket(organization, instance.name, '*', '*')}`,
  `arn:aws:s3:::${dropBucket(organization, instance.name, '*', '*')}`,
];

/**
 * DeleteBucket is for creations that failed; S3 refuses it for a bucket that holds anything. An import or a look at drift
 * reads all that CloudFormation knows of a bucket, also what we never configure; not all of it starts with `GetBucket`
 * (service-authorization/latest/reference/list_amazons3).
 */
const buckets = (scope: LakeScope): Statement => ({
  Sid: 'LakeBuckets',
  Effect: 'Allow',
  Action: [
    's3:CreateBucket',
    's3:DeleteBucket',
    's3:DeleteBucketPolicy',
    's3:GetAccelerateConfiguration',
    's3:GetAnalyticsConfiguration',
    's3:GetBucket*',
    's3:GetEncryptionConfiguration',
    's3:GetIntelligentTieringConfiguration',
    's3:GetInventoryConfiguration',
    's3:GetLifecycleConfiguration',
    's3:GetMetricsConfiguration',
    's3:GetReplicationConfiguration',
    's3:ListBucket',
    's3:ListTagsForResource',
    's3:PutBucketOwnershipControls',
    's3:PutBucketPolicy',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketTagging',
    's3:PutBucketVersioning',
    's3:PutEncryptionConfiguration',
    's3:PutLifecycleConfiguration',
    's3:TagResource',
    's3:UntagResource',
  ],
  Resource: bucketArns(scope),
});

/** A key has no name before its alias: it is known by the tag that CloudFormation puts on all resources of a stack. */
const keys = ({ account, instance }: LakeScope): readonly Statement[] => [
  {
    Sid: 'NewKeys',
    Effect: 'Allow',
    Action: ['kms:CreateKey', 'kms:TagResource'],
    Resource: ['*'],
    Condition: { StringEquals: { 'aws:RequestTag/edl:instance': instance.name } },
  },
  {
    Sid: 'LakeKeys',
    Effect: 'Allow',
    Action: [
      'kms:CreateAlias',
      'kms:DeleteAlias',
      'kms:DescribeKey',
      'kms:DisableKey',
      'kms:DisableKeyRotation',
      'kms:EnableKey',
      'kms:EnableKeyRotation',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListResourceTags',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdateKeyDescription',
    ],
    Resource: [`arn:aws:kms:*:${account}:key/*`],
    Condition: { StringEquals: { 'aws:ResourceTag/edl:instance': instance.name } },
  },
  {
    Sid: 'LakeAliases',
    Effect: 'Allow',
    Action: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
    Resource: [`arn:aws:kms:*:${account}:${keyAlias(instance.name, '*')}`],
  },
  { Sid: 'AliasList', Effect: 'Allow', Action: ['kms:ListAliases'], Resource: ['*'] },
];

const lakeRoles = ({ account, instance }: LakeScope): string => roleArn(account, iamPath(instance.name), '*');

const lakePolicies = ({ account, instance }: LakeScope): string => policyArn(account, iamPath(instance.name), '*');

/**
 * What gives a role something, only under the boundary (IAM's service authorization reference, key iam:PermissionsBoundary).
 * What takes from it needs none, or a role whose boundary somebody removed by hand could not be pruned.
 */
const rolesUnderBoundary = (scope: LakeScope): Statement => ({
  Sid: 'RolesUnderBoundary',
  Effect: 'Allow',
  Action: ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'],
  Resource: [lakeRoles(scope)],
  Condition: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn(scope) } },
});

const roles = (scope: LakeScope): readonly Statement[] => [
  rolesUnderBoundary(scope),
  {
    Sid: 'LakeRoles',
    Effect: 'Allow',
    Action: [
      'iam:DeleteRole',
      'iam:DeleteRolePolicy',
      'iam:DetachRolePolicy',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfilesForRole',
      'iam:ListRolePolicies',
      'iam:ListRoleTags',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
      'iam:UpdateRoleDescription',
    ],
    Resource: [lakeRoles(scope)],
  },
  // Of a role that is not there IAM knows no path: whether it is gone can only be asked by its name.
  {
    Sid: 'LostRoles',
    Effect: 'Allow',
    Action: ['iam:GetRole'],
    Resource: [roleArn(scope.account, '/', `edl-${scope.instance.name}-*`)],
  },
  {
    Sid: 'LakePolicies',
    Effect: 'Allow',
    Action: [
      'iam:CreatePolicy',
      'iam:CreatePolicyVersion',
      'iam:DeletePolicy',
      'iam:DeletePolicyVersion',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListEntitiesForPolicy',
      'iam:ListPolicyTags',
      'iam:ListPolicyVersions',
      'iam:SetDefaultPolicyVersion',
      'iam:TagPolicy',
      'iam:UntagPolicy',
    ],
    Resource: [lakePolicies(scope)],
  },
];

const workGroups = ({ account, instance }: LakeScope): Statement => ({
  Sid: 'LakeWorkGroups',
  Effect: 'Allow',
  Action: [
    'athena:CreateWorkGroup',
    'athena:DeleteWorkGroup',
    'athena:GetWorkGroup',
    'athena:ListTagsForResource',
    'athena:TagResource',
    'athena:UntagResource',
    'athena:UpdateWorkGroup',
  ],
  Resource: [`arn:aws:athena:*:${account}:workgroup/edl-${instance.name}-*`],
});

/** Only policies of this instance can be attached; no role loses its boundary; the bootstrap's own objects are out of reach. */
const denials = (scope: LakeScope): readonly Statement[] => [
  {
    Sid: 'DenyOtherPolicies',
    Effect: 'Deny',
    Action: ['iam:AttachRolePolicy'],
    Resource: ['*'],
    Condition: { ArnNotLike: { 'iam:PolicyARN': lakePolicies(scope) } },
  },
  { Sid: 'DenyBoundaryRemoval', Effect: 'Deny', Action: ['iam:DeleteRolePermissionsBoundary'], Resource: ['*'] },
  {
    Sid: 'DenyBootstrap',
    Effect: 'Deny',
    Action: [
      'iam:Attach*',
      'iam:Create*',
      'iam:Delete*',
      'iam:Detach*',
      'iam:Put*',
      'iam:Set*',
      'iam:Tag*',
      'iam:Untag*',
      'iam:Update*',
    ],
    Resource: [
      policyArn(scope.account, iamPath(scope.instance.name), boundaryPolicy(scope.instance.name)),
      roleArn(scope.account, iamPath(scope.instance.name), cloudFormationRole(scope.instance.name)),
    ],
  },
];

/**
 * Only for stacks of this account. AWS does not say that CloudFormation names the account when it takes a service role
 * (AWSCloudFormation/latest/UserGuide/using-iam-servicerole), so a request that names none is let in: a role can be passed
 * within its own account only (IAM/latest/UserGuide/id_roles_use_passrole), and without it no stack could be applied.
 */
const trust = ({ account }: LakeScope): JsonObject =>
  policyDocument([
    {
      Sid: 'CloudFormation',
      Effect: 'Allow',
      Principal: { Service: 'cloudformation.amazonaws.com' },
      Action: ['sts:AssumeRole'],
      Condition: { StringEqualsIfExists: { 'aws:SourceAccount': account } },
    },
  ]);

/** The properties of CloudFormation's service role. */
export const cloudFormationRoleProperties = (scope: LakeScope): JsonObject => ({
  RoleName: cloudFormationRole(scope.instance.name),
  Path: iamPath(scope.instance.name),
  Description: `EDL ${scope.instance.name}: what CloudFormation applies stacks with`,
  AssumeRolePolicyDocument: trust(scope),
  MaxSessionDuration: 3600,
  Policies: [
    {
      PolicyName: 'manage-lake',
      PolicyDocument: policyDocument([
        buckets(scope),
        ...keys(scope),
        ...roles(scope),
        workGroups(scope),
        ...denials(scope),
      ]),
    },
  ],
});
