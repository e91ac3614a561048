import type { Catalog, Dataset, Day, Grant, GrantEntry } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';
import { absentDataset, absentPipelineDataset, emptySelector, retiredDataset } from './grant-notes.ts';
import { implies, type RowLevel } from './levels.ts';
import { isRetired, regionsOf } from '../reconciler/model/instance.ts';
import { type Scope, scopeOf } from './scope.ts';
import { isSelected, wholeTier } from './selectors.ts';
import { endOf, endOn, laterEnd, untilField } from './time.ts';
import { uniteRows } from './unite.ts';

/** Rows with what people should know about how they came to be. */
export interface Rows {
  readonly rows: readonly AccessRow[];
  readonly notes: readonly Diagnostic[];
}

/** A row of one dataset. It ends with the dataset, if that is to be retired. */
const rowOf = (principal: AccessHolder, dataset: Dataset, level: RowLevel, until?: Day): AccessRow => ({
  principal,
  dataset: dataset.name,
  tier: dataset.tier,
  level,
  ...untilField(endOn(dataset, until)),
});

const selected = (scope: Scope, entry: GrantEntry): readonly Dataset[] => {
  const { target } = entry;
  if ('dataset' in target) {
    const dataset = scope.datasets.get(target.dataset);
    return dataset === undefined ? [] : [dataset];
  }
  return [...scope.datasets.values()].filter((dataset) => isSelected(dataset, target.select));
};

/** Why an entry means no dataset of this instance. */
const noteOf = (scope: Scope, grant: Grant, entry: GrantEntry): Diagnostic => {
  const { target } = entry;
  if (!('dataset' in target)) return emptySelector(grant, entry, scope.instance.name);
  const dataset = scope.catalog.datasets.find((one) => one.name === target.dataset);
  return dataset !== undefined && regionsOf(dataset, scope.instance).length > 0 && isRetired(dataset, scope.today)
    ? retiredDataset(grant, entry, dataset)
    : absentDataset(grant, entry, scope.instance.name);
};

/** One line of a grant that holds in this instance now. */
interface LiveEntry {
  readonly grant: Grant;
  readonly entry: GrantEntry;
  readonly datasets: readonly Dataset[];
}

const liveEntries = (
  scope: Scope,
): { readonly entries: readonly LiveEntry[]; readonly notes: readonly Diagnostic[] } => {
  const entries: LiveEntry[] = [];
  const notes: Diagnostic[] = [];
  const holders = new Set<string>([
    ...scope.catalog.principals.map((principal) => principal.ref),
    ...scope.pipelines.map((pipeline) => `pipeline:${pipeline.name}`),
  ]);
  for (const grant of scope.catalog.grants.filter((one) => holders.has(one.principal)))
    for (const entry of grant.access) {
      if (entry.instances !== undefined && !entry.instances.includes(scope.instance.name)) continue;
      // The catalog's own check tells about it, at the line of the date.
      if (entry.expires !== undefined && entry.expires < scope.today) continue;
      const datasets = selected(scope, entry);
      if (datasets.length > 0 || wholeTier(entry) !== undefined) entries.push({ grant, entry, datasets });
      else notes.push(noteOf(scope, grant, entry));
    }
  return { entries, notes };
};

const exactRows = ({ grant, entry, datasets }: LiveEntry): readonly AccessRow[] =>
  datasets.map((dataset) => rowOf(grant.principal, dataset, entry.level, entry.expires));

const tierRow = ({ grant, entry }: LiveEntry, tier: string): AccessRow => ({
  principal: grant.principal,
  dataset: '*',
  tier,
  level: entry.level,
  ...untilField(endOf(entry.expires)),
});

const rawKey = (principal: AccessHolder, tier: string): string => `${principal} ${tier}`;

/**
 * Grants become exact rows. Naming a whole tier becomes one row for all of it, present and future, which comes with a deny
 * on raw data; so it stays exact for who may read raw data in that tier.
 */
