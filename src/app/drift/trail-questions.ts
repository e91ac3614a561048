import type { DriftEntry } from '../../reconciler/model/drift.ts';

/** IAM has no regions; its events are recorded in this one (awscloudtrail/latest/userguide/cloudtrail-concepts). */
const IAM_REGION = 'us-east-1';

/** The calls that can have changed a part: by the first part of its path; `*` for any other, `-` for an object that is gone, `+` for one more. */
type Calls = Readonly<Record<string, readonly string[]>>;

/** What CloudTrail calls a kind's objects, and what changes them. */
interface Subject {
  readonly calls: Calls;
  /** The name that the service's events carry, unless somebody knows a better one. */
  readonly name?: (id: string) => string;
  readonly isGlobal?: true;
}

const lastStep = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const SUBJECTS: Readonly<Record<string, Subject>> = {
  'iam-role': {
    isGlobal: true,
    calls: {
      Policies: ['PutRolePolicy', 'DeleteRolePolicy'],
      ManagedPolicyArns: ['AttachRolePolicy', 'DetachRolePolicy'],
      AssumeRolePolicyDocument: ['UpdateAssumeRolePolicy'],
      PermissionsBoundary: ['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
      Description: ['UpdateRole', 'UpdateRoleDescription'],
      MaxSessionDuration: ['UpdateRole'],
      '-': ['DeleteRole'],
      '+': ['CreateRole'],
    },
  },
  'iam-managed-policy': {
    isGlobal: true,
    calls: {
      '*': ['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'],
      '-': ['DeletePolicy'],
      '+': ['CreatePolicy'],
    },
  },
  's3-bucket': {
    calls: {
      PublicAccessBlockConfiguration: ['PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock'],
      VersioningConfiguration: ['PutBucketVersioning'],
      BucketEncryption: ['PutBucketEncryption', 'DeleteBucketEncryption'],
      LifecycleConfiguration: ['PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'],
      OwnershipControls: ['PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'],
      Tags: ['PutBucketTagging', 'DeleteBucketTagging'],
      '-': ['DeleteBucket'],
      '+': ['CreateBucket'],
    },
  },
  's3-bucket-policy': {
    calls: { '*': ['PutBucketPolicy'], '-': ['DeleteBucketPolicy'] },
  },
  'kms-key': {
    calls: {
      KeyPolicy: ['PutKeyPolicy'],
      EnableKeyRotation: ['EnableKeyRotation', 'DisableKeyRotation'],
      Enabled: ['DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
      Description: ['UpdateKeyDescription'],
      Grants: ['CreateGrant', 'RevokeGrant', 'RetireGrant'],
      '-': ['ScheduleKeyDeletion'],
      '+': ['CreateKey'],
    },
  },
  'kms-alias': {
    name: (id) => `alias/${lastStep(id)}`,
    calls: { '*': ['UpdateAlias'], '-': ['DeleteAlias'], '+': ['CreateAlias'] },
  },
  'athena-workgroup': {
    calls: { '*': ['UpdateWorkGroup'], '-': ['DeleteWorkGroup'], '+': ['CreateWorkGroup'] },
  },
  'glue-database': {
    calls: { '*': ['UpdateDatabase'], '-': ['DeleteDatabase'], '+': ['CreateDatabase'] },
  },
  'glue-table': {
    calls: { '*': ['UpdateTable'], '-': ['DeleteTable', 'BatchDeleteTable'], '+': ['CreateTable'] },
  },
  'glue-job': {
    calls: { '*': ['UpdateJob'], '-': ['DeleteJob'], '+': ['CreateJob'] },
  },
  stack: {
    calls: {
      '*': ['UpdateStack', 'ExecuteChangeSet', 'UpdateTerminationProtection'],
      '-': ['DeleteStack'],
    },
  },
};

/** What to ask CloudTrail of one entry. */
export interface TrailSearch {
  readonly region: string;
  /** A name that an event must have about the object. */
  readonly name: string;
  /** The calls that can have done it. */
  readonly calls: readonly string[];
}

const callsFor = ({ calls }: Subject, { parts, undeclared }: DriftEntry): readonly string[] => {
  if (undeclared === true) return calls['+'] ?? calls['*'] ?? [];
  if (parts.length === 0) return calls['-'] ?? calls['*'] ?? [];
  return [...new Set(parts.flatMap(({ path }) => calls[path.split('/')[1] ?? ''] ?? calls['*'] ?? []))];
};

/**
 * What to look for; undefined where CloudTrail's event history has nothing to tell: what happens to objects in S3 (scripts,
 * the registry) are data events, which only a trail of its own records.
 */
export const trailSearch = (entry: DriftEntry, physicalName: string | undefined): TrailSearch | undefined => {
  const subject = SUBJECTS[entry.kind];
  if (subject === undefined) return undefined;
  const calls = callsFor(subject, entry);
  const name = physicalName ?? (subject.name ?? lastStep)(entry.id);
  return calls.length === 0
    ? undefined
    : { region: subject.isGlobal === true ? IAM_REGION : entry.region, name, calls };
};
