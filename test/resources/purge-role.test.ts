import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import { type JsonObject, objectOf } from '../../src/reconciler/model/json.ts';
import { AS_OF, compileSound, sampleInput } from '../compile/sample.ts';

/** A role that git names may delete what is published, and do nothing else there that others may not. */

const BUCKET = 'acme-datalake-dev01-sensitive-eu-west-1';
const PURGE = 'arn:aws:iam::111111111111:role/data-erasure';
const RUNNER = 'arn:aws:iam::111111111111:role/edl/dev01/run/edl-dev01-pipeline-daily-outcomes';
const ADMINISTRATOR = 'arn:aws:iam::111111111111:role/admin';

let document: JsonObject;

beforeAll(async () => {
  const input = await sampleInput('dev01');
  const { catalog } = input;
  const instances = catalog.lake.instances.map((instance) => ({ ...instance, purgeRole: 'data-erasure' }));
  const desired = compileSound({ ...input, catalog: { ...catalog, lake: { ...catalog.lake, instances } } });
  const policy = desired.resources.find(({ id }) => id === `s3-bucket-policy/${BUCKET}`);
  document = objectOf(policy?.properties['PolicyDocument']);
});

test.each([
  ['the purge role deletes', PURGE, 's3:DeleteObject', 'allowed'],
  ['the purge role deletes a version', PURGE, 's3:DeleteObjectVersion', 'allowed'],
  ['the purge role puts', PURGE, 's3:PutObject', 'denied'],
  ['a run deletes', RUNNER, 's3:DeleteObject', 'allowed'],
  ['a run puts', RUNNER, 's3:PutObject', 'allowed'],
  ['an administrator deletes', ADMINISTRATOR, 's3:DeleteObject', 'denied'],
  ['an administrator puts', ADMINISTRATOR, 's3:PutObject', 'denied'],
])('%s: %s', (_title, principalArn, action, answer) => {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const decision = evaluate(
    {
      identity: [{ name: 'everything', document: everything }],
      resources: [{ arn: `arn:aws:s3:::${BUCKET}`, document }],
    },
    {
      principalArn,
      action,
      resource: `arn:aws:s3:::${BUCKET}/clinical-trials/data/2026-01-01/part-0`,
      at: AS_OF,
      context: {
        'aws:SecureTransport': 'true',
        's3:TlsVersion': '1.3',
        'aws:PrincipalOrgID': 'o-acme12345',
        'aws:PrincipalIsAWSService': 'false',
        's3:x-amz-server-side-encryption': [],
        's3:x-amz-server-side-encryption-aws-kms-key-id': [],
        's3:x-amz-server-side-encryption-customer-algorithm': [],
      },
    },
  );
  expect(decision.answer).toBe(answer);
});
