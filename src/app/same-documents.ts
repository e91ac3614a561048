import { compareText, sameJson, type Json } from '../reconciler/model/json.ts';
import type { ViewedRole } from './held-roles.ts';

const documentsOf = ({ documents, boundary }: ViewedRole): Json => [
  [...documents]
    .sort((left, right) => compareText(left.name, right.name))
    .map(({ name, document }) => [name, document]),
  boundary ?? null,
];

/** Whether two roles may do the same by the documents that are known of them. A role that is not there is like no other. */
export const haveSameDocuments = (left: ViewedRole | undefined, right: ViewedRole | undefined): boolean =>
  left === undefined || right === undefined ? left === right : sameJson(documentsOf(left), documentsOf(right));
