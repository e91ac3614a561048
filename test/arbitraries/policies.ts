import fc from 'fast-check';
import type { AccessRequest, RequestContext } from '../../src/access/evaluate/types.ts';
import type { Json, JsonObject } from '../../src/reconciler/model/json.ts';

/** Small policy documents over few names, so that their statements often meet, and requests that they speak of. */
const ACCOUNT = '111111111111';
export const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;
export const BUCKET_ARN = 'arn:aws:s3:::b';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const USER = `arn:aws:iam::${ACCOUNT}:user/u`;

const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:Get*', 'S3:getobject', 's3:*', '*', 'kms:Decrypt', 's3:???Object'];
const RESOURCES = [
  '*',
  'arn:aws:s3:::b',
  'arn:aws:s3:::b*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/a',
  'arn:aws:s3:::b/a*',
  'arn:aws:s3:::b/?',
  'arn:aws:s3:::b/${aws:username}',
  'arn:aws:s3:::b/${aws:username}*',
  'arn:aws:kms:*',
  KEY_ARN,
];

const PRINCIPALS: readonly Json[] = [
  '*',
  { AWS: '*' },
  { AWS: ACCOUNT },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: ROLE },
  { AWS: USER },
  { AWS: [ROLE, USER] },
  { AWS: [ROLE, `arn:aws:iam::${ACCOUNT}:root`] },
  { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s` },
  { AWS: 'arn:aws:iam::222222222222:root', Service: 'glue.amazonaws.com' },
  { CanonicalUser: 'c' },
];
const EXCEPTIONS = PRINCIPALS.slice(2);

const TEXTS = ['a', 'b', 'A', 'a*', 'a?', '*', '${aws:username}', 'x${aws:username}', '${*}'];
const ARNS = [ROLE, `arn:aws:iam::${ACCOUNT}:role/*`, `arn:aws:iam::*:role/r`, 'arn:aws:*', '*', USER];
const NUMBERS = ['1', '2', '3', 'x', '${aws:username}'];
const DATES = ['2026-01-01', '2026-02-01T00:00:00Z', '2027-01-01', 'x'];

/** Operators with keys that they are written with, and values. */
const OPERATORS: readonly (readonly [string, string, readonly string[]])[] = [
  ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'].map(
    (name) => [name, 's3:prefix', TEXTS] as const,
  ),
  ...['ArnLike', 'ArnNotLike', 'ArnEquals', 'StringLike'].map((name) => [name, 'aws:PrincipalArn', ARNS] as const),
  ...['NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericEquals', 'NumericNotEquals'].map(
    (name) => [name, 's3:max-keys', NUMBERS] as const,
  ),
  ...['DateLessThan', 'DateGreaterThan'].map((name) => [name, 'aws:CurrentTime', DATES] as const),
  ['Bool', 'aws:SecureTransport', ['true', 'false', 'True']],
  ['Null', 's3:prefix', ['true', 'false']],
  ['IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '10.1.0.0/16']],
  ['NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '10.1.0.0/16']],
  ['BinaryEquals', 's3:prefix', ['YQ==']],
];

const listOf = (values: readonly string[], min = 1): fc.Arbitrary<Json> =>
  fc
    .tuple(fc.uniqueArray(fc.constantFrom(...values), { minLength: min, maxLength: 2 }), fc.boolean())
    .map(([list, isPlain]) => (isPlain && list.length === 1 ? (list[0] ?? '') : list));

const limit: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.constantFrom(...OPERATORS),
    fc.constantFrom('', '', '', 'ForAnyValue:', 'ForAllValues:'),
    fc.constantFrom('', '', 'IfExists'),
  )
  .chain(([[name, key, values], qualifier, suffix]) =>
    listOf(values, 0).map((value) => ({ [`${qualifier}${name}${suffix}`]: { [key]: value } })),
  );

const condition: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: limit },
  { weight: 1, arbitrary: fc.tuple(limit, limit).map(([left, right]) => ({ ...left, ...right })) },
);

