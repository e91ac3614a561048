import { allow, type Case, casesOf, policy, ROOT, STRANGER } from './cases.ts';

const key = casesOf('kms-key');
const account = allow('kms:*', { Principal: { AWS: ROOT }, Resource: '*' });
const stranger = allow('kms:Decrypt', { Principal: { AWS: STRANGER }, Resource: '*' });
const GRANT = {
  GrantId: 'g',
  GranteePrincipal: 'arn:aws:iam::111111111111:role/x',
  Operations: ['Decrypt', 'Encrypt'],
};
const LOCKED = 'nobody can read or write data of the tier';
const DOOMED = 'the key is about to be destroyed, and all data of the tier with it';
const OF_KEYS: readonly Case[] = [
  key(
    'somebody let in',
    '/KeyPolicy',
    { declared: policy(account), live: policy(account, stranger) },
    'widens',
    `it allows ${STRANGER} kms:Decrypt on everything`,
  ),
  key(
    'the account locked out',
    '/KeyPolicy',
    { declared: policy(account), live: policy() },
    'narrows',
    `it no longer allows ${ROOT} kms:* on everything`,
  ),
  key(
    'the same',
    '/KeyPolicy',
    { declared: policy(account), live: policy({ ...account, Sid: 'a' }) },
    'neutral',
    'it says the same in other words',
  ),
  key('disabled', '/Enabled', { live: false }, 'narrows', LOCKED),
  key('enabled', '/Enabled', { declared: false }, 'widens', 'a key that git keeps disabled is in use'),
  key('about to be destroyed', '/KeyState', { live: 'PendingDeletion' }, 'widens', DOOMED),
  key('about to be destroyed with its replicas', '/KeyState', { live: 'PendingReplicaDeletion' }, 'widens', DOOMED),
  key('out of reach', '/KeyState', { live: 'Unavailable' }, 'narrows', LOCKED),
  key(
    'not rotated',
    '/EnableKeyRotation',
    { declared: true },
    'widens',
    'the key stays the same for good, so what leaks once stays open',
  ),
  key(
    'rotated',
    '/EnableKeyRotation',
    { live: true },
    'neutral',
    'the key is rotated although git does not ask for it',
  ),
  key(
    'a grant',
    '/Grants/0',
    { live: GRANT },
    'widens',
    'arn:aws:iam::111111111111:role/x may use the key for Decrypt and Encrypt, whatever the policies say',
  ),
  key(
    'a grant that says little',
    '/Grants',
    { live: [{}] },
    'widens',
    'somebody may use the key for whatever the grant says, whatever the policies say',
  ),
  key(
    'a grant less',
    '/Grants/0',
    { declared: GRANT },
    'narrows',
    'it is no longer so that arn:aws:iam::111111111111:role/x may use the key for Decrypt and Encrypt',
  ),
  key(
    'another grant',
    '/Grants/0',
    { declared: { ...GRANT, Operations: [] }, live: GRANT },
    'widens',
    'arn:aws:iam::111111111111:role/x may use the key for Decrypt and Encrypt, whatever the policies say',
  ),
  key('a description', '/Description', { live: 'a' }, 'neutral'),
  key('a property unheard of', '/Copies', { live: 2 }, 'widens', 'EDL does not know what this property gives'),
];

const alias = casesOf('kms-alias');
const ALIAS_CASES: readonly Case[] = [
  alias(
    'another key',
    '/TargetKeyId',
    { declared: 'a', live: 'b' },
    'widens',
    'new data is encrypted with another key, and whoever rules that key decides who reads it',
  ),
  alias('a property unheard of', '/Weight', { live: 2 }, 'widens', 'EDL does not know what this property gives'),
];

export const KEY_CASES: readonly Case[] = [...OF_KEYS, ...ALIAS_CASES];
