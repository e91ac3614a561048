import type { Catalog, Grant } from '../reconciler/model/catalog.ts';
import { digestOf, type Digest } from '../reconciler/model/digest.ts';
import { canonicalJson, compareText, type Json } from '../reconciler/model/json.ts';

/** A value of the model without the places where things were declared: what it means, not where it stands. */
export const contentOf = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(contentOf);
  if (typeof value === 'object' && value !== null) {
    const content: Record<string, Json> = {};
    for (const [key, child] of Object.entries(value))
      if (key !== 'declaredIn' && child !== undefined) content[key] = contentOf(child);
    return content;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
};

/** Sorts things that have no name by their content, so that neither file names nor the order of lines matter. */
export const sortByContent = <T>(list: readonly T[]): readonly T[] =>
  list
    .map((item) => ({ item, key: canonicalJson(contentOf(item)) }))
    .sort((left, right) => compareText(left.key, right.key))
    .map(({ item }) => item);

/** Sorts by name. */
export const sortByName = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] =>
  [...list].sort((left, right) => compareText(left.name, right.name));

/** Sorts grants by principal, then by content: several files may grant to one principal. */
export const sortGrants = (grants: readonly Grant[]): readonly Grant[] =>
  [...sortByContent(grants)].sort((left, right) => compareText(left.principal, right.principal));

/** The digest of a catalog's content: moving a file, adding a comment or reordering keys does not change it. */
export const digestCatalog = (content: Omit<Catalog, 'digest'>): Digest => digestOf(contentOf(content));
