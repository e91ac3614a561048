import { ATHENA_WORKGROUP } from './kinds/athena-workgroup.ts';
import { GLUE_DATABASE, GLUE_TABLE } from './kinds/glue-catalog.ts';
import { GLUE_JOB } from './kinds/glue-job.ts';
import { IAM_MANAGED_POLICY } from './kinds/iam-managed-policy.ts';
import { IAM_ROLE } from './kinds/iam-role.ts';
import { KMS_ALIAS, KMS_KEY } from './kinds/kms-key.ts';
import { ARTIFACT, REGISTRY } from './kinds/objects.ts';
import { S3_BUCKET_POLICY } from './kinds/s3-bucket-policy.ts';
import { S3_BUCKET } from './kinds/s3-bucket.ts';
import { STACK } from './kinds/stack.ts';
import type { KindEffects } from './rule.ts';

/** The decision tables of all kinds: the one list, which docs/drift-effects.md shows to people. */
export const KIND_EFFECTS: readonly KindEffects[] = [
  IAM_ROLE,
  IAM_MANAGED_POLICY,
  S3_BUCKET,
  S3_BUCKET_POLICY,
  KMS_KEY,
  KMS_ALIAS,
  ATHENA_WORKGROUP,
  GLUE_DATABASE,
  GLUE_TABLE,
  GLUE_JOB,
  ARTIFACT,
  REGISTRY,
  STACK,
];
