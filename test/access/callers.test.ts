import { describe, expect, it } from 'vitest';
import { accountsOf, callersOf } from '../../src/access/changes/callers.ts';
import type { Json } from '../../src/reconciler/model/json.ts';

const trust = (...statements: Json[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (principal: Json, more: Record<string, Json> = {}): Json => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
});

describe('who a trust policy lets in', () => {
  const account = 'arn:aws:iam::111111111111:root';
  it.each([
    [
      'the callers that limit an account',
      allow({ AWS: account }, { Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:b', 'arn:a'] } } }),
      ['arn:a', 'arn:b'],
    ],
    [
      'everybody in an account but those whom a condition keeps out',
      allow({ AWS: account }, { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:b' } } }),
      ['anybody in account 111111111111 where ArnNotLike aws:PrincipalArn arn:b'],
    ],
    ['a whole account, by ARN', allow({ AWS: account }), ['anybody in account 111111111111']],
    ['a whole account, as written by hand', allow({ AWS: '111111111111' }), ['anybody in account 111111111111']],
    ['everybody', allow('*'), ['anybody at all']],
    ['a service', allow({ Service: 'glue.amazonaws.com' }), ['glue.amazonaws.com']],
    [
      'an account under a condition that we do not write',
      allow({ AWS: account }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      ['anybody in account 111111111111 where Bool aws:MultiFactorAuthPresent true'],
    ],
    [
      'a provider with its conditions',
      allow(
        { Federated: 'arn:aws:iam::111111111111:saml-provider/x' },
        { Condition: { StringEquals: { 'SAML:aud': 'y' } } },
      ),
      ['arn:aws:iam::111111111111:saml-provider/x where StringEquals SAML:aud y'],
    ],
    ['nobody by a Deny', { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }, []],
  ])('%s', (_name, statement, expected) => {
    expect(callersOf(trust(statement))).toEqual(expected);
  });

  it('says the same of a value and of a list of it, and of lists in any order', () => {
    const under = (value: Json): readonly string[] =>
      callersOf(
        trust(
          allow(
            { Federated: 'arn:aws:iam::111111111111:oidc-provider/x' },
            { Condition: { StringEquals: { 'x:aud': value } } },
          ),
        ),
      );
    expect(under(['y'])).toEqual(under('y'));
    expect(under(['b', 'a', 'a'])).toEqual(under(['a', 'b']));
    expect(under(['a', 'b'])).not.toEqual(under('a'));
    expect(under(['a', 'b'])).toEqual(['arn:aws:iam::111111111111:oidc-provider/x where StringEquals x:aud a or b']);
    expect(under('a or b')).not.toEqual(under(['a', 'b']));
    expect(under([])).not.toEqual(under('[]'));
  });

  it('knows the accounts that callers name', () => {
    expect(
      accountsOf(['arn:aws:iam::999999999999:role/partner', 'anybody in account 111111111111', 'glue.amazonaws.com']),
    ).toEqual(['111111111111', '999999999999']);
  });
});
