/** A method and a sub-resource (`?policy`) name an S3 operation; this is the part of the table that needs no rule. */
const BUCKET_SUBRESOURCES: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

/** Sub-resources that a bucket has many of, each with an id. */
const MANY: ReadonlySet<string> = new Set(['analytics', 'intelligent-tiering', 'inventory', 'metrics']);

const OBJECT_SUBRESOURCES: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
};

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  HEAD: 'Head',
  POST: 'Post',
};

const ofBucket = (method: string, query: URLSearchParams): string => {
  for (const [name, resource] of Object.entries(BUCKET_SUBRESOURCES)) {
    if (!query.has(name)) continue;
    if (method === 'DELETE' && name === 'lifecycle') return 'DeleteBucketLifecycle';
    if (method === 'GET' && MANY.has(name) && !query.has('id')) return `List${resource}s`;
    return `${VERBS[method] ?? method}${resource}`;
  }
  if (query.has('uploads')) return 'ListMultipartUploads';
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('delete')) return 'DeleteObjects';
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  return method === 'PUT' ? 'CreateBucket' : `${VERBS[method] ?? method}Bucket`;
};

const ofUpload = (method: string): string =>
  ({ GET: 'ListParts', PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' })[method] ??
  method;

const ofObject = (method: string, query: URLSearchParams, isCopy: boolean): string => {
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) return ofUpload(method);
  for (const [name, resource] of Object.entries(OBJECT_SUBRESOURCES)) {
    if (query.has(name)) return `${VERBS[method] ?? method}${resource}`;
  }
  if (method === 'PUT' && isCopy) return 'CopyObject';
  return `${VERBS[method] ?? method}Object`;
};

/** The API name of an S3 request in path style: `GET /bucket?policy` is GetBucketPolicy. */
export const s3Operation = (method: string, path: string, headers: Readonly<Record<string, string>>): string => {
  const { bucket, key, query } = s3Target(path);
  if (bucket === '') return 'ListBuckets';
  if (key === '') return ofBucket(method, query);
  return ofObject(method, query, headers['x-amz-copy-source'] !== undefined);
};

/** Bucket, key and query of a path-style S3 request. */
export const s3Target = (
  path: string,
): { readonly bucket: string; readonly key: string; readonly query: URLSearchParams } => {
  const [route = '', search = ''] = path.split('?', 2);
  const [bucket = '', ...key] = route.slice(1).split('/');
  return {
    bucket: decodeURIComponent(bucket),
    key: decodeURIComponent(key.join('/')),
    query: new URLSearchParams(search),
  };
};
