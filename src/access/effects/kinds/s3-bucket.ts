import { type Json, listOf, objectOf, textOf } from '../../../reconciler/model/json.ts';
import {
  always,
  type Change,
  changed,
  harmless,
  is,
  isNot,
  type KindEffects,
  off,
  otherwise,
  rule,
  type Test,
  UNKNOWN_PART,
} from '../rule.ts';
import { destroyedText, destroysMore } from './lifecycle.ts';

const byDefault = (rules: Json | undefined): readonly { readonly algorithm: string; readonly key: string }[] =>
  listOf(rules).map((one) => {
    const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = objectOf(objectOf(one)['ServerSideEncryptionByDefault']);
    return { algorithm: textOf(algorithm), key: textOf(key) };
  });

/** From the weakest: S3's own key, a key in KMS, and that twice over. */
const STRENGTHS = ['AES256', 'aws:kms', 'aws:kms:dsse'];

const strength = (algorithm: string): number => STRENGTHS.indexOf(algorithm);

const weakerEncryption: Test<Change> = {
  text: 'weaker, or with another key',
  holds: ({ live, declared }) => {
    const [now] = byDefault(live);
    const [wanted] = byDefault(declared);
    if (now === undefined) return true;
    return strength(now.algorithm) < strength(wanted?.algorithm ?? '') || now.key !== (wanted?.key ?? '');
  },
};

const encryptionText = ({ live }: Change): string => {
  const [now] = byDefault(live);
  if (now === undefined) return 'new objects are encrypted with whatever S3 chooses';
  return now.key === '' && now.algorithm !== 'AES256'
    ? 'new objects are encrypted with a key of AWS that no policy of the lake rules'
    : now.key === ''
      ? "new objects are encrypted with S3's own key, which no key policy guards"
      : `new objects are encrypted with ${now.key}, and whoever rules that key decides who reads them`;
};

const OPEN: readonly (readonly [string, string])[] = [
  ['BlockPublicAcls', 'objects can be made public by their ACL'],
  ['BlockPublicPolicy', 'a bucket policy can make the bucket public'],
  ['IgnorePublicAcls', 'ACLs that make objects public count'],
  ['RestrictPublicBuckets', 'a public bucket policy lets in everybody'],
];

/** The owner's rights where all objects belong to the bucket's owner (AmazonS3/latest/userguide/about-object-ownership). */
const acls: Test<Change> = {
  text: 'not `BucketOwnerEnforced`',
  holds: ({ live }) =>
    objectOf(listOf(live)[0])['ObjectOwnership'] !== 'BucketOwnerEnforced' || listOf(live).length !== 1,
};

/** Buckets: what they hold is read, kept and encrypted as git says. */
export const S3_BUCKET: KindEffects = {
  kind: 's3-bucket',
  parts: [
    ...OPEN.flatMap(([flag, meaning]) => [
      rule(`/PublicAccessBlockConfiguration/${flag}`, off, 'widens', meaning),
      rule(
        `/PublicAccessBlockConfiguration/${flag}`,
        otherwise,
        'narrows',
        'the public access block is stricter than git',
      ),
    ]),
    rule(
      '/VersioningConfiguration/Status',
      isNot('Enabled'),
      'widens',
      'objects that are overwritten or deleted are lost for good',
    ),
    rule('/VersioningConfiguration/Status', otherwise, 'neutral', 'old versions of objects are kept'),
    rule(
      '/VersioningConfiguration/MFADelete',
      is('Enabled'),
      'narrows',
      'versions can only be deleted with a second factor',
    ),
    rule('/VersioningConfiguration/MFADelete', otherwise, 'widens', 'versions can be deleted without a second factor'),
    rule('/BucketEncryption/ServerSideEncryptionConfiguration', weakerEncryption, 'widens', {
      text: 'names the key',
      tell: encryptionText,
    }),
    rule(
      '/BucketEncryption/ServerSideEncryptionConfiguration',
      otherwise,
      'neutral',
      'new objects are encrypted with the same key, as strongly or more so',
    ),
    rule(
      '/OwnershipControls/Rules',
      acls,
      'widens',
      'objects can belong to whoever writes them, and their ACLs count again',
    ),
    rule('/OwnershipControls/Rules', otherwise, 'narrows', 'ACLs no longer count, so who was let in by one is not'),
    rule('/LifecycleConfiguration/Rules', destroysMore, 'widens', {
      text: 'names what is deleted, and when',
      tell: destroyedText,
    }),
    rule(
      '/LifecycleConfiguration/Rules',
      otherwise,
      'neutral',
      'unfinished uploads or old versions stay for longer and cost money',
    ),
    ...harmless('/LifecycleConfiguration/TransitionDefaultMinimumObjectSize'),
    rule('/ReplicationConfiguration', changed, 'widens', 'objects are copied to another bucket'),
    rule('/WebsiteConfiguration', changed, 'widens', 'the bucket answers as a web site'),
    rule(
      '/CorsConfiguration',
      changed,
      'widens',
      'web pages elsewhere can read the bucket with the rights of who looks at them',
    ),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'its data is gone, and another account can take its name')],
  undeclared: [always('widens', 'nobody declared it, and roles of the lake may use any bucket with such a name')],
};
