import { ordinalOf } from '../../reconciler/journal/keys.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Planned } from '../plan.ts';
import { journalReader } from './reader.ts';

/**
 * Whether the newest entry of the journal has no end: its run was killed or lost S3, unless it holds the lease. Two calls.
 */
export const isLeftOpen = async ({ aws, desired }: Pick<Planned, 'aws' | 'desired'>): Promise<boolean> => {
  const { organization, instance, account, homeRegion: region } = desired;
  const store = aws.journal({ region, account, bucket: artifactsBucket(organization, instance, region) });
  const reader = journalReader(store);
  const [key] = (await store.keys(1)) ?? [];
  if (key === undefined) return false;
  // What somebody else put beside the entries may come first.
  const newest = ordinalOf(key) ?? (await reader.ordinals())?.[0];
  return newest !== undefined && (await reader.entry(newest))?.isSealed === false;
};
