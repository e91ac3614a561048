import type { DriftReport } from '../../reconciler/model/drift.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { DriftParts } from './entries.ts';

/** Who besides the runner roles and the declared purge role can put or delete what is published, over the live policies. */
export const provePublishedStays = (_parts: DriftParts, _reads: AwsReads): Promise<DriftReport['immutability']> =>
  Promise.resolve({ status: 'unknown', exceptions: [] });
