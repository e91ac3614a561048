import type { GuardFacts } from '../reconciler/guards/guard.ts';
import { locationOf, newDatasets } from '../reconciler/guards/registry.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

/** Asks AWS what the guards must know of this plan: which new datasets would start in a folder that holds objects. */
export const readFacts = async (
  plan: Plan,
  desired: DesiredState,
  live: LiveState,
  reads: AwsReads,
): Promise<Pick<GuardFacts, 'prefixesWithObjects'>> => {
  const found = await Promise.all(
    newDatasets(plan, desired, live).map(async (entry) => {
      const isTaken = await reads.hasObjects(entry.region, entry.bucket, entry.prefix);
      return isTaken ? [locationOf(entry)] : [];
    }),
  );
  return { prefixesWithObjects: found.flat() };
};
