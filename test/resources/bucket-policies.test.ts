import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { Decision, NamedDocument, RequestContext } from '../../src/access/evaluate/types.ts';
import { type JsonObject, objectOf } from '../../src/reconciler/model/json.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';

import { AS_OF, compileSound, sampleInput } from '../compile/sample.ts';

/** What the bucket policies that we write mean: asked of the evaluator, not compared with a copy of themselves. */

let desired: DesiredState;
beforeAll(async () => {
  desired = compileSound(await sampleInput('dev01'));
});

const ACCOUNT = '111111111111';
const RUNNER = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/edl-dev01-pipeline-daily-outcomes`;
const TEAM = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-oncology`;
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/admin`;

const propertiesOf = (id: string): JsonObject => {
  const resource = desired.resources.find((candidate) => candidate.id === id);
  if (resource === undefined) throw new Error(`nothing is declared as ${id}`);
  return resource.properties;
};

const documentOf = (id: string): JsonObject => objectOf(propertiesOf(id)['PolicyDocument']);

const everything: NamedDocument = {
  name: 'everything',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** A request as clients make it by default: TLS 1.3, inside the organisation, no encryption headers. */
const PLAIN: RequestContext = {
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:PrincipalOrgID': 'o-acme12345',
  'aws:PrincipalIsAWSService': 'false',
  's3:x-amz-server-side-encryption': [],
  's3:x-amz-server-side-encryption-aws-kms-key-id': [],
  's3:x-amz-server-side-encryption-customer-algorithm': [],
};

/** What a bucket's policy leaves of the rights of somebody who may do everything. */
const ask = (
  bucket: string,
  principalArn: string,
  action: string,
  key: string,
  context: RequestContext = {},
): Decision['answer'] =>
  evaluate(
    {
      identity: [everything],
      resources: [{ arn: `arn:aws:s3:::${bucket}`, document: documentOf(`s3-bucket-policy/${bucket}`) }],
    },
    {
      principalArn,
      action,
      resource: `arn:aws:s3:::${bucket}${key}`,
      at: AS_OF,
      context: { ...PLAIN, 'aws:PrincipalArn': principalArn, ...context },
    },
  ).answer;

const OUTSIDER = 'arn:aws:iam::222222222222:role/reader';
const DATA = 'acme-datalake-dev01-sensitive-eu-west-1';
const PLAIN_DATA = 'acme-datalake-dev01-internal-eu-west-1';
const DROP = 'acme-datalake-drop-dev01-sensitive-eu-west-1';
const ARTIFACTS = 'acme-datalake-artifacts-dev01-eu-west-1';

describe('bucket policies', () => {
  test.each<[string, string, string, string, string, Decision['answer']]>([
    ['a run writes data', DATA, RUNNER, 's3:PutObject', '/trials/data/1/a.parquet', 'allowed'],
    ['a run writes raw', DATA, RUNNER, 's3:PutObject', '/trials/raw/1/a.csv', 'allowed'],
    ['a run removes what it wrote', DATA, RUNNER, 's3:DeleteObject', '/trials/data/1/a', 'allowed'],
    ['an administrator writes data', DATA, ADMINISTRATOR, 's3:PutObject', '/trials/data/1/a', 'denied'],
    ['an administrator writes raw', DATA, ADMINISTRATOR, 's3:PutObject', '/trials/raw/1/a', 'denied'],
    ['an administrator removes data', DATA, ADMINISTRATOR, 's3:DeleteObject', '/trials/data/1/a', 'denied'],
    ['an administrator removes a version', DATA, ADMINISTRATOR, 's3:DeleteObjectVersion', '/trials/data/1/a', 'denied'],
    ['a team writes data', PLAIN_DATA, TEAM, 's3:PutObject', '/crm/data/1/a', 'denied'],
    [
      'a role with a runner-like name writes data',
      DATA,
      `arn:aws:iam::${ACCOUNT}:role/edl-run`,
      's3:PutObject',
      '/t/data/1/a',
      'denied',
    ],
    [
      'a runner of another account writes data',
      DATA,
      RUNNER.replace(ACCOUNT, '222222222222'),
      's3:PutObject',
      '/t/data/1/a',
      'denied',
    ],
    [
      'a runner of another instance writes data',
      DATA,
      RUNNER.replaceAll('dev01', 'prod'),
      's3:PutObject',
      '/t/data/1/a',
      'denied',
    ],
    ['anybody with rights reads', DATA, TEAM, 's3:GetObject', '/trials/data/1/a', 'allowed'],
    ['anybody with rights lists', DATA, TEAM, 's3:ListBucket', '', 'allowed'],
    ['a team puts into the drop bucket', DROP, TEAM, 's3:PutObject', '/trials/data/a', 'allowed'],
    ['code is uploaded', ARTIFACTS, ADMINISTRATOR, 's3:PutObject', '/edl/artifacts/a.zip', 'allowed'],
  ])('%s', (_what, bucket, principal, action, key, answer) => {
    expect(ask(bucket, principal, action, key)).toBe(answer);
  });

  test.each<[string, RequestContext]>([
    ['without TLS', { 'aws:SecureTransport': 'false' }],
    ['with TLS 1.1', { 's3:TlsVersion': '1.1' }],
    ['from another organisation', { 'aws:PrincipalOrgID': 'o-other' }],
    ['from no organisation', { 'aws:PrincipalOrgID': [] }],
  ])('nobody reads %s', (_what, context) => {
    for (const bucket of [DATA, PLAIN_DATA, DROP, ARTIFACTS])
      expect(ask(bucket, OUTSIDER, 's3:GetObject', '/trials/data/1/a', context), bucket).toBe('denied');
  });

  test('a mistyped organisation locks nobody of the account out of the policy itself', () => {
    for (const bucket of [DATA, PLAIN_DATA, DROP, ARTIFACTS])
      for (const organization of ['o-other', []])
        expect(
          ask(bucket, ADMINISTRATOR, 's3:PutBucketPolicy', '', { 'aws:PrincipalOrgID': organization }),
          bucket,
        ).toBe('allowed');
  });

  test('an AWS service has no organisation and needs none', () => {
    const context = { 'aws:PrincipalOrgID': [], 'aws:PrincipalIsAWSService': 'true' };
    expect(ask(DATA, OUTSIDER, 's3:GetObject', '/trials/data/1/a', context)).toBe('allowed');
  });

  const header = 's3:x-amz-server-side-encryption';
  const keyHeader = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  test.each<[string, string, RequestContext, Decision['answer']]>([
    ['no word about keys in a KMS tier', DROP, {}, 'allowed'],
    ['the AWS managed key of S3, which is KMS without a key', DROP, { [header]: 'aws:kms' }, 'denied'],
    ['keys of S3 in a KMS tier', DROP, { [header]: 'AES256' }, 'denied'],
    [
      'a key of the account',
      DROP,
      { [header]: 'aws:kms', [keyHeader]: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1` },
      'allowed',
    ],
    [
      'a key of another account',
      DROP,
      { [header]: 'aws:kms', [keyHeader]: 'arn:aws:kms:eu-west-1:222222222222:key/1' },
      'denied',
    ],
    ['a key that the client keeps', DROP, { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 'denied'],
    ['keys of S3 in an S3 tier', PLAIN_DATA, { [header]: 'AES256' }, 'allowed'],
    ['KMS in an S3 tier', PLAIN_DATA, { [header]: 'aws:kms' }, 'denied'],
  ])('%s', (_what, bucket, context, answer) => {
    expect(ask(bucket, RUNNER, 's3:PutObject', '/trials/data/1/a', context)).toBe(answer);
  });
});
