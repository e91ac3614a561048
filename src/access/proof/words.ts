import { holderText } from '../changes/describe.ts';
import { statementLabel } from '../evaluate/statements.ts';
import { ANYBODY } from './anybody.ts';
import type { MismatchGroup } from './mismatch-group.ts';
import type { Mismatch } from './types.ts';

/** What an action does, in words; the first that fits. */
const VERBS: readonly (readonly [pattern: RegExp, verb: string, object?: 'data'])[] = [
  [/^s3:GetObject(Version)?$/, 'read', 'data'],
  [/^s3:(PutObject|Replicate\w+)$/, 'write', 'data'],
  [/^s3:DeleteObject(Version)?$/, 'delete', 'data'],
  [/^s3:ListBucket(Versions)?$/, 'list'],
  [/^s3:(AbortMultipartUpload|ListMultipartUploadParts|ListBucketMultipartUploads)$/, 'handle uploads of'],
  [/^s3:GetBucketLocation$/, 'locate the bucket of'],
  [/^kms:Decrypt$/, 'decrypt'],
  [/^kms:(GenerateDataKey|Encrypt)$/, 'encrypt'],
  [/^glue:(Get|BatchGet)/, 'see the metadata of'],
  [/^glue:/, 'change the metadata of'],
];

const verbOf = ({ action, resource }: Mismatch): string => {
  const [, verb, object] = VERBS.find(([pattern]) => pattern.test(action)) ?? [];
  if (verb === undefined) return `do ${action} on`;
  if (object === undefined) return verb;
  return /^arn:aws:s3:::[^/]+\/[^/]+\/raw\//.test(resource) ? `${verb} raw data of` : `${verb} data of`;
};

const targetOf = ({ dataset, tier }: MismatchGroup, { resource }: Mismatch): string => {
  if (dataset !== undefined) return `${tier ?? ''} ${dataset}`.trim();
  return tier === undefined ? resource : `the ${tier} tier`;
};

/** Action and resource, unless they are the sentence's own words already. */
const placeOf = ({ action, resource, circumstances }: Mismatch): string =>
  `${action} on ${resource}${circumstances === undefined ? '' : `, ${circumstances}`}`;

/** So many other actions are named. */
const EXAMPLES = 3;

const moreActions = ({ actions, mismatches }: MismatchGroup): string => {
  const others = actions.filter((action) => action !== mismatches[0]?.action);
  const listed = others.slice(0, EXAMPLES).join(', ');
  const rest = others.length > EXAMPLES ? ` and ${others.length - EXAMPLES} more actions` : '';
  if (others.length > 0) return `; also ${listed}${rest}`;
  return mismatches.length > 1 ? `; ${mismatches.length} such answers` : '';
};

const statementOf = ({ statement }: Mismatch): string =>
  statement === undefined ? '' : `: statement ${statementLabel(statement)} of ${statement.policy}`;

/** Why it should not be so. What has ended was granted once. */
const reasonOf = ({ until, at }: Mismatch): string =>
  until === undefined ? 'which nothing grants' : `from ${at} on, though the grant ends with ${until}`;

const grantOf = ({ until, at }: Mismatch): string =>
  until === undefined ? `at ${at}, which is granted without an end` : `at ${at}, which is granted until ${until}`;

/** A group as a sentence; nothing where it is empty. */
export const describeGroup = (group: MismatchGroup): readonly string[] => {
  const [first] = group.mismatches;
  if (first === undefined) return [];
  const what = `${verbOf(first)} ${targetOf(group, first)} (${placeOf(first)}${moreActions(group)})`;
  if (group.holder === ANYBODY)
    return [
      `anybody in the account whose own policies allow it could ${what}: the bucket's policy does not keep them out`,
    ];
  const who = holderText(group.holder);
  if (group.direction === 'more') {
    const could = group.isConditional ? 'could under some conditions' : 'could';
    return [`${who} ${could} ${what}, ${reasonOf(first)}${statementOf(first)}`];
  }
  const could = group.isConditional ? 'could only under some conditions' : 'could not';
  return [`${who} ${could} ${what} ${grantOf(first)}${statementOf(first)}`];
};
