import { matchesGlob } from '../evaluate/glob.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import type { Places, Site } from './world.ts';

/** Datasets that documents may open, by tier: names, each with keys of objects that are named more closely. */
export type Mentions = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

type Collected = Map<string, Map<string, Set<string>>>;

const collect = (found: Collected, tier: string, name: string, key?: string): void => {
  const names = found.get(tier) ?? new Map<string, Set<string>>();
  const keys = names.get(name) ?? new Set<string>();
  if (key !== undefined) keys.add(key);
  found.set(tier, names.set(name, keys));
};

const isPlain = (text: string): boolean => !/[*?$]/.test(text);

/** A pattern's own example: what it certainly matches. */
const example = (pattern: string): string => pattern.replaceAll('*', 'probe').replaceAll('?', 'p');

/**
 * A key's first part is the dataset's folder. A plain one names a dataset; one that starts with a star means all, which the
 * probe of nobody's name finds; any other pattern is tried on every dataset of the catalog.
 */
const collectKey = (found: Collected, places: Places, site: Site, keyPattern: string): void => {
  const [folder = ''] = keyPattern.split('/');
  if (isPlain(folder) && keyPattern.includes('/')) collect(found, site.tier, folder, example(keyPattern));
  else if (!keyPattern.startsWith('*') || !/^\*(\/|$)/.test(keyPattern))
    for (const name of places.namesByTier.get(site.tier) ?? []) collect(found, site.tier, name);
};

const collectTables = (found: Collected, places: Places, tier: string, tablePattern: string): void => {
  const [, prefix] = /^([a-z0-9_]+?)__/.exec(tablePattern) ?? [];
  if (prefix !== undefined) collect(found, tier, prefix.replaceAll('_', '-'));
  else if (tablePattern !== '*') for (const name of places.namesByTier.get(tier) ?? []) collect(found, tier, name);
};

const collectAll = (found: Collected, places: Places): void => {
  for (const [tier, names] of places.namesByTier) for (const name of names) collect(found, tier, name);
};

const collectResource = (found: Collected, places: Places, resource: string): void => {
  if (resource === '*') return;
  const [, , service, , , rest = ''] = resource.split(':');
  if (service === 's3') {
    const [bucket = '', ...key] = rest.split('/');
    // A star in the bucket part may stand for a slash as well, so it can mean anything.
    if (!isPlain(bucket)) collectAll(found, places);
    for (const site of places.sites)
      if (key.length > 0 && (matchesGlob(bucket, site.bucket) || matchesGlob(bucket, site.dropBucket)))
        collectKey(found, places, site, key.join('/'));
    return;
  }
  if (service === 'glue') {
    const [kind, database = '', table = ''] = rest.split('/');
    if (kind !== 'table') return;
    for (const site of places.sites)
      if (matchesGlob(database, site.database)) collectTables(found, places, site.tier, table);
    return;
  }
  if (service === undefined || !isPlain(service)) collectAll(found, places);
};

const isAbout = (statement: CompiledStatement): boolean =>
  statement.effect === 'Allow' &&
  (statement.isNotAction || statement.actions.some((action) => /^(s3|glue|[^:]*[*?])/.test(action)));

/**
 * The datasets that some statements may open: those of the catalog that their patterns could mean, and those that they name
 * though the catalog does not have them. Everything else is left to the probe of nobody's name.
 */
export const mentionsOf = (statements: readonly CompiledStatement[], places: Places): Mentions => {
  const found: Collected = new Map();
  for (const statement of statements.filter(isAbout))
    if (statement.isNotResource || statement.hasVariables) collectAll(found, places);
    else for (const resource of statement.resources) collectResource(found, places, resource);
  return found;
};
