import type { Gap } from '../gateway.ts';
import type { Json } from '../json.ts';
import { textOf } from '../json.ts';
import type { Call } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { elements, fromClientXml } from '../protocol/xml.ts';

/** What one element of a bucket's configuration may say. */
interface Rule {
  /** From the root of the document; each step may be there several times. One that ends in `!` must be where its parent is. */
  readonly path: string;
  readonly values: readonly string[];
  readonly page: string;
}

const FLAG = ['true', 'false'];
const STATUS = ['Enabled', 'Disabled'];
const CLASSES = ['GLACIER', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'DEEP_ARCHIVE', 'GLACIER_IR'];
const ALGORITHMS = ['AES256', 'aws:fsx', 'aws:kms', 'aws:kms:dsse'];
const OWNERSHIP = ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'];
const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

const ENCRYPTION = 'ServerSideEncryptionConfiguration/Rule';
const LIFECYCLE = 'LifecycleConfiguration/Rule';
const TIERING = 'IntelligentTieringConfiguration';

/** By operation: the texts that AWS lists as valid values. */
const ELEMENTS: Readonly<Record<string, readonly Rule[]>> = {
  PutBucketVersioning: [
    { path: 'VersioningConfiguration/Status', values: ['Enabled', 'Suspended'], page: 'API_VersioningConfiguration' },
    { path: 'VersioningConfiguration/MfaDelete', values: STATUS, page: 'API_VersioningConfiguration' },
  ],
  PutBucketEncryption: [
    {
      path: `${ENCRYPTION}/ApplyServerSideEncryptionByDefault/SSEAlgorithm!`,
      values: ALGORITHMS,
      page: 'API_ServerSideEncryptionByDefault',
    },
    { path: `${ENCRYPTION}/BucketKeyEnabled`, values: FLAG, page: 'API_ServerSideEncryptionRule' },
  ],
  PutBucketOwnershipControls: [
    { path: 'OwnershipControls/Rule/ObjectOwnership!', values: OWNERSHIP, page: 'API_OwnershipControlsRule' },
  ],
  PutPublicAccessBlock: BLOCKS.map((name) => ({
    path: `PublicAccessBlockConfiguration/${name}`,
    values: FLAG,
    page: 'API_PublicAccessBlockConfiguration',
  })),
  PutBucketLifecycleConfiguration: [
    { path: `${LIFECYCLE}/Status!`, values: STATUS, page: 'API_LifecycleRule' },
    { path: `${LIFECYCLE}/Expiration/ExpiredObjectDeleteMarker`, values: FLAG, page: 'API_LifecycleExpiration' },
    { path: `${LIFECYCLE}/Transition/StorageClass!`, values: CLASSES, page: 'API_Transition' },
    {
      path: `${LIFECYCLE}/NoncurrentVersionTransition/StorageClass!`,
      values: CLASSES,
      page: 'API_NoncurrentVersionTransition',
    },
  ],
  PutBucketIntelligentTieringConfiguration: [
    { path: `${TIERING}/Status!`, values: STATUS, page: 'API_IntelligentTieringConfiguration' },
    {
      path: `${TIERING}/Tiering/AccessTier!`,
      values: ['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'],
      page: 'API_Tiering',
    },
  ],
};

/** Settings that travel as a header (API_CreateBucket, API_PutBucketLifecycleConfiguration). */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'x-amz-object-ownership': OWNERSHIP,
  'x-amz-transition-default-minimum-object-size': ['varies_by_storage_class', 'all_storage_classes_128K'],
};

const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/** What is at the end of a path; undefined stands for an element that must be there and is not. */
const foundAt = (root: Json, path: string): readonly (Json | undefined)[] =>
  path.split('/').reduce<readonly (Json | undefined)[]>(
    (parents, step) =>
      parents.flatMap((parent): readonly (Json | undefined)[] => {
        const found = elements(parent, step.replace('!', ''));
        return found.length === 0 && step.endsWith('!') ? [undefined] : found;
      }),
    [root],
  );

const checkElements = (call: Call, rules: readonly Rule[]): void => {
  const root = fromClientXml(call.body.toString('utf8'));
  if (root === undefined) throw malformed();
  for (const { path, values } of rules)
    if (foundAt(root, path).some((value) => !values.includes(textOf(value) ?? ''))) throw malformed();
};

const checkHeaders = (call: Call): void => {
  for (const [name, values] of Object.entries(HEADERS)) {
    const value = call.headers[name];
    if (value !== undefined && !values.includes(value))
      throw new AwsError('InvalidArgument', `Invalid ${name} header: ${value}`);
  }
};

/** Configurations of buckets with texts that S3 does not know. */
export const s3Values = (): Gap => ({
  reason: 'moto, and the gaps that keep documents, would take any text for a status, an algorithm, an owner or a flag',
  handlers: Object.fromEntries(
    ['CreateBucket', ...Object.keys(ELEMENTS)].map((operation) => [
      `s3:${operation}`,
      async (call, next) => {
        checkHeaders(call);
        const rules = ELEMENTS[operation];
        if (rules !== undefined) checkElements(call, rules);
        return next(call);
      },
    ]),
  ),
});
