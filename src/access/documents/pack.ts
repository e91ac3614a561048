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
 * One self-contained document. `bits` is its path in the tree without trailing zeros: when a leaf splits, the zero half
 * keeps the name and the other half is new, so that a split changes one document and adds one.
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

const toLeaf = (items: readonly Item[], path: string): Leaf => {
  const document = policyDocument(toStatements(items.flatMap((item) => item.permits)));
  return {
    bits: path.replace(/0+$/, ''),
    rows: items.map((item) => item.row),
    document,
    size: documentSize(document),
  };
};

const split = (items: readonly Item[], path: string): readonly Leaf[] => {
  if (items.length === 0) return [];
  const leaf = toLeaf(items, path);
  if (leaf.size <= DOCUMENT_LIMIT || path.length === DEPTH) return [leaf];
  return ['0', '1'].flatMap((bit) =>
    split(
      items.filter((item) => item.bits[path.length] === bit),
      `${path}${bit}`,
    ),
  );
};

/**
 * Packs the rows of one role into documents: a binary tree over sha256 of the dataset, whose leaf splits when it is full.
 * A pure function of the rows, so that one grant changes one document, or splits or merges one. Sorted by path.
 */
export const packRows = (scope: Scope, rows: readonly AccessRow[]): readonly Leaf[] =>
  split(
    rows.map((row) => ({ row, bits: placeOf(row), permits: rowPermits(scope, row).map(keyed) })),
    '',
  );
