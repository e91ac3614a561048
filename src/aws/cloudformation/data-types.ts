/**
 * Types whose loss is a loss of people's data, whatever a plan says: a bucket, and the key without which its objects cannot
 * be read. A second line of defence behind the guards; kinds know theirs by `holdsData`.
 */
const DATA_TYPES: ReadonlySet<string> = new Set(['AWS::S3::Bucket', 'AWS::KMS::Key']);

/** Whether resources of this type are never to be removed. */
export const isDataType = (type: string | undefined): boolean => type !== undefined && DATA_TYPES.has(type);
