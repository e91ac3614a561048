import type { Gap } from '../gateway.ts';
import { athenaWorkGroups } from './athena-work-groups.ts';
import { cloudTrail } from './cloudtrail.ts';
import { glueJobs } from './glue-jobs.ts';
import { gluePaging } from './glue-paging.ts';
import { iamAuthorizationDetails } from './iam-authorization-details.ts';
import { iamMirrorGap, newIamMirror } from './iam-mirror.ts';
import { iamOidcProviders } from './iam-oidc-providers.ts';
import { iamQuotas } from './iam-quotas.ts';
import { iamReferences } from './iam-references.ts';
import { iamValues } from './iam-values.ts';
import { kms } from './kms.ts';
import { quotaReads, type Quotas } from './quotas.ts';
import { s3BucketConfiguration } from './s3-bucket-configuration.ts';
import { s3BucketFeatures } from './s3-bucket-features.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import type { Bucket } from './s3-buckets.ts';
import { s3Buckets } from './s3-buckets.ts';
import { s3Values } from './s3-values.ts';
import { sts } from './sts.ts';
import type { Trail } from './trail.ts';

/** Every gap of moto that the gateway fills, by name, in the order that a call passes them. */
export const gapsByName = (
  accounts: Map<string, string>,
  quotas: Quotas,
  trail: Trail,
): Readonly<Record<string, Gap>> => {
  const mirror = newIamMirror();
  const buckets = new Map<string, Bucket>();
  return {
    'iam-values': iamValues(),
    'iam-quotas': iamQuotas(mirror, quotas),
    quotas: quotaReads(quotas),
    'iam-references': iamReferences(mirror),
    'iam-oidc-providers': iamOidcProviders(),
    'iam-authorization-details': iamAuthorizationDetails(mirror),
    'iam-mirror': iamMirrorGap(mirror),
    's3-buckets': s3Buckets(buckets),
    's3-values': s3Values(),
    's3-bucket-configuration': s3BucketConfiguration(buckets),
    's3-bucket-features': s3BucketFeatures(buckets),
    's3-bucket-policy': s3BucketPolicy(buckets, mirror),
    'athena-work-groups': athenaWorkGroups(),
    'glue-jobs': glueJobs(),
    'glue-paging': gluePaging(),
    kms: kms(mirror),
    sts: sts(accounts, trail.sessions),
    cloudtrail: cloudTrail(trail),
  };
};
