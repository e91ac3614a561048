import { lineText, sealText } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import type { EntryRef, HeaderLine, JournalLine } from '../../src/reconciler/journal/lines.ts';
import type { JournalStore } from '../../src/reconciler/journal/store.ts';
import { sha256Hex, type Digest } from '../../src/reconciler/model/digest.ts';

/** A journal in memory that counts what is asked of it. */
export interface MemoryJournal {
  readonly store: JournalStore;
  readonly objects: Map<string, string>;
  /** Since this was last asked. */
  readonly takeCalls: () => Readonly<Record<'list' | 'get' | 'put', number>>;
}

export const digestOf = (text: string): Digest => `sha256:${sha256Hex(text)}`;

/** Makes one without entries. */
export const memoryJournal = (): MemoryJournal => {
  const objects = new Map<string, string>();
  let calls = { list: 0, get: 0, put: 0 };
  const put = (key: string, text: string, isAllowed: boolean) => {
    calls.put += 1;
    if (!isAllowed) return Promise.resolve({ status: 'conflict' } as const);
    objects.set(key, text);
    return Promise.resolve({ status: 'written', etag: digestOf(text) } as const);
  };
  const etagOf = (key: string): string | undefined => {
    const text = objects.get(key);
    return text === undefined ? undefined : digestOf(text);
  };
  return {
    objects,
    takeCalls: () => {
      const taken = calls;
      calls = { list: 0, get: 0, put: 0 };
      return taken;
    },
    store: {
      keys: (atMost) => {
        const all = [...objects.keys()].sort();
        calls.list += atMost === undefined ? Math.max(1, Math.ceil(all.length / 1000)) : 1;
        return Promise.resolve(all.slice(0, atMost ?? all.length));
      },
      get: (key) => {
        calls.get += 1;
        const text = objects.get(key);
        return Promise.resolve(
          text === undefined ? undefined : { key, text, digest: digestOf(text), etag: digestOf(text) },
        );
      },
      create: (key, text) => put(key, text, !objects.has(key)),
      replace: (key, text, etag) => put(key, text, etagOf(key) === etag),
    },
  };
};

/** A header with nothing odd about it. */
export const headerAt = (ordinal: number, at: string, previous?: EntryRef): HeaderLine => ({
  line: 'header',
  formatVersion: '1',
  ordinal,
  run: `run-${ordinal}`,
  kind: 'apply',
  instance: 'dev01',
  account: '111111111111',
  by: 'arn:aws:sts::111111111111:assumed-role/deploy/jane',
  at,
  edlVersion: '0.1.0',
  catalog: { digest: digestOf('catalog'), commit: 'a'.repeat(40), dirty: false },
  plan: digestOf(`plan ${ordinal}`),
  asOf: at,
  targets: [],
  excludes: [],
  allowances: [],
  ...(previous === undefined ? {} : { previous }),
});

/** Writes a whole entry, sealed unless it has not ended; tells how the next one names it. */
export const writeEntry = (
  { objects }: Pick<MemoryJournal, 'objects'>,
  header: HeaderLine,
  lines: readonly JournalLine[],
  isSealed = true,
): EntryRef => {
  const open = [header, ...lines].map(lineText).join('');
  const text = isSealed ? sealText(open) : open;
  objects.set(journalKey(header.ordinal), text);
  return { ordinal: header.ordinal, digest: digestOf(text) };
};
