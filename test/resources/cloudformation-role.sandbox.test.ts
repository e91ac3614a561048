import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listOf, objectOf, textOf, type JsonObject } from '../../src/reconciler/model/json.ts';
import { clientsOf } from '../support/clients.ts';
import { copySampleLake, TODAY } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { editFile, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

// What AWS would ask of CloudFormation's service role, the sandbox asks too (sandbox/SPEC.md, S17 and S32).
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stage: Stage;
let sample: Place;

beforeAll(async () => {
  stage = await startStage();
  sample = { lake: stage.keepFolder(await copySampleLake()), account: '111111111111' };
});

afterAll(async () => {
  await stage.stop();
});

it('is enough for every stack of the sample lake, from the first to the last', async () => {
  await stage.apply(sample, 'dev01');
  const { cloudformation } = clientsOf(stage.sandbox.endpoint, sample.account, 'eu-west-1');
  const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({}));
  const ownRights = Stacks.filter(({ RoleARN }) => RoleARN === undefined).map(({ StackName }) => StackName);
  // The bootstrap stack makes the role itself, with the caller's own rights.
  expect(ownRights).toEqual(['edl-dev01-bootstrap']);
  expect(new Set(Stacks.map(({ StackStatus }) => StackStatus))).toEqual(new Set(['CREATE_COMPLETE']));
});

type Edit = (statement: JsonObject) => JsonObject;

/** The policy of the role that EDL makes for an instance, each statement edited. */
const policyOf = async (place: Place, instance: string, edit: Edit): Promise<string> => {
  const { desired } = await stage.plan(place, instance);
  const role = desired.resources.find(({ id }) => id === `iam-role/edl-${instance}-cloudformation`);
  const [policy] = listOf(role?.properties['Policies']);
  const document = objectOf(objectOf(policy)['PolicyDocument']);
  const Statement = listOf(document['Statement']).map((statement) => edit(objectOf(statement)));
  return JSON.stringify({ ...document, Statement });
};

/** Applies the small lake with a role made by hand that may do what EDL's own may, but for one edit. */
const applyWith = async (instance: string, account: string, edit: Edit): Promise<string> => {
  const place = { lake: stage.keepFolder(await writeSmallLake()), account };
  const PolicyDocument = await policyOf(place, instance, edit);
  const trust = { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { iam } = clientsOf(stage.sandbox.endpoint, account, 'eu-west-1');
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: 'by-hand', AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'by-hand', PolicyName: 'p', PolicyDocument }));
  const regions = 'regions: [eu-west-1]';
  await editFile(
    place.lake,
    'lake.yaml',
    `'${account}', ${regions}`,
    `'${account}', ${regions}, cloudFormationRole: by-hand`,
  );
  const { exitCode, stdout, stderr } = await stage.edl(place, [
    'apply',
    '--instance',
    instance,
    '--yes',
    '--as-of',
    TODAY,
  ]);
  return exitCode === 0 ? 'applied' : unwrapped(stdout + stderr);
};

const without =
  (action: string): Edit =>
  (statement) => {
    const actions = listOf(statement['Action']).filter((given) => given !== action);
    return textOf(statement['Effect']) === 'Allow' ? { ...statement, Action: actions } : statement;
  };

it('can be one that is there already, and needs what the role of EDL may do', async () => {
  expect(await applyWith('uat', '222222222222', (statement) => statement)).toBe('applied');
  expect(await applyWith('qa', '444444444444', without('iam:TagRole'))).toContain(
    'User: arn:aws:sts::444444444444:assumed-role/by-hand/AWSCloudFormation is not authorized to perform: iam:TagRole ' +
      'on resource: arn:aws:iam::444444444444:role/edl/qa/edl-qa-team-analysts because no identity-based policy allows the iam:TagRole action',
  );
});
