import { CreateTableCommand, DeleteTableCommand, type TableInput } from '@aws-sdk/client-glue';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { REPOSITORY, type Finished } from '../support/edl.ts';
import { addDataset, addTeam, grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { editFile, mutationsIn, removeFiles, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';

let stage: Stage;
let dev: Place;
let byHand: Clients;

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: ACCOUNT };
  byHand = clientsOf(stage.sandbox.endpoint, ACCOUNT, REGION);
  await stage.apply(dev, 'dev01');
  await stage.takeCalls();
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

/** Applies what must be refused: the exit code and the message are those of plan, and nothing is changed. */
const applyInVain = async (place: Place, instance = 'dev01'): Promise<Finished> => {
  await stage.takeCalls();
  const finished = await stage.edl(place, ['apply', '--instance', instance, '--yes']);
  expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  return finished;
};

const expectNothingToDo = async (place: Place, instance = 'dev01'): Promise<void> => {
  const { plan, verdict } = await stage.plan(place, instance);
  expect({ changes: plan.changes, drift: plan.drift, verdict }).toEqual({ changes: [], drift: [], verdict: 'ready' });
};

const edited = async (edit: (lake: string) => Promise<void>): Promise<Place> => {
  const lake = await stage.copyLake(dev.lake);
  await edit(lake);
  return { ...dev, lake };
};

describe('a catalog with ten mistakes', () => {
  it.each([['validate'], ['plan', '--instance', 'dev01'], ['apply', '--instance', 'dev01', '--yes']])(
    'is told whole by %s, and nothing is asked of AWS',
    async (...argv) => {
      const place = { lake: join(REPOSITORY, 'test/fixtures/ten-mistakes'), account: ACCOUNT };
      const { exitCode, stdout } = await stage.edl(place, argv);
      expect(exitCode).toBe(1);
      expect(stdout.match(/^\S+:\d+:\d+ error EDL-\d+/gm)).toEqual([
        'catalog/datasets/sites.yaml:2:7 error EDL-1304',
        'catalog/datasets/trials.yaml:10:30 error EDL-1311',
        'catalog/datasets/visits.yaml:5:10 error EDL-1202',
        'catalog/grants/oncology-all.yaml:3:15 error EDL-1324',
        'catalog/grants/oncology.yaml:4:16 error EDL-1303',
        'catalog/grants/oncology.yaml:5:46 error EDL-1322',
        'catalog/pipelines/daily-sites/pipeline_config.yaml:6:3 error EDL-1346',
        'catalog/pipelines/weekly-sites/pipeline_config.yaml:3:11 error EDL-1344',
        'catalog/principals/oncology.yaml:3:10 error EDL-1205',
        'lake.yaml:9:1 error EDL-1201',
      ]);
      expect(stdout).not.toContain('Plan:');
      expect(await stage.takeCalls()).toEqual({});
    },
  );
});

describe('an edit that would lose data', () => {
  it.each([
    {
      name: "a dataset's file is removed",
      edit: (lake: string) => removeFiles(lake, 'catalog/datasets/trials.yaml'),
      code: 'EDL-3003',
      instead: 'keep its file and add "retired: { on: DATE, reason: … }"',
    },
    {
      name: "a dataset's tier is changed",
      edit: (lake: string) => editFile(lake, 'catalog/datasets/trials.yaml', 'tier: restricted', 'tier: internal'),
      code: 'EDL-3004',
      instead: 'declare a new dataset in the new tier, copy the data there by a pipeline, and then retire this one',
    },
    {
      name: 'a tier, and with it a bucket, is removed',
      edit: (lake: string) =>
        editFile(
          lake,
          'lake.yaml',
          '  sensitive: { approvals: [owner], maxGrant: 90d, reason: required, selectors: forbidden }\n',
          '',
        ),
      code: 'EDL-3001',
      instead: 'put the declaration back',
    },
    {
      name: 'a dataset begins where objects lie already',
      edit: async (lake: string) => {
        await stage.byHand(() =>
          byHand.s3.send(
            new PutObjectCommand({
              Bucket: 'acme-datalake-dev01-internal-eu-west-1',
              Key: 'codes/old.csv',
              Body: 'a,b',
            }),
          ),
        );
        await addDataset(lake, 'codes');
      },
      code: 'EDL-3006',
      instead: 'Choose another name, or bring the existing data in with "edl adopt"',
    },
  ])('is refused with 3 and a way out when $name', async ({ edit, code, instead }) => {
    const { exitCode, stdout } = await applyInVain(await edited(edit));
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`error ${code}`);
    expect(unwrapped(stdout)).toContain(instead);
    expect(stdout).toContain('Refused by data-loss.');
  });

  it('is refused when a region is taken away', async () => {
    const account = '333333333333';
    await stage.apply({ ...dev, account }, 'prod');
    const place = await edited(async (lake) => {
      const [both, one] = ['regions: [eu-west-1, us-east-1]', 'regions: [eu-west-1]'];
      await editFile(lake, 'lake.yaml', both, one);
      await editFile(lake, 'catalog/datasets/sites.yaml', both, one);
    });
    const { exitCode, stdout } = await applyInVain({ ...place, account }, 'prod');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('error EDL-3001');
    expect(unwrapped(stdout)).toMatch(/error EDL-3005.* Put the region back/);
    expect(stdout).toMatch(/^Refused by blast-radius, data-loss\.$/m);
  });

  it('changes nothing, all of it together', async () => {
    await expectNothingToDo(dev);
  });
});

