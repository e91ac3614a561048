/**
 * Types whose loss is a loss of people's data, whatever a plan says: a bucket, and the key without which its objects cannot
 * be read. A second line of defence behind the guards; kinds know theirs by `holdsData`.
 */
const DATA_TYPES: ReadonlySet<string> = new Set(['AWS::S3::Bucket', 'AWS::KMS::Key']);

/** Whether resources of this type are never to be removed. */
export const isDataType = (type: string | undefined): boolean => type !== undefined && DATA_TYPES.has(type);

/** What EDL puts into stacks and can make anew from git without a loss. */
const MADE_FROM_GIT: ReadonlySet<string> = new Set([
  'AWS::Athena::WorkGroup',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::S3::BucketPolicy',
]);

/** Whether a stack with a resource of this type must not be deleted: what somebody else put there may be anything. */
export const mayHoldData = (type: string | undefined): boolean => type === undefined || !MADE_FROM_GIT.has(type);
