/** Refusals as people paste them, with what they must be read as. The sample lake is judged as of 2026-11-22. */

const ACCOUNT = '333333333333';

export const as = (role: string, session = 'jane.doe@acme.example', account = ACCOUNT): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${session}`;

export const bucket = (tier: string, region = 'eu-west-1', instance = 'prod'): string =>
  `acme-datalake-${instance}-${tier}-${region}`;

/** IAM's general form. */
export const refused = (caller: string, action: string, resource: string, why = ''): string =>
  `User: ${caller} is not authorized to perform: ${action} on resource: "${resource}"${why}`;

const noIdentity = (action: string): string => ` because no identity-based policy allows the ${action} action`;

export const object = (tier: string, key: string, region?: string, instance?: string): string =>
  `arn:aws:s3:::${bucket(tier, region, instance)}/${key}`;

const get = (role: string, tier: string, key: string): string =>
  refused(as(role), 's3:GetObject', object(tier, key), noIdentity('s3:GetObject'));

export interface Example {
  readonly name: string;
  readonly text: string;
  /** The first cause. */
  readonly cause: string;
  /** What else must be found. */
  readonly also?: readonly string[];
  readonly principal?: `${'team' | 'user' | 'service' | 'pipeline'}:${string}`;
  readonly on?: string;
  readonly instance?: string;
  readonly asOf?: string;
  /** In the answer's sentences, steps, snippets or YAML. */
  readonly says?: readonly string[];
}

const GLUE = `arn:aws:glue:eu-west-1:${ACCOUNT}`;

/** Grants: none, expired, elsewhere, too low. */
export const GRANTS: readonly Example[] = [
  {
    name: 'no grant at all',
    text: get('edl-prod-team-oncology', 'sensitive', 'payroll/data/u1/a.parquet'),
    cause: 'no-grant',
    says: ['{ dataset: payroll, level: read, expires: 2027-02-20 }', 'team:finance', 'team:security'],
  },
  {
    name: 'expired',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/data/u1/a.parquet'),
    asOf: '2028-03-01T09:00:00Z',
    cause: 'expired',
    says: ['2027-01-31', 'expires: 2028-05-30'],
  },
  {
    name: 'granted for another instance',
    text: refused(
      as('edl-dev01-team-drug-safety', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a', 'eu-west-1', 'dev01'),
    ),
    cause: 'not-this-instance',
    says: ['for prod only', 'catalog/grants/drug-safety-trials.yaml'],
  },
  {
    name: 'read where raw is asked for',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/raw/u1/a.csv'),
    cause: 'level-too-low',
    says: ['level: read-raw'],
  },
  {
    name: 'discover where reading is asked for',
    text: get('edl-prod-team-security', 'sensitive', 'payroll/data/u1/a.parquet'),
    cause: 'level-too-low',
    says: ['level: read, expires'],
  },
  {
    name: 'write reads nothing',
    text: get('edl-prod-service-lab-robots', 'restricted', 'lab-results/data/u1/a.parquet'),
    cause: 'level-too-low',
    says: ['write hands files in and reads nothing'],
  },
  {
    name: 'read does not hand in',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:PutObject',
      `arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv`,
    ),
    cause: 'level-too-low',
    says: ['level: write'],
  },
  {
    name: 'a whole tier never covers raw',
    text: get('edl-prod-default-internal', 'internal', 'crm-visits/raw/u1/a.json'),
    cause: 'no-grant',
    says: ['team or user'],
  },
  {
    name: 'a pipeline without the input',
    text: get('edl-prod-pipeline-daily-outcomes', 'restricted', 'sales-orders/data/u/a'),
    cause: 'no-grant',
    says: ['inputs: [clinical-trials, sales-orders]'],
  },
  {
    name: 'a pipeline that wants raw data',
    text: get('edl-prod-pipeline-daily-outcomes', 'sensitive', 'clinical-trials/raw/u/a'),
    cause: 'level-too-low',
  },
  {
    name: 'a third party on another dataset',
    text: get('edl-prod-ds-lab-results-read', 'restricted', 'sales-orders/data/u/a'),
    cause: 'no-grant',
    says: ['expose'],
  },
  {
    name: 'an owner without a grant',
    text: get('edl-prod-team-crm-analytics', 'internal', 'crm-visits/raw/u/a'),
    cause: 'level-too-low',
  },
  {
    name: 'all that is known are the flags',
    text: 'Access Denied',
    principal: 'team:oncology',
    on: 'payroll',
    instance: 'prod',
    cause: 'no-grant',
  },
  {
    name: 'boto3 with the flags',
    text: 'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
    principal: 'team:oncology',
    on: `s3://${bucket('sensitive')}/payroll/data/u1/a.parquet`,
    cause: 'no-grant',
  },
];

