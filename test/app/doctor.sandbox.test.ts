import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../src/app/doctor/doctor.ts';
import { openSession } from '../../src/app/session.ts';
import { isBroken, type Check, type Health } from '../../src/reconciler/model/doctor.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Stage } from '../support/stage.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';

let stage: Stage;
let lake: string;
beforeAll(async () => {
  stage = await startStage();
  lake = stage.keepFolder(await writeSmallLake());
});
afterAll(async () => {
  await stage.stop();
});

const look = async (instance = 'dev01', endpoint?: string): Promise<Health> => {
  Object.assign(process.env, stage.sandbox.environment(ACCOUNT, REGION));
  if (endpoint !== undefined) process.env['AWS_ENDPOINT_URL'] = endpoint;
  const request = { cwd: lake, asOf: '2026-11-22T00:00:00Z', instance, nodeVersion: '22.12.0' };
  const outcome = await examine(request, openSession({ emit: () => undefined }));
  if (outcome.status !== 'examined') throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.health;
};
const notGood = ({ checks }: Health): readonly Check[] => checks.filter(({ status }) => status !== 'good');
const named = ({ checks }: Health, name: string): Check | undefined => checks.find((check) => check.name === name);

describe('edl doctor', () => {
  it('finds an empty account healthy, and says what is not there yet; it only reads', async () => {
    await stage.takeCalls();
    const health = await look();
    expect(isBroken(health)).toBe(false);
    expect(notGood(health).map(({ name }) => name)).toEqual([`artifacts bucket (${REGION})`, 'service role']);
    expect(named(health, 'clock')).toMatchObject({ status: 'good' });
    expect(named(health, 'quota of roles')).toMatchObject({ status: 'good' });
    const calls = Object.keys(await stage.takeCalls());
    expect(calls.filter((name) => !/:(Get|List|Describe|Head|Lookup)/.test(name))).toEqual([]);
  });

  it('looks at nothing in another account', async () => {
    const health = await look('uat');
    expect(notGood(health)).toMatchObject([{ name: 'account', status: 'broken' }]);
    expect(health.checks.at(-1)?.name).toBe('account');
  });

  it('finds a lake that was applied healthy, a stuck stack of it broken, and names the command', async () => {
    await stage.apply({ lake, account: ACCOUNT }, 'dev01');
    expect(notGood(await look())).toEqual([]);
    const cloudFormation = new CloudFormationClient({ region: REGION });
    const Role = {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ManagedPolicyArns: ['none'] },
    };
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: 'edl-dev01-access-team-stuck',
        TemplateBody: JSON.stringify({ Resources: { Role } }),
        Capabilities: ['CAPABILITY_IAM'],
        DisableRollback: true,
        Tags: Object.entries(stackTags('acme', 'dev01')).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await expect
      .poll(async () => {
        const answer = await cloudFormation.send(
          new DescribeStacksCommand({ StackName: 'edl-dev01-access-team-stuck' }),
        );
        return answer.Stacks?.[0]?.StackStatus;
      })
      .toBe('CREATE_FAILED');
    const health = await look();
    expect(isBroken(health)).toBe(true);
    expect(notGood(health)).toMatchObject([
      {
        name: `stack edl-dev01-access-team-stuck (${REGION})`,
        status: 'broken',
        action: expect.stringContaining('edl apply --instance dev01') as string,
      },
    ]);
  });

  it.each([
    ['GetTables', 'read Glue tables (eu-west-1)'],
    ['GetAccountAuthorizationDetails', 'read roles and policies (global)'],
    ['DescribeStacks', 'read stacks (eu-west-1)'],
  ])('tells that %s is denied, once', async (operation, name) => {
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, operation);
    try {
      const denied = (await look('dev01', proxy.endpoint)).checks.filter((check) => check.name.startsWith('read '));
      expect(denied).toMatchObject([{ name, status: 'broken', found: expect.stringContaining('denied') as string }]);
    } finally {
      await proxy.stop();
    }
  });

  it('is not stopped by a CloudTrail that may not be read', async () => {
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'LookupEvents');
    try {
      expect(named(await look('dev01', proxy.endpoint), 'CloudTrail')).toMatchObject({ status: 'warning' });
    } finally {
      await proxy.stop();
    }
  });
});
