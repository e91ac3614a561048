import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
import { allow, type Case, casesOf, deny, policy, ROOT, STRANGER, trust } from './cases.ts';

const inline = (PolicyName: string, PolicyDocument: Json): JsonObject => ({ PolicyName, PolicyDocument });

const role = casesOf('iam-role');
const AWS_POLICY = 'arn:aws:iam::aws:policy/';
const OWN_POLICY = 'arn:aws:iam::111111111111:policy/edl/dev01/edl-dev01-team-a-1';
const caller = (...arns: readonly string[]): JsonObject =>
  trust(ROOT, { Condition: { ArnLike: { 'aws:PrincipalArn': arns } } });

const TRUST_CASES: readonly Case[] = [
  role(
    'a caller more',
    '/AssumeRolePolicyDocument',
    { declared: caller('arn:a'), live: caller('arn:a', 'arn:b') },
    'widens',
    'arn:b may now take the role',
  ),
  role(
    'a caller less',
    '/AssumeRolePolicyDocument',
    { declared: caller('arn:a', 'arn:b'), live: caller('arn:b') },
    'narrows',
    'arn:a may no longer take the role',
  ),
  role(
    'another caller',
    '/AssumeRolePolicyDocument',
    { declared: caller('arn:a'), live: caller('arn:b') },
    'widens',
    'arn:b may now take the role',
  ),
  role(
    'everybody',
    '/AssumeRolePolicyDocument',
    { declared: caller('arn:a'), live: trust('*') },
    'widens',
    'anybody at all may now take the role',
  ),
  role(
    'a condition dropped',
    '/AssumeRolePolicyDocument',
    {
      declared: trust(STRANGER, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      live: trust(STRANGER),
    },
    'widens',
    'anybody in account 222222222222 may now take the role',
  ),
  role(
    'a condition that callers do not tell of, dropped',
    '/AssumeRolePolicyDocument',
    {
      declared: policy(
        allow('sts:AssumeRole', {
          Principal: { Service: 'glue.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
        }),
      ),
      live: policy(allow('sts:AssumeRole', { Principal: { Service: 'glue.amazonaws.com' } })),
    },
    'widens',
    'it allows glue.amazonaws.com sts:AssumeRole',
  ),
  role(
    'a condition that callers do not tell of, added',
    '/AssumeRolePolicyDocument',
    {
      declared: policy(allow('sts:AssumeRole', { Principal: { Service: 'glue.amazonaws.com' } })),
      live: policy(
        allow('sts:AssumeRole', {
          Principal: { Service: 'glue.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
        }),
      ),
    },
    'narrows',
    'it no longer allows glue.amazonaws.com sts:AssumeRole',
  ),
  role(
    'the same, spelled otherwise',
    '/AssumeRolePolicyDocument',
    { declared: trust(ROOT), live: trust(['111111111111']) },
    'neutral',
    'it says the same in other words',
  ),
];

const ROLE_CASES: readonly Case[] = [
  role(
    'an inline policy more',
    '/Policies/2',
    { live: inline('today', policy(allow('s3:GetObject', { Resource: 'arn:aws:s3:::b/*' }))) },
    'widens',
    'it allows s3:GetObject on arn:aws:s3:::b/*',
  ),
  role(
    'an inline policy less',
    '/Policies/0',
    { declared: inline('access', policy(allow('s3:GetObject'), allow('s3:ListBucket'))) },
    'narrows',
    'it no longer allows s3:GetObject on everything (and 1 more difference)',
  ),
  role(
    'an inline policy that denies less',
    '/Policies/0',
    { declared: inline('access', policy(deny('s3:*'))) },
    'widens',
    'it no longer denies s3:* on everything',
  ),
  role(
    'an inline policy that denies more',
    '/Policies/1',
    { live: inline('stop', policy(deny('*'))) },
    'narrows',
    'it denies all actions on everything',
  ),
  role(
    'another statement',
    '/Policies/0',
    {
      declared: inline('access', policy(allow('s3:GetObject'))),
      live: inline('access', policy(allow('s3:PutObject'))),
    },
    'widens',
    'it allows s3:PutObject on everything',
  ),
  role(
    'the same statements in another order',
    '/Policies/0',
    {
      declared: inline('access', policy(allow('a:b'), deny('c:d'))),
      live: inline('access', policy(deny('c:d'), allow('a:b'))),
    },
    'neutral',
    'it says the same in other words',
  ),
  role(
    'an inline policy without a document',
    '/Policies/0',
    { live: { PolicyName: 'odd' } },
    'widens',
    'it has a statement that EDL cannot read',
  ),
  role(
    'all inline policies as one part',
    '/Policies',
    {
      declared: [inline('a', policy(allow('a:b')))],
      live: [inline('a', policy(allow('a:b'))), inline('b', policy(allow('c:d')))],
    },
    'widens',
    'it allows c:d on everything',
  ),
  role(
    'all inline policies as one part, of which the second differs',
    '/Policies',
    {
      declared: [inline('a', policy(allow('a:b')))],
      live: [inline('a', policy(allow('a:b'))), inline('b', policy(allow('c:d')))],
      places: ['/Policies/1'],
    },
    'widens',
    'it allows c:d on everything',
  ),
  role(
    'a known policy attached',
    '/ManagedPolicyArns/0',
    { live: `${AWS_POLICY}AdministratorAccess` },
    'widens',
    'the role has what the policy AdministratorAccess of AWS gives',
  ),
  role(
    'an unknown policy attached',
    '/ManagedPolicyArns/0',
    { live: 'arn:aws:iam::111111111111:policy/mine' },
    'widens',
    'the role has whatever the policy mine gives',
  ),
  role(
    'a policy attached that only denies',
    '/ManagedPolicyArns/0',
    { live: `${AWS_POLICY}AWSDenyAll` },
    'narrows',
    'a policy of AWS takes everything away that the role may do',
  ),
  role(
    'a policy of the same name, but not of AWS',
    '/ManagedPolicyArns/0',
    { live: 'arn:aws:iam::111111111111:policy/AWSDenyAll' },
    'widens',
    'the role has whatever the policy AWSDenyAll gives',
  ),
  role(
    'a policy that only denies detached',
    '/ManagedPolicyArns/0',
    { declared: `${AWS_POLICY}AWSDenyAll` },
    'widens',
    'a policy that denied is no longer attached',
  ),
  role(
    'a policy detached',
    '/ManagedPolicyArns/0',
    { declared: OWN_POLICY },
    'narrows',
    'the role no longer has what the policy edl-dev01-team-a-1 gives',
  ),
  role(
    'no boundary',
    '/PermissionsBoundary',
    { declared: OWN_POLICY },
    'widens',
    'nothing holds the role back any more, whatever policies it gets',
  ),
  role(
    'another boundary',
    '/PermissionsBoundary',
    { declared: OWN_POLICY, live: `${AWS_POLICY}AdministratorAccess` },
    'widens',
    'another policy than the boundary of the lake holds the role back',
  ),
  role(
    'a boundary where git has none',
    '/PermissionsBoundary',
    { live: OWN_POLICY },
    'narrows',
    'a permissions boundary that git does not have holds the role back',
  ),
  role(
    'longer sessions',
    '/MaxSessionDuration',
    { declared: 3600, live: 43200 },
    'widens',
    'who took the role keeps it for longer, also after it was taken away',
  ),
  role(
    'longer sessions than by default',
    '/MaxSessionDuration',
    { live: 7200 },
    'widens',
    'who took the role keeps it for longer, also after it was taken away',
  ),
  role(
    'shorter sessions',
    '/MaxSessionDuration',
    { declared: 28800, live: 3600 },
    'narrows',
    'sessions of the role end sooner',
  ),
  role(
    'another path',
    '/Path',
    { declared: '/edl/dev01/', live: '/edl/dev01/run/' },
    'widens',
    'bucket policies know runner roles by their path, and this role has another one',
  ),
  role('another description', '/Description', { declared: 'a', live: 'b' }, 'neutral'),
  role(
    'a property that no row speaks of',
    '/Colour',
    { live: 'red' },
    'widens',
    'EDL does not know what this property gives',
  ),
];

export const ACCESS_CASES: readonly Case[] = [...TRUST_CASES, ...ROLE_CASES];
