import { describe, expect, it } from 'vitest';
import type { DocumentSort } from '../../../src/access/effects/clauses.ts';
import { comparePolicies } from '../../../src/access/effects/compare-policies.ts';
import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
import { allow, deny, policy, ROOT } from './cases.ts';

/** What a live document allows compared with the declared one: more, less, both or the same. */
const verdict = (declared: Json | undefined, live: Json | undefined, sort: DocumentSort = 'identity'): string => {
  const { more, less } = comparePolicies(declared, live, sort);
  if (more.length > 0) return less.length > 0 ? 'both' : 'more';
  return less.length > 0 ? 'less' : 'same';
};

const on = (Resource: Json, more: JsonObject = {}): JsonObject => ({ Resource, ...more });
const when = (Condition: JsonObject): JsonObject => on('*', { Condition });
const get = (Condition: JsonObject): JsonObject => policy(allow('s3:GetObject', when(Condition)));
const forAll = (Principal: Json): JsonObject => policy(allow('s3:GetObject', { Principal, Resource: '*' }));
const many = (effect: 'Allow' | 'Deny', element: JsonObject): JsonObject => ({
  Effect: effect,
  Resource: '*',
  ...element,
});

const USER = 'arn:aws:iam::111111111111:user/u';
const ROLE = 'arn:aws:iam::111111111111:role/r';

