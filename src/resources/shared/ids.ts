import type { ResourceId } from '../../reconciler/model/resource.ts';

/**
 * The ids of all kinds' resources, in one place because they refer to each other. A name that is unique only within its
 * region is preceded by the region.
 */

export const bucketId = (name: string): ResourceId => `s3-bucket/${name}`;

export const bucketPolicyId = (bucket: string): ResourceId => `s3-bucket-policy/${bucket}`;

/** `alias` with or without `alias/`; the key itself has no name. */
export const keyId = (region: string, alias: string): ResourceId =>
  `kms-key/${region}/${alias.replace(/^alias\//, '')}`;

export const aliasId = (region: string, alias: string): ResourceId =>
  `kms-alias/${region}/${alias.replace(/^alias\//, '')}`;

export const roleId = (name: string): ResourceId => `iam-role/${name}`;

export const managedPolicyId = (name: string): ResourceId => `iam-managed-policy/${name}`;

export const workGroupId = (region: string, name: string): ResourceId => `athena-workgroup/${region}/${name}`;

export const databaseId = (region: string, name: string): ResourceId => `glue-database/${region}/${name}`;

export const tableId = (region: string, database: string, name: string): ResourceId =>
  `glue-table/${region}/${database}/${name}`;

export const jobId = (region: string, name: string): ResourceId => `glue-job/${region}/${name}`;

export const registryId = (region: string): ResourceId => `registry/${region}`;

/** The registry's list of a region's jobs. */
export const jobListId = (region: string): ResourceId => `registry/${region}/jobs`;

/** `fileName` is the key's last part. */
export const artifactId = (region: string, fileName: string): ResourceId => `artifact/${region}/${fileName}`;
