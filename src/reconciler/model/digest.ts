import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './json.ts';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** The sha256 of bytes or text (as UTF-8), as 64 hexadecimal digits. */
export const sha256Hex = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The digest of a JSON value; equal values give equal digests whatever the order of their keys. */
export const digestOf = (value: Json): Digest => `sha256:${sha256Hex(canonicalJson(value))}`;
