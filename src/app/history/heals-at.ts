import { driftOf } from '../../reconciler/journal/entry.ts';
import type { HealedObject } from '../../reconciler/journal/lines.ts';
import type { HealedThen } from '../../report/history-answers.ts';
import type { JournalReader } from './reader.ts';
import { isAfter, type Window } from './window.ts';

/** Healing is rare; beyond so many runs the newest are enough to say that there was drift. */
const MOST_HEALS = 50;

/** Whether it may have been there by a moment: it was done before, or nobody knows when. */
const mayBeDoneBy = ({ author }: HealedObject, moment: string): boolean =>
  author?.status !== 'known' || !isAfter(author.at, moment);

/** Whether people changed with it who can do what on a dataset; whatever else widens may have. */
const concerns = ({ access, effect }: HealedObject, dataset: string, tier: string | undefined): boolean =>
  access.length === 0
    ? effect === 'widens'
    : access.some(
        (one) =>
          one.sort !== 'rights' ||
          one.change.dataset === dataset ||
          (one.change.dataset === '*' && (tier === undefined || one.change.tier === tier)),
      );

/**
 * What people had changed past git in a window, as far as healing has found it: the runs of healing within, and those after it
 * that undid what may have been there by then. Each header names the healing before it, so only those are read.
 */
export const healsAt = async (
  reader: JournalReader,
  { from, to }: Window,
  dataset: string,
  tier: string | undefined,
): Promise<readonly HealedThen[]> => {
  const heals: HealedThen[] = [];
  let [at] = (await reader.ordinals()) ?? [];
  for (let reads = 0; at !== undefined && reads < MOST_HEALS; reads += 1) {
    const entry = await reader.entry(at);
    if (entry === undefined || isAfter(from, entry.header.at)) break;
    const { ordinal, at: when, lastHeal } = entry.header;
    const found = driftOf(entry)?.objects ?? [];
    const objects = isAfter(when, to)
      ? found.filter((object) => mayBeDoneBy(object, to) && concerns(object, dataset, tier))
      : found;
    if (objects.length > 0) heals.unshift({ ordinal, at: when, objects });
    at = lastHeal;
  }
  return heals;
};
