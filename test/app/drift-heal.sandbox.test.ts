import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import { GetTemplateCommand, UpdateStackCommand, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation';
import { GetTableCommand, UpdateTableCommand } from '@aws-sdk/client-glue';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkDrift, type CheckedDrift } from '../../src/app/drift/check-drift.ts';
import type { HealRequest } from '../../src/app/drift/heal.ts';
import { openSession } from '../../src/app/session.ts';
import type { HealResult } from '../../src/reconciler/model/drift.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { TODAY } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';

/** People change a lake by hand; healing puts it back, by the API of each service and by change sets. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ROLE = 'edl-dev01-team-analysts';
const BUCKET = 'acme-datalake-dev01-internal-eu-west-1';
const TABLE = { DatabaseName: 'edl_dev01_internal', Name: 'sites__main' };

let stage: Stage;
let dev: Place;
let byHand: Clients;

const yes: HealRequest['confirm'] = () => Promise.resolve(true);

const check = async (heal?: HealRequest): Promise<CheckedDrift> => {
  const outcome = await checkDrift(
    {
      cwd: dev.lake,
      asOf: `${TODAY}T00:00:00Z`,
      instance: 'dev01',
      targets: [],
      excludes: [],
      authors: false,
      ...(heal === undefined ? {} : { heal }),
    },
    openSession({ emit: (): void => undefined }),
  );
  if (!('report' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
};

const document = (Effect: string, Action: string, more: object = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, ...more }] });

const failuresIn = ({ report }: CheckedDrift): readonly HealResult[] =>
  (report.healed?.results ?? []).filter(({ outcome }) => outcome !== 'healed');

const partsLeft = ({ after }: CheckedDrift): readonly string[] =>
  (after?.entries ?? []).flatMap(({ id, parts }) => parts.map(({ path }) => `${id} ${path}`));

/** Policies, trust, boundary and settings of a role; a role that nobody declared. */
const changeRoles = async (): Promise<void> => {
  const { iam } = byHand;
  const PolicyDocument = document('Allow', '*', { Resource: '*' });
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: Policy?.Arn }));
  await iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'more', PolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'access', PolicyDocument }));
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ROLE }));
  const trust = document('Allow', 'sts:AssumeRole', { Principal: { AWS: '999999999999' } });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument: trust }));
  await iam.send(new UpdateRoleCommand({ RoleName: ROLE, Description: 'by hand', MaxSessionDuration: 43_200 }));
  await iam.send(new CreateRoleCommand({ RoleName: 'stranger', Path: '/edl/dev01/', AssumeRolePolicyDocument: trust }));
};

/** A table with another place, and with more parameters. */
const updateTable = async (Location: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
  const { Table } = await byHand.glue.send(new GetTableCommand(TABLE));
  const { Parameters, StorageDescriptor, PartitionKeys, TableType } = Table ?? {};
  const TableInput = {
    Name: TABLE.Name,
    Parameters: { ...Parameters, ...more },
    PartitionKeys,
    TableType,
    StorageDescriptor: { ...StorageDescriptor, Location },
  };
  await byHand.glue.send(new UpdateTableCommand({ DatabaseName: TABLE.DatabaseName, TableInput }));
};

/** Protections of a bucket that are gone, a rule that deletes, a table that moved, a workgroup without its limit. */
const changeStorage = async (): Promise<void> => {
  const { s3, athena } = byHand;
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket: BUCKET, PublicAccessBlockConfiguration }));
  const VersioningConfiguration = { Status: 'Suspended' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
  const rule = { ID: 'all', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } };
  const LifecycleConfiguration = { Rules: [rule] };
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: BUCKET, LifecycleConfiguration }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }));
  await updateTable('s3://elsewhere/');
  const ConfigurationUpdates = { RemoveBytesScannedCutoffPerQuery: true };
  await athena.send(new UpdateWorkGroupCommand({ WorkGroup: ROLE, ConfigurationUpdates }));
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

it('a lake that nobody touched needs no healing, and nobody is asked', async () => {
  const confirm = vi.fn(yes);
  const { report, after } = await check({ mode: 'all', confirm });
  expect([report.entries, report.healed?.results, after, confirm.mock.calls]).toEqual([[], [], undefined, []]);
});

