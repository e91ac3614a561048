import type { Caller, Pipeline } from '../../reconciler/model/catalog.ts';
import { compareText, type Json, type JsonObject } from '../../reconciler/model/json.ts';
import type { Scope } from '../scope.ts';
import { policyDocument } from './statement.ts';

const ASSUME = 'sts:AssumeRole';

const withAccount = (text: string, account: string): string => text.replaceAll('{account}', account);

/**
 * The roles that IAM Identity Center makes for a permission set: its name, `_` and 16 characters, under the home region of
 * Identity Center (no region for us-east-1). Sixteen single wildcards, so that set `Data` does not mean set `Data_Admin`.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const reservedRole = (permissionSet: string, account: string): string =>
  `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_${permissionSet}_${'?'.repeat(16)}`;

const arnOf = (caller: Caller, account: string): readonly string[] => {
  if ('arn' in caller) return [withAccount(caller.arn, account)];
  if ('identityCenter' in caller) return [reservedRole(caller.identityCenter.permissionSet, account)];
  return [];
};

/** An ARN with wildcards in the account part can only mean the instance's own account. */
const accountOf = (arn: string, own: string): string => {
  const account = arn.split(':')[4] ?? '';
  return /^\d{12}$/.test(account) ? account : own;
};

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort(compareText);

const one = (values: readonly string[]): Json => (values.length === 1 ? (values[0] ?? '') : values);

/**
 * Callers by ARN: the account is trusted, and only for these callers. A principal element that names a role directly would
 * fail the stack while that role does not exist, and would forget it when it is made anew.
 */
const arnStatements = (callers: readonly Caller[], account: string): readonly JsonObject[] => {
  const arns = sorted(callers.flatMap((caller) => arnOf(caller, account)));
  const accounts = sorted(arns.map((arn) => accountOf(arn, account)));
  return accounts.map((trusted) => {
    const root = `arn:aws:iam::${trusted}:root`;
    const own = arns.filter((arn) => accountOf(arn, account) === trusted);
    return {
      Effect: 'Allow',
      Principal: { AWS: root },
      Action: ASSUME,
      // The account itself stands for everybody in it.
      ...(own.includes(root) ? {} : { Condition: { ArnLike: { 'aws:PrincipalArn': one(own) } } }),
    };
  });
};

const providerArn = (kind: 'saml-provider' | 'oidc-provider', provider: string, account: string): string =>
  provider.startsWith('arn:') ? withAccount(provider, account) : `arn:aws:iam::${account}:${kind}/${provider}`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html */
const samlStatement = (
  { provider, attributes }: Extract<Caller, { saml: unknown }>['saml'],
  account: string,
): JsonObject => ({
  Effect: 'Allow',
  Principal: { Federated: providerArn('saml-provider', provider, account) },
  Action: 'sts:AssumeRoleWithSAML',
  Condition: {
    StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
    ...(Object.keys(attributes).length === 0
      ? {}
      : {
          'ForAnyValue:StringEquals': Object.fromEntries(
            Object.entries(attributes).map(([name, values]) => [
              name.includes(':') ? name : `SAML:${name}`,
              one(sorted(values)),
            ]),
          ),
        }),
  },
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html */
const oidcStatement = (
  { provider, audience, subjects }: Extract<Caller, { oidc: unknown }>['oidc'],
  account: string,
): JsonObject => {
  const host = provider.replace(/^arn:.*:oidc-provider\//, '').replace(/^https:\/\//, '');
  const isPattern = subjects.some((subject) => /[*?]/.test(subject));
  const subject = { [`${host}:sub`]: one(sorted(subjects)) };
  const equals = { [`${host}:aud`]: audience };
  return {
    Effect: 'Allow',
    Principal: { Federated: providerArn('oidc-provider', provider.startsWith('arn:') ? provider : host, account) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: isPattern ? { StringEquals: equals, StringLike: subject } : { StringEquals: { ...equals, ...subject } },
  };
};

const statementsOf = (callers: readonly Caller[], account: string): readonly JsonObject[] => [
  ...arnStatements(callers, account),
  ...callers.flatMap((caller) => ('saml' in caller ? [samlStatement(caller.saml, account)] : [])),
  ...callers.flatMap((caller) => ('oidc' in caller ? [oidcStatement(caller.oidc, account)] : [])),
];

/** The callers of a list that count in this instance. */
export const callersIn = (scope: Scope, callers: readonly Caller[]): readonly Caller[] =>
  callers.filter((caller) => caller.instances?.includes(scope.instance.name) ?? true);

/**
 * The trust of a role without callers. A trust must have a statement, so it has the one that says what is meant: nobody may
 * take this role, whatever their own policies say.
 */
const NOBODY: JsonObject = { Sid: 'NobodyYet', Effect: 'Deny', Principal: { AWS: '*' }, Action: ASSUME };

/** Who may take a role: exactly the callers that are declared for this instance. */
export const callerTrust = (scope: Scope, callers: readonly Caller[]): JsonObject => {
  const statements = statementsOf(callersIn(scope, callers), scope.instance.account);
  return policyDocument(statements.length === 0 ? [NOBODY] : statements);
};

/** The trust of a default role: its callers, or everybody in the account who may assume roles at all. */
export const defaultTrust = (scope: Scope, callers: readonly Caller[]): JsonObject =>
  callers.length > 0
    ? callerTrust(scope, callers)
    : policyDocument([
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${scope.instance.account}:root` }, Action: ASSUME },
      ]);

const SERVICES: Readonly<Record<Pipeline['engine'], string>> = {
  glue: 'glue.amazonaws.com',
  'emr-serverless': 'emr-serverless.amazonaws.com',
};

/** The trust of a runner role: the engine, on behalf of this account. https://docs.aws.amazon.com/glue/latest/dg/cross-service-confused-deputy-prevention.html */
export const runnerTrust = (scope: Scope, pipeline: Pipeline): JsonObject =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { Service: SERVICES[pipeline.engine] },
      Action: ASSUME,
      Condition: { StringEquals: { 'aws:SourceAccount': scope.instance.account } },
    },
  ]);
