import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/reconciler/model/json.ts';
import type { Mark } from '../../src/reconciler/model/live.ts';
import {
  digestOfProperties,
  readJobMark,
  readObjectMark,
  readTableMark,
  withJobMark,
  withObjectMark,
  withTableMark,
  type Unmarked,
} from '../../src/reconciler/model/mark.ts';

const MARK: Mark = { owner: 'acme/dev01', id: 'glue-table/eu-west-1/db/t', digest: 'sha256:1' };

interface Codec {
  readonly write: (map: Json | undefined, mark: Mark) => JsonObject;
  readonly read: (map: Json | undefined) => Unmarked;
  readonly keys: readonly [owner: string, id: string, digest: string];
}

const CODECS: readonly (readonly [string, Codec])[] = [
  ['table', { write: withTableMark, read: readTableMark, keys: ['edl:owner', 'edl:object', 'edl:digest'] }],
  ['job', { write: withJobMark, read: readJobMark, keys: ['--edl-owner', '--edl-object', '--edl-digest'] }],
  ['object', { write: withObjectMark, read: readObjectMark, keys: ['edl-owner', 'edl-object', 'edl-digest'] }],
];

describe.each(CODECS)('the mark of a %s', (_name, { write, read, keys: [owner, id, digest] }) => {
  test('is three entries beside the others', () => {
    expect(write({ classification: 'parquet' }, MARK)).toEqual({
      classification: 'parquet',
      [owner]: MARK.owner,
      [id]: MARK.id,
      [digest]: MARK.digest,
    });
  });

  test('reads back, and leaves the others as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'edl:dataset', '--conf'), fc.string()), (others) => {
        expect(read(write(others, MARK))).toEqual({ mark: MARK, rest: others });
        expect(read(write(write(others, { ...MARK, digest: 'old' }), MARK))).toEqual({ mark: MARK, rest: others });
      }),
    );
  });

  test('is absent where nobody marked anything', () => {
    for (const map of [undefined, null, 'text', [], {}]) expect(read(map)).toEqual({ rest: {} });
    expect(read({ a: '1' })).toEqual({ rest: { a: '1' } });
  });

  test('still is one when parts of it are gone: then it matches no object', () => {
    expect(read({ [owner]: 'acme/dev01' }).mark).toEqual({ owner: 'acme/dev01', id: '', digest: '' });
    expect(read({ [digest]: 'sha256:1' }).mark).toEqual({ owner: '', id: '', digest: 'sha256:1' });
  });
});

test('the digest of properties does not depend on the order of keys', () => {
  expect(digestOfProperties({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOfProperties({ b: { d: 3, c: 2 }, a: 1 }));
  expect(digestOfProperties({ a: 1 })).not.toBe(digestOfProperties({ a: 2 }));
});
