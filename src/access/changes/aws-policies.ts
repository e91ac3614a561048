import type { JsonObject } from '../../reconciler/model/json.ts';

const allow = (...actions: readonly string[]): JsonObject => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/**
 * What some of AWS's own policies give on a lake: only their statements on S3, Glue and KMS that name no buckets of their own.
 * Their documents are not among what is read of an account; these few are known well and do not change in this.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const STATEMENTS: ReadonlyMap<string, readonly JsonObject[]> = new Map([
  ['AdministratorAccess', [allow('*')]],
  [
    'AmazonAthenaFullAccess',
    [allow('glue:BatchGetPartition', 'glue:GetDatabase*', 'glue:GetPartition*', 'glue:GetTable*')],
  ],
  ['AmazonS3FullAccess', [allow('s3:*')]],
  ['AmazonS3ReadOnlyAccess', [allow('s3:Get*', 's3:List*', 's3:Describe*')]],
  ['AWSGlueConsoleFullAccess', [allow('glue:*', 's3:ListBucket', 's3:GetBucketLocation')]],
  ['AWSGlueServiceRole', [allow('glue:*', 's3:ListBucket', 's3:GetBucketLocation')]],
  ['PowerUserAccess', [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }]],
  ['ReadOnlyAccess', [allow('glue:BatchGet*', 'glue:Get*', 'glue:List*', 's3:Get*', 's3:List*', 's3:Describe*')]],
]);

const AWS_POLICY = /^arn:aws:iam::aws:policy\/(?:[\w-]+\/)*([\w-]+)$/;

/** The part of one of AWS's own policies that matters to a lake; undefined where nobody wrote it down. */
export const knownAwsPolicy = (arn: string): JsonObject | undefined => {
  const statements = STATEMENTS.get(AWS_POLICY.exec(arn)?.[1] ?? '');
  return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements };
};
