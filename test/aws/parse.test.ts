import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src/aws/parse.ts';

describe('parseJsonObject', () => {
  it('reads a document', () => {
    expect(parseJsonObject('{"Version":"2012-10-17"}', 'the policy')).toEqual({ Version: '2012-10-17' });
  });

  it.each(['', "{'Version': 1}", '[]', 'null', '"text"'])('takes %j for unknown and never for empty', (text) => {
    expect(() => parseJsonObject(text, 'the policy of bucket b')).toThrow(
      expect.objectContaining({
        code: 'EDL-4016',
        message: expect.stringContaining('the policy of bucket b') as string,
      }),
    );
  });
});
