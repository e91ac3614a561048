import { sha256Hex } from '../../reconciler/model/digest.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { rowPermits } from './permits.ts';
import type { Scope } from '../scope.ts';
import { documentSize, keyed, type KeyedPermit, policyDocument, toStatements } from './statement.ts';

/** The largest managed policy, in characters; leaves are cut to it so that any of them may become one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const DOCUMENT_LIMIT = 6144;

/** Bits of the hash that may be used; two datasets that agree in all of them do not exist. */
const DEPTH = 64;

/**
 * One self-contained document. `bits` names it: nothing for the leftmost, else what its rows had in common when it was split
 * off. When a leaf splits, the zero half keeps the name and the other half is new, so a split changes one document and adds one.
 */
export interface Leaf {
  readonly bits: string;
  readonly rows: readonly AccessRow[];
  readonly document: JsonObject;
  readonly size: number;
}

interface Item {
  readonly row: AccessRow;
  readonly bits: string;
  readonly permits: readonly KeyedPermit[];
}

const toBits = (hex: string): string =>
  hex.replace(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'));

/** Where a row belongs depends on its dataset alone, never on other rows. */
const placeOf = (row: AccessRow): string =>
  toBits(sha256Hex(row.dataset === '*' ? `*${row.tier}` : row.dataset).slice(0, DEPTH / 4));

/** The bits that all items begin with. */
const sharedBits = (items: readonly Item[]): string => {
  const [first = '', ...others] = items.map((item) => item.bits);
  let length = first.length;
  for (const bits of others) while (!bits.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
};

const toLeaf = (items: readonly Item[], bits: string): Leaf => {
  const document = policyDocument(toStatements(items.flatMap((item) => item.permits)));
  return { bits, rows: items.map((item) => item.row), document, size: documentSize(document) };
};

/** Told without writing the document, which is slow: every resource is in it once at least. */
const isSurelyTooLarge = (items: readonly Item[]): boolean => {
  const seen = new Set<string>();
  let length = 0;
  for (const { permits } of items)
    for (const { resource } of permits) {
      if (seen.has(resource)) continue;
      seen.add(resource);
      length += resource.length;
      if (length > DOCUMENT_LIMIT) return true;
    }
  return false;
};

/** Splits at the first bit that tells items apart, so that no half is ever empty; one dataset alone cannot be split. */
const split = (items: readonly Item[], name: string): readonly Leaf[] => {
  const shared = sharedBits(items);
  if (shared.length === DEPTH || !isSurelyTooLarge(items)) {
    const leaf = toLeaf(items, name);
    if (leaf.size <= DOCUMENT_LIMIT || shared.length === DEPTH) return [leaf];
  }
  return ['0', '1'].flatMap((bit) =>
    split(
      items.filter((item) => item.bits[shared.length] === bit),
      bit === '0' ? name : `${shared}1`,
    ),
  );
};

/**
 * Packs the rows of one role into documents: a binary tree over sha256 of the dataset, whose leaf splits when it is full.
 * A pure function of the rows, so that one grant changes one document, or splits or merges one; docs/adr/0013-splits.md
 * tells how rarely a split goes on. Sorted by place.
 */
export const packRows = (scope: Scope, rows: readonly AccessRow[]): readonly Leaf[] =>
  rows.length === 0
    ? []
    : split(
        rows.map((row) => ({ row, bits: placeOf(row), permits: rowPermits(scope, row).map(keyed) })),
        '',
      );
