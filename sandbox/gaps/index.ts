import type { Gap } from '../gateway.ts';
import { athenaWorkGroups } from './athena-work-groups.ts';
import { glueJobs } from './glue-jobs.ts';
import { gluePaging } from './glue-paging.ts';
import { iamAuthorizationDetails } from './iam-authorization-details.ts';
import { iamMirrorGap, newIamMirror } from './iam-mirror.ts';
import { iamQuotas } from './iam-quotas.ts';
import { iamReferences } from './iam-references.ts';
import { kms } from './kms.ts';
import { quotaReads, type Quotas } from './quotas.ts';
import { s3BucketConfiguration } from './s3-bucket-configuration.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import type { Bucket } from './s3-buckets.ts';
import { s3Buckets } from './s3-buckets.ts';
import { sts } from './sts.ts';

/** Every gap of moto that the gateway fills, in the order that a call passes them. */
export const allGaps = (accounts: Map<string, string>, quotas: Quotas): readonly Gap[] => {
  const mirror = newIamMirror();
  const buckets = new Map<string, Bucket>();
  return [
    iamQuotas(mirror, quotas),
    quotaReads(quotas),
    iamReferences(mirror),
    iamAuthorizationDetails(mirror),
    iamMirrorGap(mirror),
    s3Buckets(buckets),
    s3BucketConfiguration(buckets),
    s3BucketPolicy(buckets, mirror),
    athenaWorkGroups(),
    glueJobs(),
    gluePaging(),
    kms(mirror),
    sts(accounts),
  ];
};
