import { listNames, nearest } from '../../catalog/nearest.ts';
import { accessLineOf, planOf, type JournalEntry } from '../../reconciler/journal/entry.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Named } from '../access/names.ts';
import { placeOf } from '../access/place.ts';
import type { JournalReader } from './reader.ts';

/** A dataset that somebody asks about, and its tier. */
export interface KnownDataset {
  readonly name: string;
  readonly tier: string;
}

/** Entries read at once, while somebody waits for a name that is mostly in the newest ones. */
const READS_AT_ONCE = 8;

const datasetsIn = (entry: JournalEntry | undefined): readonly KnownDataset[] => {
  if (entry === undefined) return [];
  const line = accessLineOf(entry);
  const rows = line === undefined ? [] : line.form === 'full' ? line.rows : [...line.gained, ...line.lost];
  return [...rows, ...(planOf(entry)?.access ?? [])]
    .filter(({ dataset }) => dataset !== '*')
    .map(({ dataset: name, tier }) => ({ name, tier }));
};

/** One that has left the catalog: in the newest run that tells of it. Reads all entries only for a name that nobody knows. */
const inJournal = async (reader: JournalReader, name: string) => {
  const ordinals = (await reader.ordinals()) ?? [];
  const names = new Set<string>();
  for (let at = 0; at < ordinals.length; at += READS_AT_ONCE) {
    const entries = await Promise.all(ordinals.slice(at, at + READS_AT_ONCE).map((ordinal) => reader.entry(ordinal)));
    const known = entries.flatMap(datasetsIn);
    const found = known.find((one) => one.name === name);
    if (found !== undefined) return { found };
    for (const one of known) names.add(one.name);
  }
  return { names };
};

/**
 * The dataset of a name or a place, as the catalog has it, or any run of the journal: who asks about a day long ago may ask
 * about what is no more, but nobody may be told "nobody" about a name that is only misspelt.
 */
export const knownDataset = async (
  reader: JournalReader,
  catalog: Catalog,
  asked: string,
): Promise<Named<KnownDataset>> => {
  const placed = placeOf(catalog, asked);
  if (!('problem' in placed)) return { found: placed.found.dataset };
  if (placed.problem.code !== 'EDL-5041' || /[/.]/.test(asked)) return placed;
  const searched = await inJournal(reader, asked);
  if ('found' in searched) return { found: searched.found };
  const names = [...new Set([...catalog.datasets.map(({ name }) => name), ...searched.names])].sort();
  const guess = nearest(asked, names);
  const way =
    guess !== undefined
      ? `Did you mean ${guess}?`
      : names.length === 0
        ? 'The journal has no entry yet.'
        : `There are: ${listNames(names, 12)}.`;
  const detail = `Neither the catalog nor any run of the journal knows a dataset "${asked}". ${way}`;
  return { problem: { code: 'EDL-5041', severity: 'error', summary: 'Unknown dataset', detail } };
};