/** Places: wrong, unknown, gone. */
export const PLACES: readonly Example[] = [
  {
    name: 'a bucket of others',
    text: refused(as('edl-prod-team-oncology'), 's3:GetObject', 'arn:aws:s3:::my-own-bucket/a'),
    cause: 'not-of-this-lake',
  },
  {
    name: 'a service of others',
    text: refused(as('edl-prod-team-oncology'), 'dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/x`),
    cause: 'not-of-this-lake',
  },
  {
    name: 'a mistyped bucket',
    text: `fatal error: An error occurred (AccessDenied) when calling the ListObjectsV2 operation: s3://acme-datalake-prod-sensitiv-eu-west-1/payroll/ Access Denied`,
    on: 's3://acme-datalake-prod-sensitiv-eu-west-1/payroll/',
    cause: 'no-such-bucket',
    says: ['acme-datalake-prod-sensitive-eu-west-1'],
  },
  {
    name: 'a role of dev01 on data of prod',
    text: refused(
      as('edl-dev01-team-oncology', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
    ),
    cause: 'wrong-instance',
    says: ['role_arn = arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology'],
  },
  {
    name: 'a misspelt dataset',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trails/data/u/a'),
    cause: 'unknown-dataset',
    says: ['did you mean clinical-trials?'],
  },
  {
    name: 'a dataset in the bucket of another tier',
    text: get('edl-prod-team-oncology', 'restricted', 'clinical-trials/data/u/a'),
    cause: 'wrong-tier',
    says: [bucket('sensitive')],
  },
  {
    name: 'a retired dataset',
    text: get('edl-prod-team-crm-analytics', 'internal', 'web-events-2024/data/u/a'),
    cause: 'dataset-retired',
    says: ['2026-09-01'],
  },
  {
    name: 'a dataset that the instance does not have',
    text: refused(
      as('edl-dev01-team-finance', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'payroll/data/u/a', 'eu-west-1', 'dev01'),
    ),
    cause: 'not-in-instance',
    says: ['it is in prod'],
  },
  {
    name: 'a dataset that the region does not have',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a', 'us-east-1'),
    ),
    cause: 'not-in-region',
    says: ['eu-west-1'],
  },
  {
    name: 'outside data and raw',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/tmp/a'),
    cause: 'outside-folders',
  },
  {
    name: 'reading a drop bucket',
    text: refused(
      as('edl-prod-team-research'),
      's3:GetObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
    ),
    cause: 'outside-folders',
    says: ['read-raw'],
  },
  {
    name: 'listing the root of a bucket',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:ListBucket',
      `arn:aws:s3:::${bucket('sensitive')}`,
      noIdentity('s3:ListBucket'),
    ),
    cause: 'listing-without-prefix',
    says: [`aws s3 ls s3://${bucket('sensitive')}/`],
  },
  {
    name: 'listing a dataset without its folder',
    text: 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied',
    on: `s3://${bucket('sensitive')}/clinical-trials/`,
    principal: 'team:oncology',
    cause: 'listing-without-prefix',
    says: ['clinical-trials/data/'],
  },
  {
    name: 'an action of no level',
    text: refused(as('edl-prod-team-oncology'), 's3:GetObjectTagging', object('sensitive', 'clinical-trials/data/u/a')),
    cause: 'action-not-offered',
  },
  {
    name: 'listing all buckets',
    text: refused(as('edl-prod-team-oncology'), 's3:ListAllMyBuckets', '*', noIdentity('s3:ListAllMyBuckets')),
    cause: 'action-not-offered',
    says: ['Name the bucket'],
  },
];

