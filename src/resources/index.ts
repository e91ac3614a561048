import type { ResourceKind } from '../reconciler/model/kind.ts';
import { artifact } from './artifact/kind.ts';
import { athenaWorkGroup } from './athena-workgroup/kind.ts';
import { glueDatabaseKind } from './glue-database/kind.ts';
import { glueJobKind } from './glue-job/kind.ts';
import { glueTableKind } from './glue-table/kind.ts';
import { iamManagedPolicy } from './iam-managed-policy/kind.ts';
import { iamRole } from './iam-role/kind.ts';
import { kmsAlias } from './kms-alias/kind.ts';
import { kmsKey } from './kms-key/kind.ts';
import { registry } from './registry/kind.ts';
import { s3BucketPolicy } from './s3-bucket-policy/kind.ts';
import { s3Bucket } from './s3-bucket/kind.ts';

/** Every kind of resource that EDL knows. The one list; order means nothing. */
export const resourceKinds: readonly ResourceKind[] = [
  artifact,
  athenaWorkGroup,
  glueDatabaseKind,
  glueJobKind,
  glueTableKind,
  iamManagedPolicy,
  iamRole,
  kmsAlias,
  kmsKey,
  registry,
  s3Bucket,
  s3BucketPolicy,
];