const elementOf = (name: string, values: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(listOf(values), fc.integer({ min: 0, max: 5 }))
    .map(([list, dice]) => ({ [dice === 0 ? `Not${name}` : name]: list }));

const principal: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PRINCIPALS).map((value) => ({ Principal: value })) },
  { weight: 1, arbitrary: fc.constantFrom(...EXCEPTIONS).map((value) => ({ NotPrincipal: value })) },
);

const statement = (sort: 'identity' | 'resource'): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      action: elementOf('Action', ACTIONS),
      resource: elementOf('Resource', RESOURCES),
      condition,
      principal: sort === 'identity' ? fc.constant({}) : principal,
    })
    .map((drawn) => ({
      Effect: drawn.effect,
      ...drawn.action,
      ...drawn.resource,
      ...drawn.principal,
      ...(Object.keys(drawn.condition).length === 0 ? {} : { Condition: drawn.condition }),
    }));

const version = fc.constantFrom<JsonObject>({ Version: '2012-10-17' }, { Version: '2012-10-17' }, {});

/** A document of up to three statements. */
export const policyArbitrary = (sort: 'identity' | 'resource'): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(version, fc.array(statement(sort), { maxLength: 3 }))
    .map(([head, statements]) => ({ ...head, Statement: statements }));

/** What somebody makes of a statement: one element replaced by that of another one. */
const mixed = (own: JsonObject, other: JsonObject, element: string): JsonObject => {
  const drop = new Set([element, `Not${element}`]);
  const kept = Object.entries(own).filter(([key]) => !drop.has(key));
  const taken = Object.entries(other).filter(([key]) => drop.has(key));
  return Object.fromEntries(taken.length === 0 && element !== 'Condition' ? Object.entries(own) : [...kept, ...taken]);
};

/** Two documents that have some statements in common, and others that differ in one element only. */
export const policyPairs = (
  sort: 'identity' | 'resource',
): fc.Arbitrary<{ readonly declared: JsonObject; readonly live: JsonObject }> =>
  fc
    .record({
      heads: fc.tuple(version, version),
      shared: fc.array(statement(sort), { maxLength: 2 }),
      near: fc.array(
        fc.tuple(
          statement(sort),
          statement(sort),
          fc.constantFrom('Action', 'Resource', 'Condition', 'Principal', 'Effect'),
        ),
        { maxLength: 2 },
      ),
      own: fc.tuple(fc.array(statement(sort), { maxLength: 1 }), fc.array(statement(sort), { maxLength: 1 })),
    })
    .map(({ heads, shared, near, own }) => ({
      declared: { ...heads[0], Statement: [...shared, ...near.map(([left]) => left), ...own[0]] },
      live: {
        ...heads[1],
        Statement: [...near.map(([left, right, element]) => mixed(left, right, element)), ...own[1], ...shared],
      },
    }));

const context: fc.Arbitrary<RequestContext> = fc
  .record(
    {
      'aws:username': fc.constantFrom('a', 'b', 'a*'),
      's3:prefix': fc.constantFrom<string | readonly string[]>('a', 'b', 'ab', 'xa', ['a', 'b'], []),
      's3:max-keys': fc.constantFrom('1', '2', '5'),
      'aws:SecureTransport': fc.constantFrom('true', 'false'),
      'aws:SourceIp': fc.constantFrom('10.1.0.1', '10.2.0.1', '9.9.9.9'),
    },
    { requiredKeys: [] },
  )
  .map((drawn): RequestContext => drawn);

/** A request that small documents speak of; what its context leaves out is unknown. */
export const requestArbitrary: fc.Arbitrary<AccessRequest> = fc.record({
  principalArn: fc.constantFrom(ROLE, ROLE, USER),
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:GetBucketAcl', 'kms:Decrypt'),
  resource: fc.constantFrom(BUCKET_ARN, `${BUCKET_ARN}/a`, `${BUCKET_ARN}/b`, `${BUCKET_ARN}/ab`, KEY_ARN),
  context,
  at: fc.constantFrom('2025-12-31T00:00:00Z', '2026-01-15T00:00:00Z', '2026-06-01T00:00:00Z'),
});
