/**
 * The IAM actions that healing by the APIs of the services needs beside those of looking, kind by kind. They are the caller's
 * own. IAM names some actions of S3 otherwise than their calls (Service Authorization Reference, "Actions defined by Amazon S3").
 */
export const HEALING_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  artifact: ['s3:PutObject'],
  'athena-workgroup': ['athena:CreateWorkGroup', 'athena:TagResource', 'athena:UpdateWorkGroup'],
  'glue-database': ['glue:CreateDatabase', 'glue:GetDatabase', 'glue:UpdateDatabase'],
  'glue-job': ['glue:CreateJob', 'glue:GetJob', 'glue:UpdateJob', 'iam:PassRole'],
  'glue-table': ['glue:CreateTable', 'glue:GetTable', 'glue:UpdateTable'],
  'iam-managed-policy': ['iam:CreatePolicyVersion', 'iam:DeletePolicyVersion', 'iam:ListPolicyVersions'],
  'iam-role': [
    'iam:AttachRolePolicy',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteRolePolicy',
    'iam:DetachRolePolicy',
    'iam:PutRolePermissionsBoundary',
    'iam:PutRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:UpdateRole',
  ],
  'kms-alias': ['kms:UpdateAlias'],
  'kms-key': [
    'kms:CancelKeyDeletion',
    'kms:DescribeKey',
    'kms:DisableKey',
    'kms:DisableKeyRotation',
    'kms:EnableKey',
    'kms:EnableKeyRotation',
    'kms:PutKeyPolicy',
    'kms:RevokeGrant',
    'kms:UpdateKeyDescription',
  ],
  registry: ['s3:PutObject'],
  's3-bucket': [
    's3:PutBucketOwnershipControls',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketVersioning',
    's3:PutEncryptionConfiguration',
    's3:PutLifecycleConfiguration',
  ],
  's3-bucket-policy': ['s3:PutBucketPolicy'],
  stack: [
    'cloudformation:CreateChangeSet',
    'cloudformation:DeleteChangeSet',
    'cloudformation:DescribeChangeSet',
    'cloudformation:DescribeEvents',
    'cloudformation:DescribeStackEvents',
    'cloudformation:DescribeStacks',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:UpdateStack',
    'cloudformation:UpdateTerminationProtection',
  ],
};

/** Calls whose action has another name. */
const ACTION_OF_CALL: Readonly<Record<string, string>> = {
  's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
  's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
};

/** The IAM action that a call (`s3:PutPublicAccessBlock`) needs. */
export const actionOfCall = (call: string): string => ACTION_OF_CALL[call] ?? call;
