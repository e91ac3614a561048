import { CreateTableCommand, DeleteTableCommand, type TableInput } from '@aws-sdk/client-glue';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { REPOSITORY, type Finished } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import {
  appendLines,
  editFile,
  mutationsIn,
  removeFiles,
  startStage,
  writeLines,
  type Place,
  type Stage,
} from '../support/stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = '333333333333';
const REGION = 'eu-west-1';

let stage: Stage;
let prod: Place;
let byHand: Clients;

beforeAll(async () => {
  stage = await startStage();
  prod = { lake: stage.keepFolder(await writeSmallLake()), account: ACCOUNT };
  byHand = clientsOf(stage.sandbox.endpoint, ACCOUNT, REGION);
  const applied = await stage.edl(prod, ['apply', '--instance', 'prod', '--yes']);
  expect(applied.exitCode).toBe(0);
  await stage.takeCalls();
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

/** Text without line breaks and indents, so that a sentence is found wherever it was wrapped. */
const unwrapped = (text: string): string => text.replace(/\s+/g, ' ');

/** Plans and applies at the same time: neither may change anything, so neither can disturb the other. */
const planAndApply = async (place: Place): Promise<readonly Finished[]> => {
  await stage.takeCalls();
  const finished = await Promise.all([
    stage.edl(place, ['plan', '--instance', 'prod']),
    stage.edl(place, ['apply', '--instance', 'prod', '--yes']),
  ]);
  expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  return finished;
};

const expectNothingToDo = async (place: Place, instance = 'prod'): Promise<void> => {
  const { plan, verdict } = await stage.plan(place, instance);
  expect({ changes: plan.changes, drift: plan.drift, verdict }).toEqual({ changes: [], drift: [], verdict: 'ready' });
};

const edited = async (edit: (lake: string) => Promise<void>): Promise<Place> => {
  const lake = await stage.copyLake(prod.lake);
  await edit(lake);
  return { ...prod, lake };
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
      name: 'a region is taken away',
      edit: async (lake: string) => {
        await editFile(lake, 'lake.yaml', 'regions: [eu-west-1, us-east-1]', 'regions: [eu-west-1]');
        await editFile(lake, 'catalog/datasets/sites.yaml', 'regions: [eu-west-1, us-east-1]', 'regions: [eu-west-1]');
      },
      code: 'EDL-3005',
      instead: 'Put the region back',
    },
    {
      name: 'a dataset begins where objects lie already',
      edit: async (lake: string) => {
        await stage.byHand(() =>
          byHand.s3.send(
            new PutObjectCommand({
              Bucket: 'acme-datalake-prod-internal-eu-west-1',
              Key: 'codes/old.csv',
              Body: 'a,b',
            }),
          ),
        );
        await writeLines(
          lake,
          'catalog/datasets/codes.yaml',
          'name: codes',
          'tier: internal',
          'owner: team:studies',
          'description: Codes',
          'updates: { kind: snapshot }',
        );
      },
      code: 'EDL-3006',
      instead: 'Choose another name, or bring the existing data in with "edl adopt"',
    },
  ])('is refused with 3 and a way out when $name', async ({ edit, code, instead }) => {
    for (const { exitCode, stdout } of await planAndApply(await edited(edit))) {
      expect(exitCode).toBe(3);
      expect(stdout).toContain(`error ${code}`);
      expect(unwrapped(stdout)).toContain(instead);
      expect(stdout).toContain('Refused by data-loss.');
    }
  });

  it('changes nothing, all of it together', async () => {
    await expectNothingToDo(prod);
  });
});

describe('the wrong account', () => {
  it('is refused with 3, and nothing is read', async () => {
    const finished = await planAndApply({ ...prod, account: '999999999999' });
    for (const { exitCode, stdout } of finished) {
      expect(exitCode).toBe(3);
      expect(stdout).toContain('EDL-5010');
      expect(unwrapped(stdout)).toContain('Your credentials are for account 999999999999');
    }
    await stage.edl({ ...prod, account: '999999999999' }, ['plan', '--instance', 'prod']);
    expect(Object.keys(await stage.takeCalls())).toEqual(['sts:GetCallerIdentity']);
  });
});

