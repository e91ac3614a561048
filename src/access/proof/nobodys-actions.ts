/** What an action is asked on. */
export type Target =
  | 'object'
  | 'bucket'
  | 'glue'
  | 'key'
  | 'workgroup'
  | 'dataCatalog'
  | 'logGroup'
  | 'role'
  | 'policy'
  | 'job'
  | 'stack'
  | 'anything';

const HISTORY = 'Published data is never deleted, and versions are what it is restored from.';
const OWN_PATHS = 'Whoever sets permissions on an object or a bucket gives access past the catalog.';
const LOCKS = 'Only the account owner decides how long objects are kept.';
const BUCKETS = 'Buckets are made and changed by CloudFormation alone.';
const TABLES = 'Databases and tables are made and dropped by the reconciler alone.';
const KEYS = 'Without its key a tier cannot be read ever again, and grants on a key go past the catalog.';
const ROLES = 'Whoever changes a role, or takes another one, holds more than was granted.';
const RUNS = 'Only the starter may start a run, because it narrows the run to its own update.';
const WORKGROUPS = 'A workgroup says where results of queries go.';
const LAKE_FORMATION = 'Credentials of Lake Formation read data past the bucket, its keys and the catalog.';

/** Actions that no role of the lake may ever have, wherever they are asked, and why. */
export const NOBODYS_ACTIONS: readonly {
  readonly on: Target;
  readonly reason: string;
  readonly actions: readonly string[];
}[] = [
  { on: 'object', reason: HISTORY, actions: ['s3:DeleteObjectVersion', 's3:ReplicateDelete', 's3:ReplicateObject'] },
  { on: 'object', reason: OWN_PATHS, actions: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'] },
  {
    on: 'object',
    reason: LOCKS,
    actions: ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
  },
  { on: 'bucket', reason: HISTORY, actions: ['s3:ListBucketVersions', 's3:PutBucketVersioning'] },
  { on: 'bucket', reason: OWN_PATHS, actions: ['s3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:PutBucketPolicy'] },
  {
    on: 'bucket',
    reason: BUCKETS,
    actions: [
      's3:DeleteBucket',
      's3:PutBucketPublicAccessBlock',
      's3:PutEncryptionConfiguration',
      's3:PutLifecycleConfiguration',
      's3:PutReplicationConfiguration',
    ],
  },
  {
    on: 'glue',
    reason: TABLES,
    actions: [
      'glue:BatchDeleteTable',
      'glue:CreateTable',
      'glue:DeleteDatabase',
      'glue:DeleteTable',
      'glue:PutResourcePolicy',
      'glue:UpdateDatabase',
    ],
  },
  {
    on: 'key',
    reason: KEYS,
    actions: [
      'kms:CreateGrant',
      'kms:DisableKey',
      'kms:Encrypt',
      'kms:PutKeyPolicy',
      'kms:ReEncryptFrom',
      'kms:ScheduleKeyDeletion',
    ],
  },
  {
    on: 'workgroup',
    reason: WORKGROUPS,
    actions: ['athena:CreateWorkGroup', 'athena:DeleteWorkGroup', 'athena:UpdateWorkGroup'],
  },
  {
    on: 'role',
    reason: ROLES,
    actions: [
      'iam:AttachRolePolicy',
      'iam:DeleteRolePermissionsBoundary',
      'iam:PassRole',
      'iam:PutRolePermissionsBoundary',
      'iam:PutRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'sts:AssumeRole',
    ],
  },
  { on: 'policy', reason: ROLES, actions: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'] },
  { on: 'job', reason: RUNS, actions: ['glue:StartJobRun', 'glue:UpdateJob'] },
  { on: 'stack', reason: ROLES, actions: ['cloudformation:CreateChangeSet', 'cloudformation:UpdateStack'] },
  { on: 'anything', reason: ROLES, actions: ['iam:CreateRole', 'iam:CreateUser'] },
  {
    on: 'anything',
    reason: LAKE_FORMATION,
    actions: ['lakeformation:GetDataAccess', 'lakeformation:GrantPermissions'],
  },
];