it('tighten undoes what widens and nothing else; then all undoes the rest', async () => {
  await changeRoles();
  await changeStorage();
  const declined = await check({ mode: 'all', confirm: () => Promise.resolve(false) });
  expect([declined.status, declined.after]).toEqual(['declined', undefined]);

  const before = declined.report.entries.flatMap(({ id, parts }) =>
    parts.filter(({ effect }) => effect !== 'widens').map(({ path }) => `${id} ${path}`),
  );
  const tightened = await check({ mode: 'tighten', confirm: yes });
  const touched = (tightened.report.healed?.results ?? []).filter(({ outcome }) => outcome !== 'left');
  expect(touched.filter(({ outcome, how }) => outcome !== 'healed' || how !== 'service')).toEqual([]);
  expect([...partsLeft(tightened)].sort()).toEqual([...before].sort());
  expect(tightened.after?.summary.widens).toBe(0);

  const all = await check({ mode: 'all', confirm: yes });
  expect(failuresIn(all)).toEqual([]);
  expect(all.after?.entries).toEqual([]);
});

it('the unknown role is still there as it was, but denied everything', async () => {
  const { PolicyNames } = await byHand.iam.send(new ListRolePoliciesCommand({ RoleName: 'stranger' }));
  expect(PolicyNames).toEqual(['edl-quarantine']);
  const name = { RoleName: 'stranger', PolicyName: 'edl-quarantine' };
  const { PolicyDocument = '' } = await byHand.iam.send(new GetRolePolicyCommand(name));
  expect(decodeURIComponent(PolicyDocument)).toContain('"Effect":"Deny"');
});

it('all at once: change sets for what CloudFormation sees, calls for the rest', async () => {
  await byHand.iam.send(new UpdateRoleCommand({ RoleName: ROLE, Description: 'by hand', MaxSessionDuration: 43_200 }));
  await byHand.athena.send(new UpdateWorkGroupCommand({ WorkGroup: ROLE, Description: 'by hand' }));
  await byHand.s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }));
  const healed = await check({ mode: 'all', confirm: yes });
  expect(failuresIn(healed)).toEqual([]);
  const how = (healed.report.healed?.results ?? []).map(({ id, path, how: by }) => `${by ?? ''} ${id}${path ?? ''}`);
  expect([...how].sort()).toEqual([
    `service athena-workgroup/eu-west-1/${ROLE}/Description`,
    `service s3-bucket-policy/${BUCKET}`,
    `stack iam-role/${ROLE}/Description`,
    `stack iam-role/${ROLE}/MaxSessionDuration`,
  ]);
  expect(healed.after?.entries).toEqual([]);
});

it('a stack that somebody updated by hand gets its template back, and what was in it', async () => {
  const StackName = `edl-dev01-access-team-analysts`;
  const { cloudformation } = byHand;
  const { TemplateBody = '' } = await cloudformation.send(new GetTemplateCommand({ StackName }));
  const altered = TemplateBody.replaceAll(/"Description":("?)\s*"[^"]*"/g, '"Description":"by hand"');
  expect(altered).not.toBe(TemplateBody);
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudformation.send(new UpdateStackCommand({ StackName, TemplateBody: altered, Capabilities }));
  const patience = { client: cloudformation, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
  await waitUntilStackUpdateComplete(patience, { StackName });
  const healed = await check({ mode: 'all', confirm: yes });
  expect(healed.report.entries.map(({ kind }) => kind)).toContain('stack');
  expect(failuresIn(healed)).toEqual([]);
  expect(healed.after?.entries).toEqual([]);
});

it("what got another's mark, and a stack that lost our tags, hide nothing", async () => {
  const StackName = `edl-dev01-access-team-analysts`;
  const { cloudformation } = byHand;
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudformation.send(new UpdateStackCommand({ StackName, UsePreviousTemplate: true, Tags: [], Capabilities }));
  await waitUntilStackUpdateComplete(
    { client: cloudformation, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
    { StackName },
  );
  await byHand.iam.send(new UpdateRoleCommand({ RoleName: ROLE, Description: 'by hand', MaxSessionDuration: 3_600 }));
  await updateTable('s3://elsewhere/', { 'edl:owner': 'x' });
  const { report } = await check({ mode: 'all', confirm: yes });
  const told = report.entries.map(({ id, effect, parts }) => `${id} ${effect} ${parts.map(({ path }) => path).join()}`);
  expect([...told].sort()).toEqual([
    `glue-table/eu-west-1/${TABLE.DatabaseName}/${TABLE.Name} widens /EdlMark,/TableInput`,
    `iam-role/${ROLE} narrows /Description,/MaxSessionDuration`,
    `stack/${StackName} widens /Tags`,
  ]);
  const outcomes = report.healed?.results.map(({ outcome, code }) => `${outcome} ${code ?? ''}`);
  expect(new Set(outcomes)).toEqual(new Set(['refused EDL-4151']));
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ code, target }) => `${code} ${target ?? ''}`)).toEqual(
    expect.arrayContaining([`EDL-3010 iam-role/${ROLE}`, `EDL-3011 ${StackName}`]),
  );
});