describe('a kind that cannot be read', () => {
  it('is unknown: no change of it is proposed, and nothing at all is applied', async () => {
    const place = await edited(async (lake) => {
      await editFile(lake, 'catalog/datasets/trials.yaml', 'subject_id, type: string', 'subject_id, type: bigint');
      await appendLines(
        lake,
        'catalog/grants/analysts.yaml',
        '  - { dataset: trials, level: read, expires: 2027-01-31 }',
      );
    });
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'GetTables');
    try {
      const denied = { ...place, endpoint: proxy.endpoint };
      for (const { exitCode, stdout } of await planAndApply(denied)) {
        expect(exitCode).toBe(3);
        expect(stdout).toContain('? glue-table in eu-west-1:');
        expect(stdout).toContain('error EDL-3040');
        expect(unwrapped(stdout)).toContain('team:analysts (1 person) gains read on restricted trials');
      }
      const { stdout } = await stage.edl(denied, ['plan', '--instance', 'prod', '--format', 'json']);
      const plan = JSON.parse(stdout) as Plan;
      expect(plan.changes.map(({ id }) => id)).toEqual(['iam-role/edl-prod-team-analysts']);
      expect(plan.live.unreadable.map(({ kind, region }) => `${kind} ${region}`)).toEqual([
        'glue-table eu-west-1',
        'glue-table us-east-1',
      ]);
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

const newDataset = (lake: string, name: string): Promise<void> =>
  writeLines(
    lake,
    `catalog/datasets/${name}.yaml`,
    `name: ${name}`,
    'tier: internal',
    'owner: team:studies',
    `description: ${name}`,
    'updates: { kind: snapshot }',
    'tables: [{ name: main, columns: [{ name: id, type: string }] }]',
  );

const newTeam = (lake: string, name: string): Promise<void> =>
  writeLines(
    lake,
    `catalog/principals/${name}.yaml`,
    `team: ${name}`,
    'assumedBy: [{ arn: "arn:aws:iam::{account}:role/somebody" }]',
  );

describe('what others own', () => {
  it.each([
    ['another lake', { 'edl:owner': 'other/prod', 'edl:object': 'glue-table/eu-west-1/edl_prod_internal/lent__main' }],
    [
      'a copy of ours',
      { 'edl:owner': 'acme/prod', 'edl:object': 'glue-table/eu-west-1/edl_prod_internal/sites__main' },
    ],
  ])('is refused: a table with the mark of %s', async (_whose, mark) => {
    await stage.byHand(async () => {
      const table = {
        DatabaseName: 'edl_prod_internal',
        TableInput: tableInput('lent__main', { ...mark, 'edl:digest': 'x' }),
      };
      await byHand.glue.send(new CreateTableCommand(table));
    });
    const place = await edited((lake) => newDataset(lake, 'lent'));
    for (const { exitCode, stdout } of await planAndApply(place)) {
      expect(exitCode).toBe(3);
      expect(stdout).toContain('catalog/datasets/lent.yaml:1 error EDL-3010');
      expect(unwrapped(stdout)).toContain('glue-table/eu-west-1/edl_prod_internal/lent__main exists already');
      expect(stdout).toContain('Refused by ownership.');
    }
    await stage.byHand(() =>
      byHand.glue.send(new DeleteTableCommand({ DatabaseName: 'edl_prod_internal', Name: 'lent__main' })),
    );
  });

  it('is refused: a stack of our name with other tags', async () => {
    const StackName = 'edl-prod-access-team-guests';
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
    const place = await edited((lake) => newTeam(lake, 'guests'));
    for (const { exitCode, stdout } of await planAndApply(place)) {
      expect(exitCode).toBe(3);
      expect(stdout).toContain('error EDL-3011');
      expect(stdout).toContain('Refused by ownership.');
      expect(stdout).toMatch(/Plan: 0 to create, 0 to update, 0 to prune/);
    }
  });
});

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const statusOf = async (stack: string): Promise<string | undefined> =>
  (await byHand.cloudformation.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0]?.StackStatus;

describe('what nobody owns', () => {
  it('is adopted visibly: a table and a role; then there is nothing to do', async () => {
    await stage.byHand(async () => {
      const table = { DatabaseName: 'edl_prod_internal', TableInput: tableInput('found__main', { note: 'by hand' }) };
      await byHand.glue.send(new CreateTableCommand(table));
      await byHand.iam.send(
        new CreateRoleCommand({
          RoleName: 'edl-prod-team-newcomers',
          Path: '/edl/prod/',
          AssumeRolePolicyDocument: JSON.stringify(TRUST),
        }),
      );
    });
    const place = await edited(async (lake) => {
      await newDataset(lake, 'found');
      await newTeam(lake, 'newcomers');
    });
    const planned = await stage.edl(place, ['plan', '--instance', 'prod']);
    expect(planned.exitCode).toBe(0);
    expect(planned.stdout).toMatch(/« glue-table +eu-west-1\/edl_prod_internal\/found__main/);
    expect(planned.stdout).toMatch(/« iam-role +edl-prod-team-newcomers/);
    expect(planned.stdout).toContain('warning EDL-3012');
    expect(planned.stdout).toContain(' 2 to adopt,');
    const applied = await stage.edl(place, ['apply', '--instance', 'prod', '--yes']);
    expect(applied.stdout).toContain(' 0 failed, 0 skipped');
    expect(applied.exitCode).toBe(0);
    await expectNothingToDo(place);
    prod = place;
  });

  it('is adopted on the first apply too: a bucket', async () => {
    const Bucket = 'acme-datalake-uat-internal-eu-west-1';
    const uat = clientsOf(stage.sandbox.endpoint, '222222222222', REGION);
    await stage.byHand(() => uat.s3.send(new CreateBucketCommand({ Bucket })));
    const place = { ...prod, account: '222222222222' };
    const applied = await stage.edl(place, ['apply', '--instance', 'uat', '--yes']);
    expect(applied.stderr).toMatch(new RegExp(`« s3-bucket +${Bucket}`));
    expect(applied.stdout).toContain(' 0 failed, 0 skipped');
    expect(applied.exitCode).toBe(0);
    await expectNothingToDo(place, 'uat');
  });
});

describe('a saved plan', () => {
  it('is refused with 4 when reality has outgrown it, and nothing is changed', async () => {
    const place = await edited((lake) =>
      appendLines(lake, 'catalog/grants/analysts.yaml', '  - { dataset: trials, level: read, expires: 2027-01-31 }'),
    );
    const file = join(place.lake, 'plan.json');
    expect((await stage.edl(place, ['plan', '--instance', 'prod', '--out', file])).exitCode).toBe(0);
    await stage.byHand(() =>
      byHand.glue.send(new DeleteTableCommand({ DatabaseName: 'edl_prod_internal', Name: 'sites__main' })),
    );
    await stage.takeCalls();
    const { exitCode, stdout } = await stage.edl(place, ['apply', file, '--yes']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('create glue-table/eu-west-1/edl_prod_internal/sites__main: not in the saved plan');
    expect(stdout).not.toContain('iam-role');
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
    const { plan } = await stage.plan(place, 'prod');
    expect(plan.changes.map(({ action, id }) => `${action} ${id}`)).toEqual([
      'create glue-table/eu-west-1/edl_prod_internal/sites__main',
      'update iam-role/edl-prod-team-analysts',
    ]);
    prod = place;
  });

  it('is applied when somebody has done a part of it already', async () => {
    const file = join(prod.lake, 'plan.json');
    expect((await stage.edl(prod, ['plan', '--instance', 'prod', '--out', file])).exitCode).toBe(0);
    const target = 'edl-prod-access-team-analysts';
    const other = await stage.edl(prod, ['apply', '--instance', 'prod', '--yes', '--target', target]);
    expect(other.exitCode).toBe(0);
    const { exitCode, stdout } = await stage.edl(prod, ['apply', file, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('edl-prod-catalog-eu-west-1');
    expect(stdout).not.toContain(target);
    await expectNothingToDo(prod);
  });

  it('is refused with 1 when somebody has written in it, before AWS is asked', async () => {
    const place = await edited((lake) => newTeam(lake, 'visitors'));
    const file = join(place.lake, 'plan.json');
    expect((await stage.edl(place, ['plan', '--instance', 'prod', '--out', file])).exitCode).toBe(0);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('role/somebody', 'role/anybody'));
    await stage.takeCalls();
    const { exitCode, stderr } = await stage.edl(place, ['apply', file, '--yes']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('EDL-3122');
    expect(await stage.takeCalls()).toEqual({});
  });
});

describe('a stack that fails', () => {
  const Bucket = 'acme-datalake-dev01-restricted-eu-west-1';

  it('names the cause, takes only what needs it along, and is finished by the next apply', async () => {
    const stranger = clientsOf(stage.sandbox.endpoint, '999999999999', REGION);
    await stage.byHand(() => stranger.s3.send(new CreateBucketCommand({ Bucket })));
    const place = { ...prod, account: '111111111111' };
    const failed = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/✗ edl-dev01-foundation-eu-west-1 +failed after/);
    expect(unwrapped(failed.stdout)).toContain(`s3-bucket/${Bucket}: `);
    expect(failed.stdout).not.toContain('Resource creation cancelled');
    expect(failed.stdout).toMatch(
      /○ edl-dev01-catalog-eu-west-1 +not started: edl-dev01-foundation-eu-west-1 is not done/,
    );
    expect(failed.stdout).toMatch(/✓ edl-dev01-access-team-analysts/);
    expect(failed.stdout).toMatch(/✓ edl-dev01-objects-eu-west-1/);
    await stage.byHand(() => stranger.s3.send(new DeleteBucketCommand({ Bucket })));
    const finished = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
    expect(finished.stdout).toMatch(/✓ edl-dev01-foundation-eu-west-1/);
    expect(finished.stdout).not.toContain('edl-dev01-access-team-analysts');
    expect(finished.exitCode).toBe(0);
    await expectNothingToDo(place, 'dev01');
  });
});
