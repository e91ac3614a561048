import { describe, expect, it } from 'vitest';
import { compileAccess } from '../../src/access/documents/compile.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { AS_OF, catalogOf, roleOf, team } from './support.ts';

describe('trust', () => {
  const trustOf = (assumedBy: Parameters<typeof team>[1]): readonly JsonObject[] => {
    const role = roleOf(catalogOf({ principals: [team('oncology', assumedBy)] }), 'team:oncology');
    return role.trust['Statement'] as readonly JsonObject[];
  };
  const root = (account: string): JsonObject => ({ AWS: `arn:aws:iam::${account}:root` });

  it('is the account, for the declared callers only', () => {
    expect(
      trustOf({ assumedBy: [{ arn: 'arn:aws:iam::{account}:role/b' }, { arn: 'arn:aws:iam::{account}:role/a' }] }),
    ).toEqual([
      {
        Effect: 'Allow',
        Principal: root('111111111111'),
        Action: 'sts:AssumeRole',
        Condition: {
          ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/b'] },
        },
      },
    ]);
  });

  it('has a statement for each account, and no condition where a whole account is meant', () => {
    expect(
      trustOf({ assumedBy: [{ arn: 'arn:aws:iam::444444444444:root' }, { arn: 'arn:aws:iam::{account}:user/u' }] }),
    ).toEqual([
      {
        Effect: 'Allow',
        Principal: root('111111111111'),
        Action: 'sts:AssumeRole',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/u' } },
      },
      { Effect: 'Allow', Principal: root('444444444444'), Action: 'sts:AssumeRole' },
    ]);
  });

  it('knows the roles of Identity Center, in any region, and no set whose name only starts alike', () => {
    const trust = {
      Version: '2012-10-17',
      Statement: trustOf({ assumedBy: [{ identityCenter: { permissionSet: 'Data' } }] }),
    };
    const mayAssume = (principalArn: string): string =>
      evaluate(
        {
          identity: [
            {
              name: 'own',
              document: {
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Allow',
                    Action: 'sts:AssumeRole',
                    Resource: '*',
                    Condition: (trust.Statement[0] as { Condition: JsonObject }).Condition,
                  },
                ],
              },
            },
          ],
        },
        { principalArn, action: 'sts:AssumeRole', resource: 'arn:aws:iam::111111111111:role/r', at: AS_OF },
      ).answer;
    const base = 'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com';
    expect(mayAssume(`${base}/eu-west-1/AWSReservedSSO_Data_0123456789abcdef`)).toBe('allowed');
    expect(mayAssume(`${base}/AWSReservedSSO_Data_0123456789abcdef`)).toBe('allowed');
    expect(mayAssume(`${base}/eu-west-1/AWSReservedSSO_Data_Admin_0123456789abcdef`)).toBe('denied');
    expect(mayAssume('arn:aws:iam::111111111111:role/AWSReservedSSO_Data_0123456789abcdef')).toBe('denied');
  });

  it('federates SAML and OpenID Connect', () => {
    expect(
      trustOf({
        assumedBy: [
          { saml: { provider: 'corp', attributes: { groups: ['onc'] } } },
          { oidc: { provider: 'ci.acme.example', audience: 'sts.amazonaws.com', subjects: ['repo:acme/lake:*'] } },
          { oidc: { provider: 'ci.acme.example', audience: 'a', subjects: ['s2', 's1'] } },
        ],
      }),
    ).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111111111111:saml-provider/corp' },
        Action: 'sts:AssumeRoleWithSAML',
        Condition: {
          StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
          'ForAnyValue:StringEquals': { 'SAML:groups': 'onc' },
        },
      },
      {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/ci.acme.example' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'ci.acme.example:aud': 'sts.amazonaws.com' },
          StringLike: { 'ci.acme.example:sub': 'repo:acme/lake:*' },
        },
      },
      {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/ci.acme.example' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'ci.acme.example:aud': 'a', 'ci.acme.example:sub': ['s1', 's2'] } },
      },
    ]);
  });

  it('without callers here lets nobody in, and says so', () => {
    const principals = [
      team('oncology', { assumedBy: [{ arn: 'arn:aws:iam::{account}:role/a', instances: ['prod'] }] }),
    ];
    const compiled = compileAccess(catalogOf({ principals }), 'dev01', AS_OF);
    expect(compiled.roles[0]?.trust['Statement']).toEqual([
      { Sid: 'NobodyYet', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    ]);
    expect(compiled.diagnostics).toMatchObject([{ code: 'EDL-2055', severity: 'note', line: 2 }]);
  });

  it('that is too long is an error with the numbers', () => {
    const assumedBy = Array.from({ length: 200 }, (_, index) => ({
      arn: `arn:aws:iam::{account}:role/caller-${index}`,
    }));
    const { diagnostics } = compileAccess(catalogOf({ principals: [team('oncology', { assumedBy })] }), 'dev01', AS_OF);
    expect(diagnostics).toMatchObject([
      { code: 'EDL-2062', severity: 'error', file: 'catalog/principals/oncology.yaml' },
    ]);
    expect(diagnostics[0]?.detail).toMatch(/has \d{4} characters.*8192/);
  });
});
