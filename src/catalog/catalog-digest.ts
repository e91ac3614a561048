import type { Catalog, Grant } from '../reconciler/model/catalog.ts';
import { type Digest, sha256Hex } from '../reconciler/model/digest.ts';
import { compareText } from '../reconciler/model/json.ts';

/** Keys that say where things were declared, not what they mean. */
const PLACES = new Set(['declaredIn', 'inputLines', 'outputLines']);

/**
 * The canonical JSON of what a value of the model means: without the places where things were declared. One pass, since a
 * lake of thousands of grants is written twice at every start: once to sort it, once for its digest.
 */
export const contentText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(contentText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts: string[] = [];
  for (const [key, child] of Object.entries(value).sort(([left], [right]) => compareText(left, right)))
    if (!PLACES.has(key) && child !== undefined) parts.push(`${JSON.stringify(key)}:${contentText(child)}`);
  return `{${parts.join(',')}}`;
};

/** Sorts things that have no name by their content, so that neither file names nor the order of lines matter. */
export const sortByContent = <T>(list: readonly T[]): readonly T[] =>
  list.length < 2
    ? list
    : list
        .map((item) => ({ item, key: contentText(item) }))
        .sort((left, right) => compareText(left.key, right.key))
        .map(({ item }) => item);

/** Sorts by name. */
export const sortByName = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] =>
  [...list].sort((left, right) => compareText(left.name, right.name));

/** Sorts grants by principal, then by content: several files may grant to one principal. */
export const sortGrants = (grants: readonly Grant[]): readonly Grant[] =>
  [...sortByContent(grants)].sort((left, right) => compareText(left.principal, right.principal));

/** The digest of a catalog's content: moving a file, adding a comment or reordering keys does not change it. */
export const digestCatalog = (content: Omit<Catalog, 'digest'>): Digest => `sha256:${sha256Hex(contentText(content))}`;