describe('the wrong account', () => {
  it('is refused with 3, and nothing is read', async () => {
    const { exitCode, stdout } = await applyInVain({ ...dev, account: '999999999999' });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('EDL-5010');
    expect(unwrapped(stdout)).toContain('Your credentials are for account 999999999999');
    const planned = await stage.edl({ ...dev, account: '999999999999' }, ['plan', '--instance', 'dev01']);
    expect(planned.exitCode).toBe(3);
    expect(Object.keys(await stage.takeCalls())).toEqual(['sts:GetCallerIdentity']);
  });
});

describe('a kind that cannot be read', () => {
  it('is unknown: no change of it is proposed, and nothing at all is applied', async () => {
    const place = await edited(async (lake) => {
      await editFile(lake, 'catalog/datasets/trials.yaml', 'subject_id, type: string', 'subject_id, type: bigint');
      await grantTrials(lake);
    });
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'GetTables');
    try {
      const denied = { ...place, endpoint: proxy.endpoint };
      const planned = await stage.edl(denied, ['plan', '--instance', 'dev01', '--format', 'json']);
      expect(planned.exitCode).toBe(3);
      const plan = JSON.parse(planned.stdout) as Plan;
      expect(plan.changes.map(({ id }) => id)).toEqual(['iam-role/edl-dev01-team-analysts']);
      expect(plan.live.unreadable.map(({ kind, region }) => `${kind} ${region}`)).toEqual(['glue-table eu-west-1']);
      const applied = await applyInVain(denied);
      expect(applied.exitCode).toBe(3);
      expect(applied.stdout).toContain('? glue-table in eu-west-1:');
      expect(applied.stdout).toContain('error EDL-3040');
      expect(unwrapped(applied.stdout)).toContain('team:analysts (1 person) gains read on restricted trials');
    } finally {
      await proxy.stop();
    }
  });
});

const tableInput = (name: string, parameters: Record<string, string>): TableInput => ({
  Name: name,
  Parameters: parameters,
  StorageDescriptor: { Columns: [{ Name: 'id', Type: 'string' }] },
});

describe('what others own', () => {
  it.each([
    [
      'another lake',
      { 'edl:owner': 'other/dev01', 'edl:object': 'glue-table/eu-west-1/edl_dev01_internal/lent__main' },
    ],
    [
      'a copy of ours',
      { 'edl:owner': 'acme/dev01', 'edl:object': 'glue-table/eu-west-1/edl_dev01_internal/sites__main' },
    ],
  ])('is refused: a table with the mark of %s', async (_whose, mark) => {
    await stage.byHand(async () => {
      const table = {
        DatabaseName: 'edl_dev01_internal',
        TableInput: tableInput('lent__main', { ...mark, 'edl:digest': 'x' }),
      };
      await byHand.glue.send(new CreateTableCommand(table));
    });
    const place = await edited((lake) => addDataset(lake, 'lent'));
    const { exitCode, stdout } = await applyInVain(place);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('catalog/datasets/lent.yaml:1 error EDL-3010');
    expect(unwrapped(stdout)).toContain('glue-table/eu-west-1/edl_dev01_internal/lent__main exists already');
    expect(stdout).toContain('Refused by ownership.');
    await stage.byHand(() =>
      byHand.glue.send(new DeleteTableCommand({ DatabaseName: 'edl_dev01_internal', Name: 'lent__main' })),
    );
  });

  it('is refused: a stack of our name with other tags', async () => {
    const StackName = 'edl-dev01-access-team-guests';
    const template = {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'guests', AssumeRolePolicyDocument: TRUST } },
      },
    };
    await stage.byHand(async () => {
      await byHand.cloudformation.send(
        new CreateStackCommand({
          StackName,
          TemplateBody: JSON.stringify(template),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          Tags: [{ Key: 'edl:owner', Value: 'other' }],
        }),
      );
      await expect.poll(() => statusOf(StackName), { timeout: 20_000 }).toBe('CREATE_COMPLETE');
    });
    const place = await edited((lake) => addTeam(lake, 'guests'));
    const { exitCode, stdout } = await applyInVain(place);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('error EDL-3011');
    expect(stdout).toContain('Refused by ownership.');
    expect(stdout).toMatch(/Plan: 0 to create, 0 to update, 0 to prune/);
  });
});

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const statusOf = async (stack: string): Promise<string | undefined> =>
  (await byHand.cloudformation.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0]?.StackStatus;
