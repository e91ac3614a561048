import { runnerPath } from '../../reconciler/model/names.ts';
import type { LakeBucket } from '../shared/buckets.ts';
import type { Statement } from '../shared/policy.ts';
import type { LakeScope } from '../shared/scope.ts';

/**
 * Bucket policies only deny: who may do something is said by roles, and a deny here holds for every one of them, also
 * for those of the account that EDL does not know.
 */

const bucketArn = (bucket: LakeBucket): string => `arn:aws:s3:::${bucket.name}`;

const bucketAndObjects = (bucket: LakeBucket): readonly string[] => [bucketArn(bucket), `${bucketArn(bucket)}/*`];

const deny = (statement: Pick<Statement, 'Sid' | 'Action' | 'Resource' | 'Condition'>): Statement => ({
  Effect: 'Deny',
  Principal: '*',
  ...statement,
});

/** AmazonS3/latest/userguide/security-best-practices: encryption in transit. */
const transport = (bucket: LakeBucket): readonly Statement[] => [
  deny({
    Sid: 'DenyInsecureTransport',
    Action: ['s3:*'],
    Resource: bucketAndObjects(bucket),
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  }),
  deny({
    Sid: 'DenyOldTls',
    Action: ['s3:*'],
    Resource: bucketAndObjects(bucket),
    Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
  }),
];

/**
 * Outsiders are principals of another organisation, or of none. AWS's own services act without one, and the bucket's own
 * account is never outside: with a mistyped id nobody in it could correct the policy any more
 * (IAM/latest/UserGuide/reference_policies_condition-keys). Both keys must differ for the deny to hold.
 */
const organization = (bucket: LakeBucket, { account, lake: { awsOrganizationId } }: LakeScope): readonly Statement[] =>
  awsOrganizationId === undefined
    ? []
    : [
        deny({
          Sid: 'DenyOutsideOrganization',
          Action: ['s3:*'],
          Resource: bucketAndObjects(bucket),
          Condition: {
            StringNotEquals: { 'aws:PrincipalAccount': account, 'aws:PrincipalOrgID': awsOrganizationId },
            BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          },
        }),
      ];

const DELETES = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'];

const PUTS = ['s3:PutObject', 's3:ReplicateObject'];

/** A deny for everybody but these ARNs, on what is published. */
const denyOthers = (bucket: LakeBucket, sid: string, actions: readonly string[], arns: readonly string[]): Statement =>
  deny({
    Sid: sid,
    Action: actions,
    Resource: [`${bucketArn(bucket)}/*/data/*`, `${bucketArn(bucket)}/*/raw/*`],
    Condition: { ArnNotLike: { 'aws:PrincipalArn': arns.length === 1 ? (arns[0] ?? '') : arns } },
  });

/**
 * Published data changes only by runs: nobody else writes under `data/` and `raw/`, whatever their role allows. The declared
 * purge role may delete beside them, for erasure on request.
 */
const reservedWrites = (bucket: LakeBucket, scope: LakeScope): readonly Statement[] => {
  if (bucket.use !== 'data') return [];
  const { name, purgeRole } = scope.instance;
  const runs = `arn:aws:iam::${scope.account}:role${runnerPath(name)}*`;
  if (purgeRole === undefined) return [denyOthers(bucket, 'DenyWritesButOfRuns', [...DELETES, ...PUTS].sort(), [runs])];
  return [
    denyOthers(bucket, 'DenyWritesButOfRuns', PUTS, [runs]),
    denyOthers(bucket, 'DenyDeletesButOfRunsAndPurge', DELETES, [
      `arn:aws:iam::${scope.account}:role/${purgeRole}`,
      runs,
    ]),
  ];
};

const algorithmOf = (bucket: LakeBucket): string => (bucket.tier?.encryption === 'kms' ? 'aws:kms' : 'AES256');

/**
 * A request without encryption headers gets the bucket's default; one with headers must not ask for anything else, or the
 * readers of the dataset could not decrypt what it wrote. `aws:kms` without a key is something else too: it means the key
 * `aws/s3` and not the bucket's default (AmazonS3/latest/API/API_PutObject). Keys that the client keeps (SSE-C) are refused
 * everywhere.
 */
const encryption = (bucket: LakeBucket, scope: LakeScope): readonly Statement[] => {
  const put = { Action: ['s3:PutObject'], Resource: [`${bucketArn(bucket)}/*`] };
  const keyHeader = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  return [
    deny({
      Sid: 'DenyClientKeptKeys',
      ...put,
      Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
    }),
    deny({
      Sid: 'DenyOtherEncryption',
      ...put,
      Condition: {
        Null: { 's3:x-amz-server-side-encryption': 'false' },
        StringNotEquals: { 's3:x-amz-server-side-encryption': algorithmOf(bucket) },
      },
    }),
    ...(bucket.tier?.encryption === 'kms'
      ? [
          deny({
            Sid: 'DenyKeysOfOthers',
            ...put,
            Condition: {
              Null: { 's3:x-amz-server-side-encryption': 'false' },
              ArnNotLike: { [keyHeader]: `arn:aws:kms:${bucket.region}:${scope.account}:*` },
            },
          }),
        ]
      : []),
  ];
};

/** All statements of a bucket's policy. */
export const bucketStatements = (bucket: LakeBucket, scope: LakeScope): readonly Statement[] => [
  ...transport(bucket),
  ...organization(bucket, scope),
  ...reservedWrites(bucket, scope),
  ...encryption(bucket, scope),
];
