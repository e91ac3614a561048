/** A set of actions that go together, on one kind of object, and the AWS page that asks for them. */
export interface ActionGroup {
  readonly actions: readonly string[];
  readonly on: string;
  readonly page: string;
}

const ATHENA = 'https://docs.aws.amazon.com/athena/latest/ug/';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/';

/**
 * Every action that the lake's roles may hold, by group: the one list. docs/access-levels.md shows the same to people, and
 * the permissions boundary is made of it.
 */
export const ACTION_GROUPS = {
  seeDatabases: {
    actions: ['glue:GetDatabase', 'glue:GetDatabases'],
    on: "the Glue catalog and the tier's database",
    page: `${ATHENA}fine-grained-access-to-glue-resources.html`,
  },
  seeTables: {
    actions: ['glue:BatchGetPartition', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
    on: "the Glue catalog, the tier's database, and the dataset's tables (all tables where the tier's metadata is open)",
    page: `${ATHENA}fine-grained-access-to-glue-resources.html`,
  },
  locateBucket: {
    actions: ['s3:GetBucketLocation'],
    on: "the tier's bucket",
    page: `${ATHENA}s3-permissions.html`,
  },
  listObjects: {
    actions: ['s3:ListBucket'],
    on: "the tier's bucket, only with a prefix under the dataset's folder",
    page: `${S3}amazon-s3-policy-keys.html`,
  },
  readObjects: {
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    on: 'objects under the folder',
    page: `${S3}using-with-s3-policy-actions.html`,
  },
  decrypt: {
    actions: ['kms:Decrypt'],
    on: "the tier's key, through S3 (tiers with a key of their own)",
    page: `${ATHENA}encryption.html`,
  },
  dropObjects: {
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    on: "the dataset's folder in the drop bucket",
    page: `${S3}mpuoverview.html`,
  },
  encrypt: {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on: "the tier's key, through S3 (tiers with a key of their own)",
    page: `${S3}UsingKMSEncryption.html`,
  },
  writeObjects: {
    actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    on: "the dataset's folders raw/ and data/",
    page: `${S3}mpuoverview.html`,
  },
  listUploads: {
    actions: ['s3:ListBucketMultipartUploads'],
    on: "the tier's bucket (S3 has no condition that limits it to a prefix)",
    page: `${S3}mpuoverview.html`,
  },
  writeTables: {
    actions: [
      'glue:BatchCreatePartition',
      'glue:BatchDeletePartition',
      'glue:BatchUpdatePartition',
      'glue:CreatePartition',
      'glue:DeletePartition',
      'glue:UpdatePartition',
      'glue:UpdateTable',
    ],
    on: "the Glue catalog, the tier's database, and the dataset's tables",
    page: 'https://docs.aws.amazon.com/glue/latest/dg/api-permissions-reference.html',
  },
} as const satisfies Record<string, ActionGroup>;

/** What each role holds beside its rows, so that a SQL client or a job can start at all. Gives no access to data. */
export const BASE_GROUPS = {
  runQueries: {
    actions: [
      'athena:BatchGetNamedQuery',
      'athena:BatchGetQueryExecution',
      'athena:CreateNamedQuery',
      'athena:CreatePreparedStatement',
      'athena:DeleteNamedQuery',
      'athena:DeletePreparedStatement',
      'athena:GetNamedQuery',
      'athena:GetPreparedStatement',
      'athena:GetQueryExecution',
      'athena:GetQueryResults',
      'athena:GetQueryResultsStream',
      'athena:GetWorkGroup',
      'athena:ListNamedQueries',
      'athena:ListPreparedStatements',
      'athena:ListQueryExecutions',
      'athena:StartQueryExecution',
      'athena:StopQueryExecution',
      'athena:UpdatePreparedStatement',
    ],
    on: "the principal's own workgroup in every region of the instance",
    page: `${ATHENA}example-policies-workgroup.html`,
  },
  listAthena: {
    actions: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
    on: '* (the actions know no narrower resource)',
    page: `${ATHENA}example-policies-workgroup.html`,
  },
  browseCatalog: {
    actions: [
      'athena:GetDataCatalog',
      'athena:GetDatabase',
      'athena:GetTableMetadata',
      'athena:ListDatabases',
      'athena:ListTableMetadata',
    ],
    on: 'the data catalog AwsDataCatalog; Glue then asks for its own permissions',
    page: `${ATHENA}example-policies-workgroup.html`,
  },
  startCatalog: {
    actions: ['glue:GetDatabase', 'glue:GetDatabases'],
    on: 'the Glue catalog and the database default',
    page: `${ATHENA}fine-grained-access-to-glue-resources.html`,
  },
  startSpark: {
    actions: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetUserDefinedFunctions'],
    on: 'the Glue catalog, the databases default and global_temp, and functions',
    page: 'https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html',
  },
  createDefault: {
    actions: ['glue:CreateDatabase'],
    on: 'the Glue catalog and the database default, which Spark makes where it is missing',
    page: 'https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html',
  },
  writeLogs: {
    actions: ['logs:AssociateKmsKey', 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    on: "the engine's log groups",
    page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSGlueServiceRole.html',
  },
  writeMetrics: {
    actions: ['cloudwatch:PutMetricData'],
    on: "the engine's metrics namespace",
    page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSGlueServiceRole.html',
  },
  findCode: {
    actions: ['s3:GetBucketLocation', 's3:ListBucket'],
    on: 'the artifacts bucket, listing under edl/artifacts/ only',
    page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSGlueServiceRole.html',
  },
  readCode: {
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    on: 'objects under edl/artifacts/ in the artifacts bucket',
    page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSGlueServiceRole.html',
  },
} as const satisfies Record<string, ActionGroup>;

/** The name of a group that a level is made of. */
export type GroupName = keyof typeof ACTION_GROUPS;

/** Every action that any role of the lake may hold, sorted: what a permissions boundary has to let through. */
export const everyAction = (): readonly string[] => {
  const groups: readonly ActionGroup[] = [...Object.values(ACTION_GROUPS), ...Object.values(BASE_GROUPS)];
  return [...new Set(groups.flatMap((group) => group.actions))].sort();
};