describe('what a live policy allows beside the declared one', () => {
  it.each<[string, Json | undefined, Json | undefined, string, DocumentSort?]>([
    ['nothing on both sides', undefined, policy(), 'same'],
    ['a document less', policy(allow('a:b')), undefined, 'less'],
    ['a single statement without a list', policy(allow('a:b')), { ...policy(), Statement: allow('a:b') }, 'same'],
    ['actions in other cases', policy(allow('S3:GetObject')), policy(allow('s3:getobject')), 'same'],
    ['a narrower action', policy(allow('s3:*')), policy(allow('s3:Get*')), 'less'],
    ['a wider action', policy(allow('s3:Get*')), policy(allow('s3:*')), 'more'],
    ['a narrower resource', policy(allow('a:b', on('arn:b/*'))), policy(allow('a:b', on('arn:b/c/*'))), 'less'],
    ['another action', policy(allow('a:b')), policy(allow('a:c')), 'both'],
    [
      'one statement for two',
      policy(allow('a:b', on('x')), allow('a:c', on('x'))),
      policy(many('Allow', { Action: ['a:b', 'a:c'], Resource: 'x' })),
      'same',
    ],
    [
      'one statement for two, with a combination that neither has',
      policy(allow('a:b', on('x')), allow('a:c', on('y'))),
      policy(many('Allow', { Action: ['a:b', 'a:c'], Resource: ['x', 'y'] })),
      'more',
    ],
    [
      'one statement for four',
      policy(...['b', 'c'].flatMap((name) => ['x', 'y'].map((place) => allow(`a:${name}`, on(place))))),
      policy(many('Allow', { Action: ['a:b', 'a:c'], Resource: ['x', 'y'] })),
      'same',
    ],
    ['an Allow that another one holds already', policy(allow('s3:*')), policy(allow('s3:*'), allow('s3:Get*')), 'same'],
    ['a Deny does not hold an Allow', policy(deny('s3:*')), policy(deny('s3:*'), allow('s3:*')), 'more'],
    ['a narrower Deny', policy(deny('s3:*')), policy(deny('s3:Put*')), 'more'],
    ['a wider Deny', policy(deny('s3:Put*')), policy(deny('s3:*')), 'less'],
    ['all but some actions', policy(allow('*')), policy(many('Allow', { NotAction: 'iam:*' })), 'less'],
    [
      'all but fewer actions',
      policy(many('Allow', { NotAction: ['iam:*', 'a:*'] })),
      policy(many('Allow', { NotAction: 'iam:*' })),
      'more',
    ],
    ['an action that is not excepted', policy(many('Allow', { NotAction: 'iam:*' })), policy(allow('s3:*')), 'less'],
    ['an action that is excepted', policy(many('Allow', { NotAction: 'iam:*' })), policy(allow('i*')), 'both'],
    [
      'all but a resource',
      policy(allow('a:b', on('y'))),
      policy({ Effect: 'Allow', Action: 'a:b', NotResource: 'x' }),
      'more',
    ],
    ['a condition less', get({ Bool: { 'aws:SecureTransport': 'true' } }), policy(allow('s3:GetObject')), 'more'],
    ['a condition more', policy(allow('s3:GetObject')), get({ Bool: { 'aws:SecureTransport': 'true' } }), 'less'],
    [
      'a key in another case',
      get({ Bool: { 'AWS:SecureTransport': 'true' } }),
      get({ Bool: { 'aws:securetransport': 'true' } }),
      'same',
    ],
    ['a value more', get({ StringEquals: { a: 'x' } }), get({ StringEquals: { a: ['x', 'y'] } }), 'more'],
    [
      'a value more that is forbidden',
      get({ StringNotEquals: { a: 'x' } }),
      get({ StringNotEquals: { a: ['x', 'y'] } }),
      'less',
    ],
    ['values that a pattern holds', get({ StringLike: { a: 'x*' } }), get({ StringEquals: { a: 'xy' } }), 'less'],
    ['a star that means itself', get({ StringEquals: { a: '*' } }), get({ StringEquals: { a: 'x' } }), 'both'],
    [
      'ARNs that a pattern holds',
      get({ ArnLike: { a: 'arn:aws:iam::1:role/*' } }),
      get({ ArnEquals: { a: ROLE.replace('111111111111', '1') } }),
      'less',
    ],
    ['ARNs across a colon', get({ ArnLike: { a: 'arn:aws:iam::*' } }), get({ ArnLike: { a: ROLE } }), 'both'],
    [
      'a later end',
      get({ DateLessThan: { 'aws:CurrentTime': '2026-01-01' } }),
      get({ DateLessThan: { 'aws:CurrentTime': '2026-02-01' } }),
      'more',
    ],
    [
      'an earlier end',
      get({ DateLessThan: { 'aws:CurrentTime': '2026-02-01' } }),
      get({ DateLessThan: { 'aws:CurrentTime': '2026-01-01' } }),
      'less',
    ],
    [
      'a later start',
      get({ DateGreaterThan: { 'aws:CurrentTime': '2026-01-01' } }),
      get({ DateGreaterThan: { 'aws:CurrentTime': '2026-02-01' } }),
      'less',
    ],
    ['a larger number', get({ NumericLessThan: { a: '1' } }), get({ NumericLessThan: { a: '2' } }), 'more'],
    ['the same number', get({ NumericEquals: { a: '1' } }), get({ NumericEquals: { a: '1.0' } }), 'same'],
    ['the opposite', get({ StringEquals: { a: 'x' } }), get({ StringNotEquals: { a: 'x' } }), 'both'],
    [
      'a variable where AWS takes none',
      get({ NumericLessThan: { a: ['1', '${aws:username}'] } }),
      get({ NumericLessThan: { a: '1' } }),
      'both',
    ],
    ['only if it is there', get({ StringEquals: { a: 'x' } }), get({ StringEqualsIfExists: { a: 'x' } }), 'more'],
    [
      'another qualifier',
      get({ 'ForAnyValue:StringEquals': { a: 'x' } }),
      get({ 'ForAllValues:StringEquals': { a: 'x' } }),
      'both',
    ],
    [
      'a narrower network, which nobody compares',
      get({ IpAddress: { a: '10.0.0.0/8' } }),
      get({ IpAddress: { a: '10.1.0.0/16' } }),
      'both',
    ],
    ['an operator unheard of, unchanged', get({ Odd: { a: ['x', 'y'] } }), get({ Odd: { a: ['y', 'x'] } }), 'same'],
    ['an operator unheard of, with a value more', get({ Odd: { a: 'x' } }), get({ Odd: { a: ['x', 'y'] } }), 'both'],
    [
      'a variable is itself',
      policy(allow('a:b', on('x/${aws:username}'))),
      policy(allow('a:b', on(['x/${aws:username}']))),
      'same',
    ],
    [
      'a variable within a pattern',
      policy(allow('a:b', on('x/*'))),
      policy(allow('a:b', on('x/${aws:username}'))),
      'less',
    ],
    [
      'a variable is no text that it might be',
      policy(allow('a:b', on('x/${aws:username}'))),
      policy(allow('a:b', on('x/me'))),
      'both',
    ],
    [
      'a variable that the version makes a text',
      { ...policy(allow('a:b', on('x/${aws:username}'))), Version: '2008-10-17' },
      policy(allow('a:b', on('x/${aws:username}'))),
      'both',
    ],
    ['everybody, spelled otherwise', forAll('*'), forAll({ AWS: '*' }), 'same', 'resource'],
    ['an account, spelled otherwise', forAll({ AWS: ROOT }), forAll({ AWS: '111111111111' }), 'same', 'resource'],
    ['one of everybody', forAll('*'), forAll({ AWS: ROLE }), 'less', 'resource'],
    ['a user instead of everybody escapes its boundary', forAll('*'), forAll({ AWS: USER }), 'both', 'resource'],
    [
      'a role instead of its account needs no policy of its own',
      forAll({ AWS: ROOT }),
      forAll({ AWS: ROLE }),
      'both',
      'resource',
    ],
    ['a service of the same name', forAll({ AWS: 'x' }), forAll({ Service: 'x' }), 'both', 'resource'],
    [
      'everybody but one',
      forAll('*'),
      policy({ Effect: 'Allow', Action: 's3:GetObject', NotPrincipal: { AWS: ROLE }, Resource: '*' }),
      'less',
      'resource',
    ],
    ['somebody more in a list', forAll({ AWS: [ROLE] }), forAll({ AWS: [ROLE, USER] }), 'more', 'resource'],
    [
      'a statement without a place, where there must be one',
      policy(),
      policy({ Effect: 'Allow', Action: 'a:b' }),
      'both',
    ],
    ['a principal where none belongs', policy(), forAll('*'), 'both'],
    ['a place in a trust policy', policy(), forAll('*'), 'both', 'trust'],
    ['an element unheard of', policy(), policy({ ...allow('a:b'), Unless: 'x' }), 'both'],
    [
      'an element unheard of on both sides',
      policy({ ...allow('a:b'), Unless: 'x' }),
      { ...policy({ ...allow('a:b'), Unless: 'x' }), Id: 'a' },
      'same',
    ],
    ['an effect unheard of', policy(), policy({ ...allow('a:b'), Effect: 'Maybe' }), 'both'],
    ['both an element and its opposite', policy(), policy({ ...allow('a:b'), NotAction: 'a:c' }), 'both'],
    ['a condition that is none', policy(), policy(allow('a:b', { Resource: '*', Condition: 'x' })), 'both'],
    ['a condition without a key', policy(), policy(allow('a:b', when({ Bool: 'x' }))), 'both'],
    [
      'a condition with an object for a value',
      policy(),
      policy(allow('a:b', when({ Bool: { a: { b: 'c' } } }))),
      'both',
    ],
    ['no actions', policy(), policy({ Effect: 'Allow', Action: [], Resource: '*' }), 'both'],
    ['a document that is none', policy(), 'x', 'both'],
    ['a version unheard of', policy(), { Version: '2030-01-01' }, 'both'],
    ['a document with an element unheard of', policy(), { ...policy(), Include: 'x' }, 'both'],
  ])('%s', (_name, declared, live, expected, sort) => {
    expect(verdict(declared, live, sort)).toBe(expected);
  });
});
