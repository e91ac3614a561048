import { planOf, stacksOf } from '../../reconciler/journal/entry.ts';
import type { AccessHolder, DesiredState } from '../../reconciler/model/resource.ts';
import { lastKnownRows, type JournalReader, type KnownRows } from './reader.ts';
import { stackOfHolder } from './rows-after.ts';

/** What the journal tells a run of those before it. */
export interface Earlier {
  /** Absent: none of them tells who held what. */
  readonly known?: KnownRows;
  /** By stack, the first run that meant to work on it, and of which nobody knows yet how that ended. */
  readonly begunBy: ReadonlyMap<string, number>;
  /** Whom those runs meant to give or take something. */
  readonly doubtful: readonly AccessHolder[];
}

/** Reads the entries before one, back to the last that tells all rows: one or two, and one more for each run that was killed. */
export const readEarlier = async (
  reader: JournalReader,
  ordinal: number,
  { instance, homeRegion }: Pick<DesiredState, 'instance' | 'homeRegion'>,
): Promise<Earlier> => {
  const known = await lastKnownRows(reader, ordinal - 1);
  const begunBy = new Map<string, number>();
  const doubtful = new Set<AccessHolder>();
  for (const { principal, since } of known?.unsure ?? []) {
    begunBy.set(stackOfHolder(principal, instance, homeRegion), since);
    doubtful.add(principal);
  }
  for (let at = (known?.ordinal ?? 0) + 1; at < ordinal; at += 1) {
    const entry = await reader.entry(at);
    if (entry === undefined) continue;
    for (const stack of stacksOf(entry)) begunBy.set(stack, begunBy.get(stack) ?? at);
    for (const { principal } of planOf(entry)?.access ?? []) doubtful.add(principal);
  }
  return { ...(known === undefined ? {} : { known }), begunBy, doubtful: [...doubtful] };
};
