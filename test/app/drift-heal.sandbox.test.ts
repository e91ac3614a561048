import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketVersioningCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkDrift, type CheckedDrift } from '../../src/app/drift/check-drift.ts';
import type { HealRequest } from '../../src/app/drift/heal.ts';
import { openSession } from '../../src/app/session.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { TODAY } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ROLE = 'edl-dev01-team-analysts';
const BUCKET = 'acme-datalake-dev01-internal-eu-west-1';

let stage: Stage;
let dev: Place;
let byHand: Clients;

const check = async (mode?: HealRequest['mode']): Promise<CheckedDrift> => {
  const outcome = await checkDrift(
    {
      cwd: dev.lake,
      asOf: `${TODAY}T00:00:00Z`,
      instance: 'dev01',
      targets: [],
      excludes: [],
      authors: false,
      ...(mode === undefined ? {} : { heal: { mode, confirm: () => Promise.resolve(true) } }),
    },
    openSession({ emit: (event) => { if (process.env['SHOW']) console.log(JSON.stringify(event)); } }),
  );
  if (outcome.status === 'invalid' || outcome.status === 'refused') throw new Error(JSON.stringify(outcome));
  return outcome;
};

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  byHand = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
  await stage.apply(dev, 'dev01');
});

afterAll(async () => {
  await stage.stop();
});

it('try', async () => {
  const { Policy } = await byHand.iam.send(new CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) })); await byHand.iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: Policy?.Arn }));
  await byHand.s3.send(new PutPublicAccessBlockCommand({ Bucket: BUCKET, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));
  await byHand.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Suspended' } }));
  await byHand.iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'more', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }) }));
  await byHand.iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: 'access' })).catch(() => undefined);
  await byHand.athena.send(new UpdateWorkGroupCommand({ WorkGroup: ROLE, ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true } }));
  await byHand.iam.send(new CreateRoleCommand({ RoleName: 'intruder', Path: '/edl/dev01/', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } }] }) }));
  const outcome = await check('all');
  console.log(JSON.stringify(outcome.report.entries.map(({ id, effect, parts, undeclared }) => [id, effect, undeclared, parts.map(({ path }) => path)]), null, 1));
  console.log(JSON.stringify(outcome.report.healed, null, 1));
  console.log(JSON.stringify(outcome.after?.entries.map(({ id, parts }) => [id, parts.map(({ path }) => path)]), null, 1));
  expect(outcome.after?.entries).toEqual([]);
});