/** Who asks, and how to become somebody who may. */
export const CALLERS: readonly Example[] = [
  {
    name: 'no role of the lake, but one that may take one',
    text: refused(as('sso-oncology'), 's3:GetObject', object('sensitive', 'clinical-trials/data/u/a')),
    cause: 'no-lake-role',
    also: ['not-applied'],
    says: ['[profile edl-prod-team-oncology]'],
  },
  {
    name: 'an administrator with no principal',
    text: refused(
      as('AWSReservedSSO_Administrator_0123456789abcdef', 'somebody'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
    ),
    cause: 'no-lake-role',
    says: ['--principal'],
  },
  {
    name: 'a role of a principal that is gone',
    text: get('edl-prod-team-oncologie', 'sensitive', 'clinical-trials/data/u/a'),
    cause: 'no-such-role',
    says: ['edl-prod-team-oncology'],
  },
  {
    name: 'a caller that nobody declared',
    text: `An error occurred (AccessDenied) when calling the AssumeRole operation: User: ${as('sso-finance')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology`,
    cause: 'not-trusted',
    says: ['arn: arn:aws:iam::{account}:role/sso-finance', 'instances: [prod]', 'catalog/principals/oncology.yaml'],
  },
  {
    name: 'a permission set that is declared for prod only',
    text: `User: ${as('AWSReservedSSO_Oncology_0123456789abcdef', 'x', '111111111111')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology`,
    cause: 'not-trusted',
    says: ['in prod only', 'identityCenter: { permissionSet: Oncology }'],
  },
  {
    name: 'a declared caller without the permission of its own',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology because no identity-based policy allows the sts:AssumeRole action`,
    cause: 'caller-policy',
    says: ['"sts:AssumeRole"'],
  },
  {
    name: 'a role without its path',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl-prod-team-oncology`,
    cause: 'wrong-role-arn',
    says: ['role/edl/prod/edl-prod-team-oncology'],
  },
  {
    name: 'a role that runs a pipeline',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/run/edl-prod-pipeline-daily-outcomes`,
    cause: 'not-trusted',
    says: ['people never do'],
  },
];

/** Policies other than a role's own. */
export const POLICIES: readonly Example[] = [
  {
    name: 'a service control policy, with its ARN',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' with an explicit deny in a service control policy: arn:aws:organizations::987654321098:policy/o-acme12345/service_control_policy/p-2kgnabcd',
    ),
    cause: 'policy-of-others',
    says: ['p-2kgnabcd'],
  },
  {
    name: 'a VPC endpoint',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' because no VPC endpoint policy allows the s3:GetObject action',
    ),
    cause: 'policy-of-others',
  },
  {
    name: 'a session policy, and no grant either',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'payroll/data/u/a'),
      ' because no session policy allows the s3:GetObject action',
    ),
    cause: 'policy-of-others',
    also: ['no-grant'],
  },
  {
    name: 'the boundary',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObjectAcl',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' because no permissions boundary allows the s3:GetObjectAcl action',
    ),
    cause: 'boundary',
  },
  {
    name: 'writing published data',
    text: refused(
      as('edl-prod-team-clinical-data'),
      's3:PutObject',
      object('restricted', 'outcomes-daily/data/u/a'),
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'runs-only',
    says: ['pipeline:daily-outcomes'],
  },
  {
    name: 'an upload with other encryption',
    text: refused(
      as('edl-prod-service-lab-robots'),
      's3:PutObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'bucket-policy',
    says: ['DenyOtherEncryption', 'DenyInsecureTransport'],
  },
  {
    name: 'a caller of another organisation',
    text: refused(
      'arn:aws:sts::999999999999:assumed-role/other/x',
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'bucket-policy',
    says: ['DenyOutsideOrganization'],
  },
];

/** Athena, Glue, KMS and the others. */
export const SERVICES: readonly Example[] = [
  {
    name: 'the workgroup primary',
    text: refused(
      as('edl-prod-team-oncology'),
      'athena:StartQueryExecution',
      `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/primary`,
      noIdentity('athena:StartQueryExecution'),
    ),
    cause: 'wrong-workgroup',
    says: ['--work-group edl-prod-team-oncology'],
  },
  {
    name: 'Athena’s own words, which name nothing',
    text: 'You are not authorized to perform: athena:StartQueryExecution on the resource. After your AWS administrator or you have updated your permissions, please try again. (Service: AmazonAthena; Status Code: 400; Error Code: AccessDeniedException; Request ID: x; Proxy: null)',
    principal: 'team:oncology',
    instance: 'prod',
    cause: 'wrong-workgroup',
    says: ['edl-prod-team-oncology'],
  },
  {
    name: 'results cannot be written',
    text: 'Access denied when writing output to url: s3://aws-athena-query-results-333333333333-eu-west-1/x.csv . Please ensure you are allowed to access the S3 bucket.',
    principal: 'team:oncology',
    instance: 'prod',
    cause: 'query-results',
  },
  {
    name: 'no output location',
    text: 'An error occurred (InvalidRequestException) when calling the StartQueryExecution operation: No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    cause: 'query-results',
  },
  {
    name: 'Athena on a path',
    text: `Permission denied on S3 path: s3://${bucket('sensitive')}/payroll/data/u1\nThis query ran against the "edl_prod_sensitive" database.`,
    principal: 'team:oncology',
    cause: 'no-grant',
  },
  {
    name: 'Athena with Hive’s words and the path',
    text: `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://${bucket('sensitive')}/payroll/data/u1/a.parquet (offset=0, length=9688): com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 72VA5FB0ASWCQFPD; S3 Extended Request ID: cykX1C/h8=; Proxy: null), S3 Extended Request ID: cykX1C/h8= (Path: s3://${bucket('sensitive')}/payroll/data/u1/a.parquet)`,
    principal: 'team:oncology',
    cause: 'no-grant',
  },
  {
    name: 'Athena wrapping Glue',
    text: `Insufficient permissions to execute the query. User: ${as('edl-prod-team-oncology')} is not authorized to perform: glue:GetTable on resource: ${GLUE}:table/edl_prod_sensitive/payroll__salaries${noIdentity('glue:GetTable')} (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: x; Proxy: null)`,
    cause: 'no-grant',
    says: ['level: read'],
  },
  {
    name: 'a table of an ungranted dataset',
    text: refused(
      as('edl-prod-team-oncology'),
      'glue:GetTable',
      `${GLUE}:table/edl_prod_sensitive/payroll__salaries`,
      noIdentity('glue:GetTable'),
    ),
    cause: 'no-grant',
    says: ['level: discover'],
  },
  {
    name: 'all tables where metadata is exact',
    text: refused(
      as('edl-prod-team-oncology'),
      'glue:GetTables',
      `${GLUE}:database/edl_prod_sensitive`,
      noIdentity('glue:GetTables'),
    ),
    cause: 'exact-metadata',
  },
  {
    name: 'making a table',
    text: refused(
      as('edl-prod-team-oncology'),
      'glue:CreateTable',
      `${GLUE}:table/edl_prod_restricted/my_result`,
      noIdentity('glue:CreateTable'),
    ),
    cause: 'action-not-offered',
  },
  {
    name: 'a database of others',
    text: refused(
      as('edl-prod-team-oncology'),
      'glue:GetTable',
      `${GLUE}:table/finance_mart/x`,
      noIdentity('glue:GetTable'),
    ),
    cause: 'not-of-this-lake',
  },
  {
    name: 'a table that is not there',
    text: 'An error occurred (EntityNotFoundException) when calling the GetTable operation: Entity Not Found',
    on: 'edl_prod_sensitive.clinical_trials__outcome',
    cause: 'not-a-denial',
  },
  {
    name: 'the key of the tier, with the grant missing',
    text: `download failed: s3://${bucket('sensitive')}/payroll/data/u1/a.parquet to ./a.parquet An error occurred (AccessDenied) when calling the GetObject operation: User: ${as('edl-prod-team-oncology')} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:${ACCOUNT}:key/0d9c-1 because no identity-based policy allows the kms:Decrypt action`,
    cause: 'no-grant',
  },
  {
    name: 'the key of the tier, with the grant there',
    text: `User: ${as('edl-prod-team-oncology')} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:${ACCOUNT}:key/0d9c-1 because no identity-based policy allows the kms:Decrypt action`,
    on: 'clinical-trials',
    cause: 'key',
    says: ['alias/edl-prod-sensitive', 'five minutes'],
  },
  {
    name: 'a key of another account',
    text: `User: ${as('edl-prod-team-oncology')} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    on: 'clinical-trials',
    cause: 'key',
  },
  {
    name: 'a key in a region without the lake',
    text: refused(as('edl-prod-team-oncology'), 'kms:Decrypt', `arn:aws:kms:ap-south-1:${ACCOUNT}:key/0d9c-1`),
    cause: 'key',
    says: ['ap-south-1'],
  },
  {
    name: 'KMS’s older words',
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.</Message><RequestId>ZRZ47BQH6ENT1WB6</RequestId></Error>`,
    principal: 'team:oncology',
    on: 'clinical-trials',
    instance: 'prod',
    cause: 'key',
  },
  {
    name: 'Spark, with a stack trace',
    text: `java.nio.file.AccessDeniedException: s3a://${bucket('sensitive')}/payroll/data/u1: getFileStatus on s3a://${bucket('sensitive')}/payroll/data/u1: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: 4KZAZ961HQGG0RSG; S3 Extended Request ID: 4GjELy=), S3 Extended Request ID: 4GjELy=:403 Forbidden\n\tat org.apache.hadoop.fs.s3a.S3AUtils.translateException(S3AUtils.java:249)\nCaused by: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: 4KZAZ961HQGG0RSG; S3 Extended Request ID: 4GjELy=)`,
    principal: 'team:oncology',
    cause: 'no-grant',
  },
  {
    name: 'the second SDK for Java',
    text: `software.amazon.awssdk.services.s3.model.S3Exception: Access Denied (Service: S3, Status Code: 403, Request ID: G7WJJ5HW0BBZB1WR, Extended Request ID: ZsA5Pqk/2wCqJz=)`,
    principal: 'team:oncology',
    on: 'payroll',
    instance: 'prod',
    cause: 'no-grant',
  },
  {
    name: 'Arrow, hence pandas',
    text: `OSError: When getting information for key 'payroll/data/u1/a.parquet' in bucket '${bucket('sensitive')}': AWS Error ACCESS_DENIED during HeadObject operation: No response body.`,
    principal: 'team:oncology',
    cause: 'no-grant',
  },
  {
    name: 'a pre-signed URL',
    text: `HTTP Error: Unable to connect to URL "https://${bucket('sensitive')}.s3.eu-west-1.amazonaws.com/payroll/data/u1/a.parquet?X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261122&X-Amz-Security-Token=FwoGZXIvYXdzEXAMPLE&X-Amz-Signature=deadbeefdeadbeef": 403 (Forbidden)`,
    principal: 'team:oncology',
    cause: 'no-grant',
  },
  {
    name: 'Lake Formation',
    text: 'An error occurred (AccessDeniedException) when calling the GetTable operation: Insufficient Lake Formation permission(s) on clinical_trials__outcomes',
    cause: 'lake-formation',
  },
  {
    name: 'a session that has ended',
    text: 'An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.',
    cause: 'session-ended',
  },
  {
    name: 'an encoded message',
    text: 'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: rHU-pVHMSckD0OAc5l3r9',
    cause: 'encoded',
    says: ['decode-authorization-message'],
  },
  {
    name: 'granted in git',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/data/u1/a.parquet'),
    cause: 'not-applied',
    says: ['edl plan --instance prod', 'catalog/grants/oncology-trials.yaml'],
  },
];
