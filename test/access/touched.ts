import { expect } from 'vitest';
import { type Leaf, packRows } from '../../src/access/documents/pack.ts';
import type { Scope } from '../../src/access/scope.ts';
import { canonicalJson } from '../../src/reconciler/model/json.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';

/** The documents that two layouts do not share, by name and content. */
export interface Touched {
  readonly before: readonly Leaf[];
  readonly after: readonly Leaf[];
  /** How many documents are made, changed or removed. */
  readonly count: number;
}

/** Compares two layouts of one role. */
export const touchedBetween = (before: readonly Leaf[], after: readonly Leaf[]): Touched => {
  const idOf = (leaf: Leaf): string => `${leaf.bits} ${canonicalJson(leaf.document)}`;
  const [old, fresh] = [new Set(before.map(idOf)), new Set(after.map(idOf))];
  const gone = before.filter((leaf) => !fresh.has(idOf(leaf)));
  const made = after.filter((leaf) => !old.has(idOf(leaf)));
  return { before: gone, after: made, count: new Set([...gone, ...made].map((leaf) => leaf.bits)).size };
};

/** Where a row is: rows of one place always share a document. */
export const placeOf = (row: AccessRow): string => `${row.tier}/${row.dataset}`;

const fits = (scope: Scope, leaves: readonly Leaf[]): boolean =>
  packRows(
    scope,
    leaves.flatMap((leaf) => leaf.rows),
  ).length === 1;

/**
 * The law of one grant: what it touches is one document on one side, and what that document splits into on the other. Two are
 * touched, unless the split goes on; then the last one is between two documents that do not fit one, so everything that was
 * split off on the way is smaller than what the grant changed.
 */
export const expectOneNode = (scope: Scope, touched: Touched, place: string): void => {
  const { before, after } = touched;
  const [few, many] = before.length < after.length ? [before, after] : [after, before];
  expect(few.length).toBeLessThanOrEqual(1);
  const names = [...before, ...after].map((leaf) => leaf.bits).sort((left, right) => left.length - right.length);
  for (const name of names) expect(name.startsWith(names[0] ?? '')).toBe(true);
  const rowsOf = (leaves: readonly Leaf[]): readonly string[] =>
    leaves
      .flatMap((leaf) => leaf.rows)
      .filter((row) => placeOf(row) !== place)
      .map((row) => canonicalJson({ ...row }))
      .sort();
  if (few.length === 1 && many.length > 0) expect(rowsOf(many)).toEqual(rowsOf(few));
  if (touched.count <= 2) return;
  expect(touched.count).toBe(many.length);
  expect(many.length).toBeLessThanOrEqual(6);
  const own = many.filter((leaf) => leaf.rows.some((row) => placeOf(row) === place));
  const others = many.filter((leaf) => !own.includes(leaf));
  expect(own).toHaveLength(1);
  expect(others.some((other) => !fits(scope, [...own, other]))).toBe(true);
};
