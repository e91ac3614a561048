import { allows, forbids, policyRules } from '../policy-tests.ts';
import { always, type KindEffects, UNKNOWN_PART, whole } from '../rule.ts';

/** Bucket policies: what nobody may do, whatever their role says. */
export const S3_BUCKET_POLICY: KindEffects = {
  kind: 's3-bucket-policy',
  parts: [...policyRules('/PolicyDocument', 'resource'), UNKNOWN_PART],
  missing: [
    whole(
      'it denies something',
      ({ PolicyDocument: document }) => forbids(document, 'resource'),
      'widens',
      'nothing but roles limits who reads, writes and deletes in the bucket, and how',
    ),
    always('narrows', 'what the policy allowed is no longer allowed'),
  ],
  undeclared: [
    whole(
      'it allows something',
      ({ PolicyDocument: document }) => allows(document, 'resource'),
      'widens',
      'nobody declared it, and it lets in whom it names',
    ),
    always('narrows', 'nobody declared it, and it denies what roles allow'),
  ],
};
