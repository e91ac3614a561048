import type { Dataset, GrantEntry, Selector } from '../reconciler/model/catalog.ts';
import { implies } from './levels.ts';

/** Whether a dataset meets all conditions of a selector. */
export const isSelected = (dataset: Dataset, select: Selector): boolean =>
  (select.tier === undefined || select.tier === dataset.tier) &&
  (select.domain === undefined || select.domain === dataset.domain) &&
  (select.owner === undefined || select.owner === dataset.owner);

/** Whether what an entry names, a dataset or a selector, means a dataset. */
export const isMeant = (target: GrantEntry['target'], dataset: Dataset): boolean =>
  'dataset' in target ? target.dataset === dataset.name : isSelected(dataset, target.select);

/**
 * The tier that an entry names as a whole, if it does: a selector with a tier and nothing else, for reading published data
 * or metadata. Such an entry covers datasets to come; every other selector means exactly the datasets of today.
 */
export const wholeTier = (entry: GrantEntry): string | undefined => {
  if (!('select' in entry.target)) return undefined;
  const { tier, domain, owner } = entry.target.select;
  return domain === undefined && owner === undefined && implies('read', entry.level) ? tier : undefined;
};
