/**
 * What an operation asks permission for, where that is not its own name. S3 asks for other actions than its operations are
 * called (AmazonS3/latest/userguide/using-with-s3-policy-actions).
 */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  CompleteMultipartUpload: 's3:PutObject',
  CopyObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  DeleteObjects: 's3:DeleteObject',
  GetBucketLocation: 's3:GetBucketLocation',
  GetObject: 's3:GetObject',
  GetObjectAttributes: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  ListBuckets: 's3:ListAllMyBuckets',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListObjectVersions: 's3:ListBucketVersions',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListParts: 's3:ListMultipartUploadParts',
  PutObject: 's3:PutObject',
  SelectObjectContent: 's3:GetObject',
  UploadPart: 's3:PutObject',
};

/** Operations whose name alone tells the service. */
const OTHERS: readonly (readonly [service: string, operations: RegExp])[] = [
  ['sts', /^AssumeRole(WithSAML|WithWebIdentity)?$/],
  ['kms', /^(Decrypt|Encrypt|GenerateDataKey|DescribeKey)$/],
  [
    'athena',
    /(QueryExecution|QueryResults|WorkGroups?|NamedQuer(y|ies)|PreparedStatements?|DataCatalogs?|TableMetadata)$/,
  ],
  ['glue', /^(Batch)?(Get|Create|Update|Delete|Search)(Table|Database|Partition)s?(Versions?)?$/],
];

/** The action that a failed operation of an SDK most likely asked for. */
export const actionOfOperation = (operation: string): string | undefined => {
  const known = S3_ACTIONS[operation];
  if (known !== undefined) return known;
  const [service] = OTHERS.find(([, operations]) => operations.test(operation)) ?? [];
  return service === undefined ? undefined : `${service}:${operation}`;
};

/**
 * What Hadoop's S3A connector was doing, as its messages begin
 * (hadoop.apache.org/docs/current/hadoop-aws/tools/hadoop-aws/troubleshooting_s3a.html).
 */
const S3A_WORDS: readonly (readonly [words: RegExp, action: string])[] = [
  [/^(list|ListObjects|listStatus|innerListStatus|LIST)/i, 's3:ListBucket'],
  [
    /^(PUT|Writing|Multi-?part|upload|initiate|create|innerMkdirs|mkdirs|finalize|completing|copyFile)/i,
    's3:PutObject',
  ],
  [/^(delete|rename|remove)/i, 's3:DeleteObject'],
  [/^getBucketLocation/, 's3:GetBucketLocation'],
  [/^(getFileStatus|open|read|reopen|seek|HEAD|GET|Input)/i, 's3:GetObject'],
];

/** The action behind what S3A says that it was doing. */
export const actionOfS3a = (doing: string): string | undefined =>
  S3A_WORDS.find(([words]) => words.test(doing.trim()))?.[1];
