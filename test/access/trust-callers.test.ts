import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentSize } from '../../src/access/documents/statement.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { RequestContext } from '../../src/access/evaluate/types.ts';
import type { Caller } from '../../src/reconciler/model/catalog.ts';
import { isJsonObject, type Json, type JsonObject, listOf, objectOf } from '../../src/reconciler/model/json.ts';
import { DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import { ACCOUNT, AS_OF, catalogOf, roleOf, team } from './support.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-oncology`;
const PARTNER = '444444444444';

const trustOf = (callers: readonly Caller[]): JsonObject =>
  roleOf(catalogOf({ principals: [team('oncology', { assumedBy: callers })] }), 'team:oncology').trust;

/** Who asks: with an own identity in AWS, or through an identity provider. */
interface Asker {
  readonly arn?: string;
  readonly provider?: string;
  readonly action?: string;
  readonly context?: RequestContext;
}

/** Whether a Principal element means the asker. Trusting an account lets the conditions decide about everybody in it. */
const isMeant = (principal: Json | undefined, { arn, provider }: Asker): boolean => {
  const { AWS, Federated } = objectOf(principal);
  const account = arn?.split(':')[4] ?? '';
  return (
    AWS === '*' || (arn !== undefined && AWS === `arn:aws:iam::${account}:root`) || Federated === (provider ?? '-')
  );
};

/** The trust as the policy of the role, judged by the evaluator; the asker's own policies allow the call. */
const answer = (trust: JsonObject, asker: Asker): string => {
  const statements = listOf(trust['Statement'])
    .filter(isJsonObject)
    .filter((statement) => isMeant(statement['Principal'], asker))
    .map((statement) => ({ ...statement, Principal: '*', Resource: ROLE }));
  const document = { Version: '2012-10-17', Statement: statements };
  return evaluate(
    { identity: [], resources: [{ arn: ROLE, document }] },
    {
      principalArn: asker.arn ?? 'arn:aws:iam::000000000000:user/federated',
      action: asker.action ?? 'sts:AssumeRole',
      resource: ROLE,
      context: asker.context ?? {},
      at: AS_OF,
    },
  ).answer;
};

const iam = (what: string, account = ACCOUNT): string => `arn:aws:iam::${account}:${what}`;
const reserved = (name: string, path = '/eu-west-1'): string =>
  iam(`role/aws-reserved/sso.amazonaws.com${path}/AWSReservedSSO_${name}`);

const role: Caller = { arn: 'arn:aws:iam::{account}:role/sso-oncology' };
const pathRole: Caller = { arn: 'arn:aws:iam::{account}:role/teams/eu/oncology' };
const user: Caller = { arn: 'arn:aws:iam::{account}:user/jane' };
const partner: Caller = { arn: iam('role/partner', PARTNER) };
const wholeAccount: Caller = { arn: iam('root', PARTNER) };
const pattern: Caller = { arn: 'arn:aws:iam::{account}:role/ci/*' };
const center: Caller = { identityCenter: { permissionSet: 'Data' } };
const saml: Caller = { saml: { provider: 'corporate', attributes: { groups: ['oncology', 'trials'] } } };
const oidc: Caller = {
  oidc: {
    provider: 'ci.acme.example',
    audience: 'sts.amazonaws.com',
    subjects: ['repo:acme/lake:ref:refs/heads/main'],
  },
};
const oidcPattern: Caller = {
  oidc: { provider: 'ci.acme.example', audience: 'sts.amazonaws.com', subjects: ['repo:acme/lake:*'] },
};

const bySaml = (groups: readonly string[], audience = 'https://signin.aws.amazon.com/saml'): Asker => ({
  provider: iam('saml-provider/corporate'),
  action: 'sts:AssumeRoleWithSAML',
  context: { 'SAML:aud': audience, 'SAML:groups': groups },
});
const byOidc = (sub: string, aud = 'sts.amazonaws.com', host = 'ci.acme.example'): Asker => ({
  provider: iam(`oidc-provider/${host}`),
  action: 'sts:AssumeRoleWithWebIdentity',
  context: { 'ci.acme.example:aud': aud, 'ci.acme.example:sub': sub },
});

describe('who may take a role', () => {
  it.each<[string, readonly Caller[], Asker, 'allowed' | 'denied']>([
    ['a role: itself', [role], { arn: iam('role/sso-oncology') }, 'allowed'],
    ['a role: one whose name goes on', [role], { arn: iam('role/sso-oncology-2') }, 'denied'],
    ['a role: the same name in a path', [role], { arn: iam('role/other/sso-oncology') }, 'denied'],
    ['a role: the same name in another account', [role], { arn: iam('role/sso-oncology', PARTNER) }, 'denied'],
    ['a role: a user of that name', [role], { arn: iam('user/sso-oncology') }, 'denied'],
    ['a role: its name in other case', [role], { arn: iam('role/SSO-oncology') }, 'denied'],
    ['a role in a path: itself', [pathRole], { arn: iam('role/teams/eu/oncology') }, 'allowed'],
    ['a role in a path: another path', [pathRole], { arn: iam('role/teams/us/oncology') }, 'denied'],
    ['a role in a path: the name without its path', [pathRole], { arn: iam('role/oncology') }, 'denied'],
    ['a user: herself', [user], { arn: iam('user/jane') }, 'allowed'],
    ['a user: another one', [user], { arn: iam('user/janet') }, 'denied'],
    ['a user: the account itself', [user], { arn: iam('root') }, 'denied'],
    ['a pattern: what it covers', [pattern], { arn: iam('role/ci/deploy') }, 'allowed'],
    ['a pattern: what lies beside it', [pattern], { arn: iam('role/ci-2/deploy') }, 'denied'],
    ['two accounts: a role of the other one', [role, partner], { arn: iam('role/partner', PARTNER) }, 'allowed'],
    ['two accounts: names do not cross them', [role, partner], { arn: iam('role/partner') }, 'denied'],
    ['two accounts: a third one', [role, partner], { arn: iam('role/partner', '555555555555') }, 'denied'],
    ['a whole account: anybody in it', [wholeAccount], { arn: iam('user/anybody', PARTNER) }, 'allowed'],
    ['a whole account: nobody else', [wholeAccount], { arn: iam('user/anybody') }, 'denied'],
    ['Identity Center: its reserved role', [center], { arn: reserved('Data_0123456789abcdef') }, 'allowed'],
    [
      'Identity Center: in us-east-1 it has no region',
      [center],
      { arn: reserved('Data_0123456789abcdef', '') },
      'allowed',
    ],
    ['Identity Center: a set whose name goes on', [center], { arn: reserved('Data_Admin_0123456789abcdef') }, 'denied'],
    ['Identity Center: a set whose name ends alike', [center], { arn: reserved('My_Data_0123456789abcdef') }, 'denied'],
    ['Identity Center: its name in other case', [center], { arn: reserved('data_0123456789abcdef') }, 'denied'],
    [
      'Identity Center: a role of our own of that name',
      [center],
      { arn: iam('role/AWSReservedSSO_Data_0123456789abcdef') },
      'denied',
    ],
    ['SAML: one of the groups', [saml], bySaml(['all', 'trials']), 'allowed'],
    ['SAML: none of the groups', [saml], bySaml(['all']), 'denied'],
    ['SAML: no group at all', [saml], bySaml([]), 'denied'],
    ['SAML: another audience', [saml], bySaml(['trials'], 'https://acme.example'), 'denied'],
    ['SAML: a caller of AWS is no caller of the provider', [saml], { arn: iam('role/corporate') }, 'denied'],
    ['OpenID Connect: its subject', [oidc], byOidc('repo:acme/lake:ref:refs/heads/main'), 'allowed'],
    ['OpenID Connect: another branch', [oidc], byOidc('repo:acme/lake:ref:refs/heads/main2'), 'denied'],
    ['OpenID Connect: another audience', [oidc], byOidc('repo:acme/lake:ref:refs/heads/main', 'x'), 'denied'],
    [
      'OpenID Connect: another provider',
      [oidc],
      byOidc('repo:acme/lake:ref:refs/heads/main', 'sts.amazonaws.com', 'evil.example'),
      'denied',
    ],
    ['OpenID Connect: a pattern of subjects', [oidcPattern], byOidc('repo:acme/lake:environment:prod'), 'allowed'],
    ['OpenID Connect: beside the pattern', [oidcPattern], byOidc('repo:acme/lake-2:environment:prod'), 'denied'],
    [
      'all sorts at once: the role',
      [role, user, partner, center, saml, oidc],
      { arn: iam('role/sso-oncology') },
      'allowed',
    ],
    [
      'all sorts at once: somebody else',
      [role, user, partner, center, saml, oidc],
      { arn: iam('role/sso-sales') },
      'denied',
    ],
    ['nobody', [], { arn: iam('role/sso-oncology') }, 'denied'],
    [
      'only callers of another instance',
      [{ ...role, instances: ['prod'] }],
      { arn: iam('role/sso-oncology') },
      'denied',
    ],
  ])('%s', (_name, callers, asker, expected) => {
    const trust = trustOf(callers);
    expect(answer(trust, asker)).toBe(expected);
    expect(documentSize(trust)).toBeLessThanOrEqual(DEFAULT_QUOTAS.trustCharacters.limit);
  });
});

const names = fc.constantFrom(
  'a',
  'ab',
  'Data',
  'Data_Admin',
  'sso-oncology',
  'sso-oncology-2',
  'x/Data',
  'teams/eu/a',
);
const arns = fc
  .tuple(fc.constantFrom(ACCOUNT, PARTNER), fc.constantFrom('role', 'user'), names)
  .map(([account, kind, name]) => iam(`${kind}/${name}`, account));
const sets = fc.constantFrom('Data', 'Data_Admin', 'Admin', 'D');

/** ARNs near another one: longer, shorter, elsewhere. */
const near = (arn: string): readonly string[] => [
  arn,
  `${arn}x`,
  `${arn}/x`,
  `${arn}:x`,
  arn.slice(0, -1),
  arn.toUpperCase(),
  arn.replace(':role/', ':role/x/').replace(':user/', ':user/x/'),
  arn.includes(':role/') ? arn.replace(':role/', ':user/') : arn.replace(':user/', ':role/'),
  arn.replace(ACCOUNT, PARTNER),
  arn.replace(PARTNER, ACCOUNT),
  arn.replace(/:(role|user)\/.*/, ':root'),
  arn.replace('arn:aws:iam', 'arn:aws:sts').replace(/:role\//, ':assumed-role/'),
];

const HEX = '0123456789abcdef';

describe('a trust never lets in whom nobody declared', () => {
  it('by ARN: exactly the declared ones, and none that is nearly the same', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(arns, { minLength: 1, maxLength: 8 }),
        fc.array(arns, { maxLength: 4 }),
        (mine, others) => {
          const trust = trustOf(mine.map((arn) => ({ arn })));
          for (const arn of [...mine, ...others].flatMap(near))
            expect(answer(trust, { arn }), arn).toBe(mine.includes(arn) ? 'allowed' : 'denied');
          expect(documentSize(trust)).toBeLessThanOrEqual(DEFAULT_QUOTAS.trustCharacters.limit);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('by permission set: exactly its reserved roles', () => {
    fc.assert(
      fc.property(fc.uniqueArray(sets, { minLength: 1, maxLength: 3 }), sets, fc.nat(3), (mine, asked, cut) => {
        const trust = trustOf(mine.map((permissionSet) => ({ identityCenter: { permissionSet } })));
        const suffix = `${HEX}0`.slice(0, 17 - cut);
        const isOurs = mine.includes(asked) && suffix.length === HEX.length;
        expect(answer(trust, { arn: reserved(`${asked}_${suffix}`) })).toBe(isOurs ? 'allowed' : 'denied');
        expect(answer(trust, { arn: iam(`role/AWSReservedSSO_${asked}_${HEX}`) })).toBe('denied');
        expect(answer(trust, { arn: reserved(`${asked}_${HEX}`).replace(ACCOUNT, PARTNER) })).toBe('denied');
      }),
      { numRuns: 60 },
    );
  });
});
