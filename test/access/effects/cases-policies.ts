import { allow, type Case, casesOf, deny, policy, STRANGER } from './cases.ts';

const managed = casesOf('iam-managed-policy');
const MANAGED_CASES: readonly Case[] = [
  managed(
    'more',
    '/PolicyDocument',
    { declared: policy(allow('s3:GetObject')), live: policy(allow('s3:*')) },
    'widens',
    'it allows s3:* on everything',
  ),
  managed(
    'less',
    '/PolicyDocument',
    { declared: policy(allow('s3:*')), live: policy(allow('s3:GetObject')) },
    'narrows',
    'it no longer allows s3:* on everything',
  ),
  managed(
    'the same',
    '/PolicyDocument',
    { declared: policy(allow('s3:*')), live: policy(allow('s3:*', { Resource: ['*'] })) },
    'neutral',
    'it says the same in other words',
  ),
  managed('another description', '/Description', { live: 'b' }, 'neutral'),
  managed(
    'another path',
    '/Path',
    { declared: '/a/', live: '/b/' },
    'widens',
    'EDL does not know what this property gives',
  ),
];

const bucketPolicy = casesOf('s3-bucket-policy');
const everybody = { Principal: '*', Resource: 'arn:aws:s3:::b/*' };
const BUCKET_POLICY_CASES: readonly Case[] = [
  bucketPolicy(
    'somebody let in',
    '/PolicyDocument',
    {
      declared: policy(deny('s3:*', everybody)),
      live: policy(deny('s3:*', everybody), allow('s3:GetObject', { ...everybody, Principal: { AWS: STRANGER } })),
    },
    'widens',
    `it allows ${STRANGER} s3:GetObject on arn:aws:s3:::b/*`,
  ),
  bucketPolicy(
    'a deny less',
    '/PolicyDocument',
    { declared: policy(deny('s3:*', everybody)), live: policy() },
    'widens',
    'it no longer denies everybody s3:* on arn:aws:s3:::b/*',
  ),
  bucketPolicy(
    'a deny less of several that read alike',
    '/PolicyDocument',
    { declared: policy(deny('s3:*', { ...everybody, Sid: 'DenyOldTls' })), live: policy() },
    'widens',
    'it no longer denies everybody s3:* on arn:aws:s3:::b/* (statement DenyOldTls)',
  ),
  bucketPolicy(
    'a deny with an exception',
    '/PolicyDocument',
    {
      declared: policy(deny('s3:*', everybody)),
      live: policy(deny('s3:*', { ...everybody, Condition: { StringNotEquals: { 'aws:username': 'me' } } })),
    },
    'widens',
    'it no longer denies everybody s3:* on arn:aws:s3:::b/*',
  ),
  bucketPolicy(
    'a deny more',
    '/PolicyDocument',
    { declared: policy(), live: policy(deny('s3:*', everybody)) },
    'narrows',
    'it denies everybody s3:* on arn:aws:s3:::b/*',
  ),
  bucketPolicy(
    'the same',
    '/PolicyDocument',
    {
      declared: policy(deny('s3:*', everybody)),
      live: policy(deny('s3:*', { ...everybody, Principal: { AWS: '*' } })),
    },
    'neutral',
    'it says the same in other words',
  ),
  bucketPolicy(
    'another bucket',
    '/Bucket',
    { declared: 'a', live: 'b' },
    'widens',
    'EDL does not know what this property gives',
  ),
];

export const POLICY_CASES: readonly Case[] = [...MANAGED_CASES, ...BUCKET_POLICY_CASES];
