import type { JournalObject } from './entry.ts';

/** An object with what S3 calls its version for conditional writes. */
export interface StoredObject extends JournalObject {
  readonly etag: string;
}

/** `conflict`: the object was not what the writer thought it was, so nothing was written. */
export type Written =
  | { readonly status: 'written'; readonly etag: string }
  | { readonly status: 'conflict' }
  | { readonly status: 'no-bucket' };

/** Where a journal is kept. Failures throw EdlError. */
export interface JournalStore {
  /** Keys, the newest entry first; undefined when there is no bucket yet. `atMost` bounds the calls to one. */
  keys(atMost?: number): Promise<readonly string[] | undefined>;
  get(key: string): Promise<StoredObject | undefined>;
  /** Only if nothing is there. */
  create(key: string, text: string): Promise<Written>;
  /** Only if the object is still the one with this etag. */
  replace(key: string, text: string, etag: string): Promise<Written>;
}
