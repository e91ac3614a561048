import { joined } from '../changes/describe.ts';
import { withoutProbes } from './lake.ts';
import type { Deed } from './deed.ts';
import type { Mismatch } from './types.ts';

/** So many of many are named. */
const EXAMPLES = 2;

const distinct = (texts: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(texts.filter((text) => text !== undefined)),
];

/** `a`, `a and b`, `14 datasets (for example a and b)`; the short form goes without examples. */
const countedText = (names: readonly string[], noun: string, isShort: boolean): string =>
  names.length <= EXAMPLES
    ? joined(names)
    : `${names.length} ${noun}${isShort ? '' : ` (for example ${joined(names.slice(0, EXAMPLES))})`}`;

const tiersText = (tiers: readonly string[]): string => `the ${joined(tiers)} ${tiers.length === 1 ? 'tier' : 'tiers'}`;

const restText = (tiers: readonly string[], hasDatasets: boolean, { isOnDatasets }: Deed): string => {
  if (!isOnDatasets) return tiersText(tiers);
  return hasDatasets ? `anything else in ${tiersText(tiers)}` : `what is no dataset's in ${tiersText(tiers)}`;
};

const elsewhereText = (resources: readonly string[], isAlone: boolean, isShort: boolean): string =>
  isAlone
    ? countedText(resources, 'resources', isShort)
    : `${resources.length} ${resources.length === 1 ? 'resource' : 'resources'} elsewhere`;

/** What something could be done to: each place by where it lies. */
export const targetText = (mismatches: readonly Mismatch[], deed: Deed, isShort: boolean): string => {
  const datasets = distinct(
    mismatches.map(({ dataset, tier = '' }) => (dataset === undefined ? undefined : `${tier} ${dataset}`.trim())),
  );
  const rests = mismatches.filter(({ dataset }) => dataset === undefined);
  const tiers = distinct(rests.map(({ tier }) => tier));
  const resources = distinct(
    rests.filter(({ tier }) => tier === undefined).map(({ resource }) => withoutProbes(resource)),
  );
  return joined([
    ...(datasets.length === 0 ? [] : [countedText(datasets, 'datasets', isShort)]),
    ...(tiers.length === 0 ? [] : [restText(tiers, datasets.length > 0, deed)]),
    ...(resources.length === 0 ? [] : [elsewhereText(resources, datasets.length + tiers.length === 0, isShort)]),
  ]);
};
