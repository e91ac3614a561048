import type { Json } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';

/** A page of a JSON list API, and the token of the next one. */
export const jsonPage = <T>(
  items: readonly T[],
  token: Json | undefined,
  size: number,
): { readonly items: readonly T[]; readonly next: string | undefined } => {
  const start = typeof token === 'string' && token !== '' ? Number(Buffer.from(token, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidInputException', 'Invalid pagination token');
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
};

/** The page size a caller asked for, within what the API allows. */
export const pageSize = (asked: Json | undefined, usual: number, most: number): number => {
  if (typeof asked !== 'number') return usual;
  return Math.max(1, Math.min(asked, most));
};
