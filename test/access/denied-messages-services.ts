import { ACCOUNT, as, bucket, type Example, get, noIdentity, refused } from './denied-messages.ts';

const GLUE = `arn:aws:glue:eu-west-1:${ACCOUNT}`;

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
    cause: 'runs-only',
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
    name: 'a key that KMS does not find',
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
  ...(
    [
      ['database/edl_prod_sensitive', 'not-applied', 'the database edl_prod_sensitive'],
      ['database/default', 'compiled-denies', 'the lake’s own, edl_prod_TIER'],
      ['catalog', 'not-applied', 'the Glue catalog'],
    ] as const
  ).map(([resource, cause, says]) => ({
    name: `Glue on ${resource}, which a table was behind`,
    text: refused(as('edl-prod-team-oncology'), 'glue:GetTable', `${GLUE}:${resource}`, noIdentity('glue:GetTable')),
    cause,
    says: [says],
  })),
  {
    name: 'a database of a tier where nothing is held',
    text: refused(
      as('edl-prod-service-lab-robots'),
      'glue:GetDatabase',
      `${GLUE}:database/edl_prod_sensitive`,
      noIdentity('glue:GetDatabase'),
    ),
    cause: 'no-grant',
    says: ['holds nothing in tier sensitive of prod'],
  },
  {
    name: 'a key of which no tier is told',
    text: refused(as('edl-prod-team-oncology'), 'kms:Decrypt', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0d9c-1`),
    cause: 'key',
    says: ['alias/edl-prod-restricted and alias/edl-prod-sensitive', 'aws kms list-aliases'],
  },
  {
    name: 'Lake Formation in IAM’s words',
    text: refused(
      as('edl-prod-team-oncology'),
      'lakeformation:GetDataAccess',
      `arn:aws:lakeformation:eu-west-1:${ACCOUNT}:*`,
    ),
    cause: 'lake-formation',
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
