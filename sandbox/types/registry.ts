import { athenaWorkGroup } from './athena-work-group.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamOidcProvider } from './iam-oidc-provider.ts';
import { iamRolePolicy } from './iam-role-policy.ts';
import { iamRole } from './iam-role.ts';
import { kmsAlias } from './kms-alias.ts';
import { kmsKey } from './kms-key.ts';
import type { ResourceType } from './resource-type.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { s3Bucket } from './s3-bucket.ts';

const TYPES: readonly ResourceType[] = [
  athenaWorkGroup,
  iamManagedPolicy,
  iamOidcProvider,
  iamRole,
  iamRolePolicy,
  kmsAlias,
  kmsKey,
  s3Bucket,
  s3BucketPolicy,
];

const BY_NAME: ReadonlyMap<string, ResourceType> = new Map(TYPES.map((type) => [type.type, type]));

/** The resource type of a name; a type enters here with the first template that needs it. */
export const typeOf = (name: string): ResourceType | undefined => BY_NAME.get(name);
