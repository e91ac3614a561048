import {
  type CloudFormationClient,
  GetTemplateCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { applyLake, type ApplyOutcome } from '../../src/app/apply.ts';
import { openSession } from '../../src/app/session.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import { templateDigest } from '../../src/reconciler/model/template-digest.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { TODAY } from '../support/edl.ts';
import { grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { editFile, startStage, type Place, type Stage } from '../support/stage.ts';

/** Git and AWS move different parts of one role. Each story ends with nothing left to apply. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ROLE = 'edl-dev01-team-analysts';
const ID = `iam-role/${ROLE}`;
const STACK = 'edl-dev01-access-team-analysts';
const SILENT = { emit: (): void => undefined };

let stage: Stage;
let dev: Place;
let byHand: Clients;

const planNow = async (): Promise<Plan> => (await stage.plan(dev, 'dev01')).plan;

const apply = (): Promise<ApplyOutcome> =>
  applyLake(
    {
      cwd: dev.lake,
      asOf: `${TODAY}T00:00:00Z`,
      instance: 'dev01',
      targets: [],
      excludes: [],
      allow: [],
      parallelism: 5,
      confirm: () => Promise.resolve(true),
      cancelled: () => false,
    },
    openSession(SILENT),
  );

const causesIn = (plan: Plan): readonly string[] =>
  plan.changes.flatMap((change) =>
    change.action === 'update' ? change.properties.map(({ cause }) => `${change.id} ${cause}`) : [change.action],
  );

const driftIn = (plan: Plan): readonly string[] =>
  plan.drift.flatMap(({ id, properties }) => properties.map(({ path }) => `${id} ${path}`));

const expectApplied = async (): Promise<Plan> => {
  const outcome = await apply();
  expect(outcome).toMatchObject({ status: 'applied', diagnostics: [] });
  const after = await planNow();
  expect(after.changes).toEqual([]);
  return after;
};

/** The statements of the inline policy `access`, changed. */
const rewriteAccess = async (change: (statements: readonly Json[]) => readonly Json[]): Promise<void> => {
  const name = { RoleName: ROLE, PolicyName: 'access' };
  const { PolicyDocument = '' } = await byHand.iam.send(new GetRolePolicyCommand(name));
  const document = JSON.parse(decodeURIComponent(PolicyDocument)) as JsonObject;
  const statements = document['Statement'];
  const changed = { ...document, Statement: change(isJsonArray(statements) ? statements : []) };
  await byHand.iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: JSON.stringify(changed) }));
};

/** As if an earlier version of EDL had deployed another description: git cannot change it otherwise. */
const deployDescription = async (cloudformation: CloudFormationClient, description: string): Promise<void> => {
  const { TemplateBody = '' } = await cloudformation.send(new GetTemplateCommand({ StackName: STACK }));
  const changed = TemplateBody.replace(
    /"Description":("?)\s*"Data lake dev01: what[^"]*"/,
    `"Description":"${description}"`,
  );
  expect(changed).not.toBe(TemplateBody);
  const digest = templateDigest(JSON.parse(changed) as JsonObject);
  const template = changed.replace(/sha256:[0-9a-f]{64}/, digest);
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudformation.send(new UpdateStackCommand({ StackName: STACK, TemplateBody: template, Capabilities }));
  const patience = { client: cloudformation, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
  await waitUntilStackUpdateComplete(patience, { StackName: STACK });
};

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  byHand = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
  Object.assign(process.env, stage.sandbox.environment(dev.account, 'eu-west-1'));
  expect(await apply()).toMatchObject({ status: 'applied' });
});

afterAll(async () => {
  await stage.stop();
});

it('one statement edited, another one of the same policy changed by hand: told, overwritten, done', async () => {
  await rewriteAccess((statements) =>
    statements.map((one) =>
      isJsonObject(one) && one['Action'] === 's3:GetBucketLocation' ? { ...one, Resource: '*' } : one,
    ),
  );
  expect(driftIn(await planNow())).toHaveLength(1);
  await editFile(dev.lake, 'catalog/grants/analysts.yaml', 'sites, level: read', 'sites, level: read-raw');
  const planned = await planNow();
  expect(new Set(causesIn(planned))).toEqual(new Set([`${ID} edited`, `${ID} both`]));
  expect(planned.drift).toEqual([]);
  expect(planned.diagnostics).toContainEqual(
    expect.objectContaining({ code: 'EDL-3105', severity: 'warning', target: ID }),
  );
  expect((await expectApplied()).drift).toEqual([]);
});

it('a policy attached by hand while a grant is added: it stays as drift', async () => {
  const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Policy } = await byHand.iam.send(new CreatePolicyCommand({ PolicyName: 'by-hand', PolicyDocument }));
  await byHand.iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: Policy?.Arn }));
  await grantTrials(dev.lake);
  const planned = await planNow();
  expect(new Set(causesIn(planned))).toEqual(new Set([`${ID} edited`]));
  expect(driftIn(planned)).toEqual([`${ID} /ManagedPolicyArns/0`]);
  expect(driftIn(await expectApplied())).toEqual([`${ID} /ManagedPolicyArns/0`]);
});

it('the description edited, the longest session changed by hand: IAM writes both, and that is fine', async () => {
  await deployDescription(byHand.cloudformation, 'Another text');
  await byHand.iam.send(
    new UpdateRoleCommand({ RoleName: ROLE, Description: 'Another text', MaxSessionDuration: 3600 }),
  );
  const planned = await planNow();
  expect(causesIn(planned)).toEqual([`${ID} edited`]);
  expect(driftIn(planned)).toEqual([`${ID} /ManagedPolicyArns/0`, `${ID} /MaxSessionDuration`]);
  expect(driftIn(await expectApplied())).toEqual([`${ID} /ManagedPolicyArns/0`]);
});
