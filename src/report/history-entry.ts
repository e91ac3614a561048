import type { EntryRef } from '../reconciler/journal/lines.ts';

/** How a run's output names its entry in the journal: the digest to keep outside of the bucket, and where to look. */
export const entryText = ({ ordinal, digest }: EntryRef, instance: string): string =>
  `Journal: entry ${ordinal}, ${digest}  (edl history show ${ordinal} --instance ${instance})`;
