import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logicalIdOf, refOf, refOutputOf, refTo } from '../../src/reconciler/model/logical-id.ts';
import type { ResourceId } from '../../src/reconciler/model/resource.ts';

describe('logical ids', () => {
  test('are readable where nothing else could read alike', () => {
    expect(logicalIdOf('iam-role/edl-dev01-team-oncology')).toBe('IamRoleEdlDev01TeamOncology');
  });

  test('carry part of a digest where something else could', () => {
    for (const id of ['iam-role/a-1', 'iam-role/a1b/c', 'iam-role/a_b', 'iam-role/A', 'iam-role/a--b'] as const)
      expect(logicalIdOf(id)).toMatch(/^IamRole[A-Za-z0-9]+[0-9a-f]{8}$/);
    expect(logicalIdOf('iam-role/a-1')).not.toBe(logicalIdOf('iam-role/a1'));
  });

  const word = fc.stringMatching(/^[a-z0-9]{1,3}$/);
  const name = fc
    .array(fc.tuple(word, fc.constantFrom('-', '-', '_', '/', '.', '')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.flat().join(''));
  const id = fc
    .tuple(fc.constantFrom('iam-role', 's3-bucket', 'kms-key'), name)
    .map(([kind, rest]): ResourceId => `${kind}/${rest}`);

  test('are alphanumeric, and no two ids share one', () => {
    fc.assert(
      fc.property(id, id, (left, right) => {
        expect(logicalIdOf(left)).toMatch(/^[A-Za-z][A-Za-z0-9]{1,254}$/);
        expect(logicalIdOf(left) === logicalIdOf(right)).toBe(left === right);
      }),
      { numRuns: 2000 },
    );
  });
});

test('references', () => {
  const id = 'kms-key/eu-west-1/edl-dev01-restricted';
  expect(refOf(refTo(id))).toBe(logicalIdOf(id));
  expect(refOutputOf(id)).toBe(`Ref${logicalIdOf(id)}`);
  for (const value of [undefined, null, 'Ref', { Ref: 1 }, { Ref: 'A', More: 'B' }, { 'Fn::GetAtt': 'A' }, ['A']])
    expect(refOf(value)).toBeUndefined();
});
