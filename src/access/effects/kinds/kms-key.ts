import { isJsonArray, type Json, objectOf, textOf } from '../../../reconciler/model/json.ts';
import { joined } from '../../changes/describe.ts';
import { policyRules } from '../policy-tests.ts';
import {
  always,
  type Change,
  extra,
  gone,
  harmless,
  is,
  type KindEffects,
  off,
  offUnlessAbsent,
  otherwise,
  rule,
  UNKNOWN_PART,
} from '../rule.ts';

const grantText = (grant: Json | undefined): string => {
  const { GranteePrincipal: who, Operations: operations } = objectOf(grant);
  const names = isJsonArray(operations) ? operations.map(textOf) : [];
  return `${textOf(who) || 'somebody'} may use the key for ${names.length === 0 ? 'whatever the grant says' : joined(names)}`;
};

const newGrant = ({ live }: Change): string => `${grantText(live)}, whatever the policies say`;
const lostGrant = ({ declared }: Change): string => `it is no longer so that ${grantText(declared)}`;

/** Keys: the only way to their tier's data. */
export const KMS_KEY: KindEffects = {
  kind: 'kms-key',
  parts: [
    ...policyRules('/KeyPolicy', 'resource'),
    rule('/Enabled', offUnlessAbsent, 'narrows', 'nobody can read or write data of the tier'),
    rule('/Enabled', otherwise, 'widens', 'a key that git keeps disabled is in use'),
    rule(
      '/KeyState',
      is('PendingDeletion'),
      'widens',
      'the key is about to be destroyed, and all data of the tier with it',
    ),
    rule(
      '/KeyState',
      is('PendingReplicaDeletion'),
      'widens',
      'the key is about to be destroyed, and all data of the tier with it',
    ),
    rule('/KeyState', otherwise, 'narrows', 'nobody can read or write data of the tier'),
    rule('/EnableKeyRotation', off, 'widens', 'the key stays the same for good, so what leaks once stays open'),
    rule('/EnableKeyRotation', otherwise, 'neutral', 'the key is rotated although git does not ask for it'),
    rule('/Grants/*', gone, 'narrows', { text: 'names who had it', tell: lostGrant }),
    rule('/Grants/*', extra, 'widens', { text: 'names who has it, and for what', tell: newGrant }),
    rule('/Grants/*', otherwise, 'widens', { text: 'names who has it, and for what', tell: newGrant }),
    ...harmless('/Description'),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'nobody can read what is encrypted with it')],
  undeclared: [always('widens', 'nobody declared it, and the lake knows it by one of its own names')],
};

/** Names of keys: what buckets and roles know them by. */
export const KMS_ALIAS: KindEffects = {
  kind: 'kms-alias',
  parts: [
    rule(
      '/TargetKeyId',
      otherwise,
      'widens',
      'new data is encrypted with another key, and whoever rules that key decides who reads it',
    ),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'neither buckets nor roles find the key of the tier')],
  undeclared: [always('widens', 'roles of the lake may use any key with such a name, and nobody declared this one')],
};
