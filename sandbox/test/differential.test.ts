import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { gapsByName } from '../gaps/index.ts';
import { newQuotas } from '../gaps/quotas.ts';
import { newTrail } from '../gaps/trail.ts';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import { ACCOUNT_CASES } from './differential/account-cases.ts';
import { ATHENA_CASES } from './differential/athena-cases.ts';
import type { Case, RaiseQuota } from './differential/case.ts';
import { MOTO_ACCOUNT, awsAt, operationOf } from './differential/case.ts';
import type { Difference } from './differential/compare.ts';
import { differences, outcome } from './differential/compare.ts';
import { GLUE_CASES } from './differential/glue-cases.ts';
import { IAM_CASES } from './differential/iam-cases.ts';
import { IAM_CHANGE_CASES } from './differential/iam-change-cases.ts';
import { KMS_CASES } from './differential/kms-cases.ts';
import { operationsIn, productOperations } from './differential/operations.ts';
import { S3_CASES } from './differential/s3-cases.ts';
import { S3_FEATURE_CASES } from './differential/s3-feature-cases.ts';

/** Cases of services that know nothing of each other run side by side. IAM's come first: the first ones see an empty account. */
const LANES: readonly (readonly Case[])[] = [
  [...IAM_CASES, ...IAM_CHANGE_CASES, ...ACCOUNT_CASES],
  [...GLUE_CASES, ...ATHENA_CASES, ...KMS_CASES],
  [...S3_CASES, ...S3_FEATURE_CASES],
];
const CASES = LANES.flat();

interface Listed {
  readonly case: string;
  readonly gaps: readonly string[];
  readonly reason: string;
  readonly page: string;
  readonly differs: Readonly<Record<string, Difference>>;
}

// A file of our own, whose every field is looked at below.
const LISTED = parse(
  readFileSync(new URL('./differential/differences.yaml', import.meta.url), 'utf8'),
) as readonly Listed[];

const GAPS = Object.keys(gapsByName(new Map(), newQuotas(), newTrail()));

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await borrowSandbox();
});
afterAll(() => sandbox.stop());

/** Within a lane one after the other, as later cases build on earlier ones. */
const answersOf = async (endpoint: string, raiseQuota: RaiseQuota): Promise<ReadonlyMap<string, unknown>> => {
  const aws = awsAt(endpoint, raiseQuota);
  const answers = new Map<string, unknown>();
  const go = async (lane: readonly Case[]): Promise<void> => {
    for (const { id, run } of lane) answers.set(id, await outcome(run(aws)));
  };
  await Promise.all(LANES.map(go));
  return answers;
};

test('P7 the sandbox answers as moto does but for the listed differences, and all of those are still there', async () => {
  const moto = await answersOf(`http://127.0.0.1:${sandbox.motoPort}`, () => undefined);
  await sandbox.reset();
  const ours = await answersOf(sandbox.endpoint, (code, limit) => {
    sandbox.setQuota(MOTO_ACCOUNT, code, limit);
  });
  const found = CASES.map(({ id }) => [id, differences(moto.get(id), ours.get(id))] as const);
  const differing = Object.fromEntries(found.filter(([, places]) => Object.keys(places).length > 0));
  expect(differing).toEqual(Object.fromEntries(LISTED.map((entry) => [entry.case, entry.differs])));
}, 60_000);

test('P7 each gap has a difference that shows why it is there, and each difference a reason and a page', () => {
  expect(LISTED.map((entry) => entry.case)).toEqual([...new Set(LISTED.map((entry) => entry.case))]);
  expect([...new Set(LISTED.flatMap(({ gaps }) => gaps))].sort()).toEqual([...GAPS].sort());
  for (const entry of LISTED) {
    expect([entry.case, entry.gaps.length > 0, entry.reason.length > 10, entry.page !== '']).toEqual([
      entry.case,
      true,
      true,
      true,
    ]);
  }
});

test('P7 every operation that the product sends is among the cases', () => {
  const tried = new Set(CASES.map(operationOf));
  expect(CASES.map(({ id }) => id)).toEqual([...new Set(CASES.map(({ id }) => id))]);
  expect(productOperations().filter((operation) => !tried.has(operation))).toEqual([]);
  expect(productOperations().length).toBeGreaterThan(35);
});

test('the operations of a source are those of its commands and paginators, but for CloudFormation', () => {
  const source = `
    import type { Job } from '@aws-sdk/client-glue';
    import { GetJobCommand, type GetJobCommandOutput, paginateGetJobs as pages } from '@aws-sdk/client-glue';
    import {
      GetServiceQuotaCommand,
    } from '@aws-sdk/client-service-quotas';
    import { CreateStackCommand } from '@aws-sdk/client-cloudformation';`;
  expect(operationsIn(source)).toEqual(['glue:GetJob', 'glue:GetJobs', 'servicequotas:GetServiceQuota']);
  expect(() => operationsIn("import * as glue from '@aws-sdk/client-glue';")).toThrow('cannot be read');
});

test('answers are compared place by place, without what changes from call to call', async () => {
  const made = await outcome(
    Promise.resolve({ $metadata: {}, Id: 'AROAEXAMPLEEXAMPLE12', Marker: 'x', At: new Date(0) }),
  );
  expect(made).toEqual({ Id: '<id>', Marker: '<token>', At: '<time>' });
  expect(await outcome(Promise.reject(new RangeError('no')))).toEqual({ error: 'RangeError', message: 'no' });
  expect(differences({ a: [1, 2], b: {} }, { a: [1, 3, 4], c: 0 })).toEqual({
    '/a/1': { moto: 2, sandbox: 3 },
    '/a/2': { sandbox: 4 },
    '/b': { moto: {} },
    '/c': { sandbox: 0 },
  });
  expect(differences({ a: 1 }, { a: 1 })).toEqual({});
});
