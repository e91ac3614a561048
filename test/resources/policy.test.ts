import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/reconciler/model/json.ts';
import { normalizePolicy, policyDocument, type Statement } from '../../src/resources/shared/policy.ts';
import { disguise } from './created.ts';

const documentOf = (statement: Json): Json => ({ Version: '2012-10-17', Statement: statement });

describe('two documents that mean the same', () => {
  const base = { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['*'] };
  test.each<[string, Json, Json]>([
    ['a statement alone or in a list', base, [base]],
    ['the order of actions', [base], [{ ...base, Action: ['s3:ListBucket', 's3:GetObject'] }]],
    ['an action twice', [base], [{ ...base, Action: ['s3:ListBucket', 's3:GetObject', 's3:ListBucket'] }]],
    ['one value or a list of one', [base], [{ ...base, Resource: '*' }]],
    ['the order of statements', [base, { ...base, Sid: 'B' }], [{ ...base, Sid: 'B' }, base]],
    [
      'statements without names',
      [
        { Effect: 'Allow', Action: 'a:b' },
        { Effect: 'Allow', Action: 'a:a' },
      ],
      [
        { Effect: 'Allow', Action: ['a:a'] },
        { Effect: 'Allow', Action: ['a:b'] },
      ],
    ],
    [
      'a boolean or a number as text in a condition',
      [{ ...base, Condition: { Bool: { 'aws:SecureTransport': false }, NumericLessThan: { 's3:TlsVersion': 1.2 } } }],
      [
        {
          ...base,
          Condition: { NumericLessThan: { 's3:TlsVersion': ['1.2'] }, Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    ],
    [
      'the id of an account or its root',
      [{ ...base, Principal: { AWS: ['111111111111', 'arn:aws:iam::222222222222:root'] } }],
      [{ ...base, Principal: { AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::111111111111:root'] } }],
    ],
    [
      'one principal or a list of one',
      [{ ...base, Principal: { AWS: 'arn:aws:iam::1:root' } }],
      [{ ...base, Principal: { AWS: ['arn:aws:iam::1:root'] } }],
    ],
  ])('%s', (_what, left, right) => {
    expect(normalizePolicy(documentOf(left))).toEqual(normalizePolicy(documentOf(right)));
  });
});

describe('two documents that do not mean the same', () => {
  const base = { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['a'] };
  test.each<[string, Json]>([
    ['another effect', { ...base, Effect: 'Deny' }],
    ['one action more', { ...base, Action: ['s3:GetObject', 's3:PutObject'] }],
    ['NotAction', { Sid: 'A', Effect: 'Allow', NotAction: ['s3:GetObject'], Resource: ['a'] }],
    ['another resource', { ...base, Resource: ['b'] }],
    ['a condition', { ...base, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['a principal', { ...base, Principal: '*' }],
    ['another name', { ...base, Sid: 'B' }],
  ])('%s', (_what, other) => {
    expect(normalizePolicy(documentOf([other]))).not.toEqual(normalizePolicy(documentOf([base])));
  });

  test('everybody and everybody with credentials are not the same principal', () => {
    expect(normalizePolicy(documentOf([{ ...base, Principal: '*' }]))).not.toEqual(
      normalizePolicy(documentOf([{ ...base, Principal: { AWS: '*' } }])),
    );
  });
});

const texts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd*'), { minLength: 1, maxLength: 3 });

const statements: fc.Arbitrary<readonly Statement[]> = fc.uniqueArray(
  fc.record({
    Sid: fc.constantFrom('One', 'Two', 'Three'),
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Principal: fc.oneof(
      fc.constant('*'),
      texts.map((arns) => ({ AWS: arns })),
    ),
    Action: texts,
    Resource: texts,
    Condition: texts.map((values) => ({ StringLike: { 's3:prefix': values } })),
  }),
  { selector: ({ Sid: sid }) => sid, maxLength: 3 },
);

test('normal form survives any rewriting that keeps the meaning, and is idempotent', () => {
  fc.assert(
    fc.property(statements, (list) => {
      const document = policyDocument(list);
      const normal = normalizePolicy(document);
      expect(normalizePolicy(disguise(document))).toEqual(normal);
      expect(normalizePolicy(normal)).toEqual(normal);
    }),
  );
});

test('what is not a document is left as it is', () => {
  for (const value of ['text', 1, null, [], {}]) expect(normalizePolicy(value)).toEqual(value);
});
