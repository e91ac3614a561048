import type { JsonObject } from '../json.ts';
import { textAt } from '../json.ts';
import { s3Operation, s3Target } from '../protocol/s3-operation.ts';

/** An action, and the resource that a policy must allow it on. */
export interface Need {
  readonly action: string;
  readonly resource: string;
}

/** S3's actions are not always named as its operations are (list_amazons3 of the service authorization reference). */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketTagging: 'PutBucketTagging',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
};

export const s3Need = (method: string, path: string): Need => {
  const operation = s3Operation(method, path, {});
  return {
    action: `s3:${S3_ACTIONS[operation] ?? operation}`,
    resource: `arn:aws:s3:::${s3Target(path).bucket}`,
  };
};

const jsonResource = (service: string, prefix: string, body: JsonObject): string => {
  const arn = textAt(body, 'ResourceARN');
  if (arn !== undefined) return arn;
  if (service === 'athena') return `${prefix}:workgroup/${textAt(body, 'WorkGroup') ?? textAt(body, 'Name') ?? ''}`;
  const alias = textAt(body, 'AliasName');
  const key = textAt(body, 'KeyId');
  if (alias !== undefined) return `${prefix}:${alias}`;
  if (key === undefined) return '*';
  return key.startsWith('arn:') ? key : `${prefix}:key/${key}`;
};

export const jsonNeed = (
  service: string,
  operation: string,
  place: { readonly account: string; readonly region: string },
  body: JsonObject,
): Need => ({
  action: `${service}:${operation}`,
  resource: jsonResource(service, `arn:aws:${service}:${place.region}:${place.account}`, body),
});

/** `arnOf` tells the ARN of a role that exists: its path is in no request. */
export const iamNeed = async (
  action: string,
  account: string,
  parameters: Readonly<Record<string, string | undefined>>,
  arnOf: (role: string) => Promise<string>,
): Promise<Need> => {
  const { RoleName: role, PolicyArn: policy, PolicyName: name, Path: path = '/' } = parameters;
  const resource =
    action === 'CreateRole'
      ? `arn:aws:iam::${account}:role${path}${role ?? ''}`
      : role !== undefined
        ? await arnOf(role)
        : (policy ?? `arn:aws:iam::${account}:policy${path}${name ?? ''}`);
  return { action: `iam:${action}`, resource };
};