const grantRows = (entries: readonly LiveEntry[], others: readonly AccessRow[]): readonly AccessRow[] => {
  const exact = entries.filter(({ entry }) => wholeTier(entry) === undefined).flatMap(exactRows);
  const readsRaw = new Set(
    [...exact, ...others].filter((row) => implies(row.level, 'read-raw')).map((row) => rawKey(row.principal, row.tier)),
  );
  const whole = entries.flatMap((live) => {
    const tier = wholeTier(live.entry);
    if (tier === undefined) return [];
    return readsRaw.has(rawKey(live.grant.principal, tier)) ? exactRows(live) : [tierRow(live, tier)];
  });
  return [...exact, ...whole];
};

/** A pipeline reads its inputs and writes its outputs, without an end, as long as it is there. */
const pipelineRows = (scope: Scope): Rows => {
  const rows: AccessRow[] = [];
  const notes: Diagnostic[] = [];
  for (const pipeline of scope.pipelines) {
    const add = (name: string, level: RowLevel, use: 'reads' | 'writes'): void => {
      const dataset = scope.datasets.get(name);
      if (dataset === undefined) notes.push(absentPipelineDataset(pipeline, name, use, scope.instance.name));
      else rows.push(rowOf(`pipeline:${pipeline.name}`, dataset, level));
    };
    for (const input of pipeline.inputs) add(input, 'read', 'reads');
    for (const output of pipeline.outputs) add(output, 'run-write', 'writes');
  }
  return { rows, notes };
};

const defaultRows = (scope: Scope): readonly AccessRow[] =>
  [...scope.tiers.values()]
    .filter((tier) => tier.defaultRole !== undefined)
    .map((tier) => ({ principal: `everyone:${tier.name}`, dataset: '*', tier: tier.name, level: 'read' }));

const exposedRows = (scope: Scope): readonly AccessRow[] =>
  [...scope.datasets.values()].flatMap((dataset) =>
    dataset.expose.map(({ level }) => rowOf(`exposed:${dataset.name}/${level}`, dataset, level)),
  );

/**
 * The rows that documents are made of: everything granted, before the metadata of open tiers is counted in. Each document
 * carries that itself, so that it depends on its own rows only.
 */
export const grantedRows = (scope: Scope): Rows => {
  const pipelines = pipelineRows(scope);
  const { entries, notes } = liveEntries(scope);
  const granted = grantRows(entries, pipelines.rows);
  return {
    rows: uniteRows([...granted, ...pipelines.rows, ...defaultRows(scope), ...exposedRows(scope)]),
    notes: [...notes, ...pipelines.notes],
  };
};

/** Whether open metadata is for this holder: for the lake's own principals, not for third parties. */
export const seesOpenMetadata = (holder: AccessHolder): boolean => !holder.startsWith('exposed:');

/** Who holds anything in a tier with open metadata sees the metadata of all its tables, as long as the longest of it. */
export const withOpenMetadata = (scope: Scope, rows: readonly AccessRow[]): readonly AccessRow[] => {
  const seen = rows.filter((row) => seesOpenMetadata(row.principal) && scope.tiers.get(row.tier)?.metadata === 'open');
  const ends = new Map<string, { readonly row: AccessRow; readonly end: string }>();
  for (const row of seen) {
    const key = rawKey(row.principal, row.tier);
    ends.set(key, { row, end: laterEnd(ends.get(key)?.end ?? '', endOf(row.until)) });
  }
  const discovered = [...ends.values()].map(({ row, end }): AccessRow => ({
    principal: row.principal,
    dataset: '*',
    tier: row.tier,
    level: 'discover',
    ...untilField(end),
  }));
  return uniteRows([...rows, ...discovered]);
};

/**
 * Who may do what in an instance at a time, as declared: grants resolved to datasets, pipelines, default roles, exposed
 * datasets and open metadata, united. The instance must be in the catalog.
 */
export const declaredRows = (catalog: Catalog, instance: string, asOf: string): Rows => {
  const scope = scopeOf(catalog, instance, asOf);
  const granted = grantedRows(scope);
  return { rows: withOpenMetadata(scope, granted.rows), notes: granted.notes };
};
