import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-glue';
import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { addDataset, addTeam, grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { editFile, mutationsIn, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

/** EDL is not alone in an account: what others made, changed or did before it, and what they take away under its hands. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DATABASE = 'edl_dev01_internal';

let stage: Stage;
/** Goes along with the lake: each story that ends well leaves its edit. */
let dev: Place;
let byHand: Clients;

const clientsIn = (account: string): Clients => clientsOf(stage.sandbox.endpoint, account, 'eu-west-1');

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  byHand = clientsIn(dev.account);
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

const idsOf = ({ changes }: Plan): readonly string[] => changes.map(({ action, id }) => `${action} ${id}`);

const expectNothingToDo = async (place: Place, instance = 'dev01'): Promise<void> => {
  const { plan, verdict } = await stage.plan(place, instance);
  expect({ changes: plan.changes, drift: plan.drift, verdict }).toEqual({ changes: [], drift: [], verdict: 'ready' });
};

const edited = async (edit: (lake: string) => Promise<void>): Promise<Place> => {
  const lake = await stage.copyLake(dev.lake);
  await edit(lake);
  return { ...dev, lake };
};

const savePlan = async (place: Place): Promise<string> => {
  const file = join(place.lake, 'plan.json');
  expect((await stage.edl(place, ['plan', '--instance', 'dev01', '--out', file])).exitCode).toBe(0);
  return file;
};

describe('what nobody owns', () => {
  it('is adopted by the first apply: a bucket', async () => {
    const Bucket = 'acme-datalake-dev01-internal-eu-west-1';
    await stage.byHand(() => byHand.s3.send(new CreateBucketCommand({ Bucket })));
    const applied = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect(applied.stderr).toMatch(new RegExp(`« s3-bucket +${Bucket}`));
    expect(applied.stdout).toContain(' 0 failed, 0 skipped');
    expect(applied.exitCode).toBe(0);
    await expectNothingToDo(dev);
  });

  it('is adopted by any other: a table and a role', async () => {
    await stage.byHand(async () => {
      await byHand.glue.send(
        new CreateTableCommand({
          DatabaseName: DATABASE,
          TableInput: { Name: 'found__main', Parameters: { note: 'x' }, StorageDescriptor: { Columns: [] } },
        }),
      );
      const trust = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' };
      await byHand.iam.send(
        new CreateRoleCommand({
          RoleName: 'edl-dev01-team-newcomers',
          Path: '/edl/dev01/',
          AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
        }),
      );
    });
    const place = await edited(async (lake) => {
      await addDataset(lake, 'found');
      await addTeam(lake, 'newcomers');
    });
    const planned = await stage.edl(place, ['plan', '--instance', 'dev01']);
    expect(planned.exitCode).toBe(0);
    expect(planned.stdout).toMatch(/« glue-table +eu-west-1\/edl_dev01_internal\/found__main/);
    expect(planned.stdout).toMatch(/« iam-role +edl-dev01-team-newcomers/);
    expect(planned.stdout).toContain('warning EDL-3012');
    expect(planned.stdout).toContain(' 2 to adopt,');
    const applied = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
    expect(applied.stdout).toContain(' 0 failed, 0 skipped');
    expect(applied.exitCode).toBe(0);
    await expectNothingToDo(place);
    dev = place;
  });
});

describe('a saved plan', () => {
  it('is refused with 4 when reality has outgrown it, and nothing is changed', async () => {
    const place = await edited(grantTrials);
    const file = await savePlan(place);
    await stage.byHand(() => byHand.glue.send(new DeleteTableCommand({ DatabaseName: DATABASE, Name: 'sites__main' })));
    await stage.takeCalls();
    const { exitCode, stdout } = await stage.edl(place, ['apply', file, '--yes']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain(`create glue-table/eu-west-1/${DATABASE}/sites__main: not in the saved plan`);
    expect(stdout).not.toContain('iam-role');
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
    expect(idsOf((await stage.plan(place, 'dev01')).plan)).toEqual([
      `create glue-table/eu-west-1/${DATABASE}/sites__main`,
      'update iam-role/edl-dev01-team-analysts',
    ]);
    dev = place;
  });

  it('is applied when somebody has done a part of it already', async () => {
    const file = await savePlan(dev);
    const stack = 'edl-dev01-access-team-analysts';
    const other = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes', '--target', stack]);
    expect(other.exitCode).toBe(0);
    const { exitCode, stdout } = await stage.edl(dev, ['apply', file, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('edl-dev01-catalog-eu-west-1');
    expect(stdout).not.toContain(stack);
    await expectNothingToDo(dev);
  });

  it('is refused with 1 when somebody has written in it, before AWS is asked', async () => {
    const place = await edited((lake) => addTeam(lake, 'visitors'));
    const file = await savePlan(place);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('role/somebody', 'role/anybody'));
    await stage.takeCalls();
    const { exitCode, stderr } = await stage.edl(place, ['apply', file, '--yes']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('EDL-3122');
    expect(await stage.takeCalls()).toEqual({});
  });
});

/** Adds a statement to an inline policy, as somebody in a hurry would. */
const widen = async (RoleName: string, PolicyName: string): Promise<void> => {
  const { PolicyDocument = '' } = await byHand.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const document = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: object[] };
  document.Statement.push({ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' });
  await byHand.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));
};

describe('what others changed in AWS', () => {
  const role = 'edl-dev01-team-studies';
  const reader = 'edl-dev01-team-analysts';

  it('stays as it is while something else is applied', async () => {
    await stage.byHand(() => byHand.iam.send(new UpdateRoleCommand({ RoleName: role, Description: 'by hand' })));
    const place = await edited((lake) => addTeam(lake, 'reviewers'));
    const applied = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
    expect(applied.stderr).toMatch(/Drift: AWS moved.*\n +! iam-role edl-dev01-team-studies/);
    expect(applied.exitCode).toBe(0);
    const { plan } = await stage.plan(place, 'dev01');
    expect(plan.changes).toEqual([]);
    expect(plan.drift.map(({ id, properties }) => [id, properties.map(({ path }) => path)])).toEqual([
      [`iam-role/${role}`, ['/Description', '/MaxSessionDuration']],
    ]);
    dev = place;
  });

  it('is told and overwritten where an edit writes the same document, and only there', async () => {
    await stage.byHand(async () => {
      const { PolicyNames = [] } = await byHand.iam.send(new ListRolePoliciesCommand({ RoleName: reader }));
      expect(PolicyNames).toEqual(['access', 'base']);
      for (const name of PolicyNames) await widen(reader, name);
    });
    const place = await edited((lake) =>
      editFile(lake, 'catalog/grants/analysts.yaml', 'dataset: sites, level: read', 'dataset: sites, level: read-raw'),
    );
    const { plan } = await stage.plan(place, 'dev01');
    expect(idsOf(plan)).toEqual([`update iam-role/${reader}`]);
    expect(plan.diagnostics.map(({ code, target }) => `${code} ${target ?? ''}`)).toContain(
      `EDL-3105 iam-role/${reader}`,
    );
    const applied = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
    expect(applied.stdout).not.toContain('EDL-4120');
    expect(applied.exitCode).toBe(0);
    const after = (await stage.plan(place, 'dev01')).plan;
    expect(after.changes).toEqual([]);
    expect(after.drift.map(({ id, properties }) => [id, properties.map(({ path }) => path)])).toEqual([
      [`iam-role/${reader}`, [expect.stringMatching(/^\/Policies\/1\/PolicyDocument\/Statement\/\d+$/)]],
      [`iam-role/${role}`, ['/Description', '/MaxSessionDuration']],
    ]);
  });
});

describe('a stack that fails', () => {
  const Bucket = 'acme-datalake-qa-restricted-eu-west-1';

  it('names the cause, takes only what needs it along, and is finished by the next apply', async () => {
    const stranger = clientsIn('999999999999');
    await stage.byHand(() => stranger.s3.send(new CreateBucketCommand({ Bucket })));
    const place = { ...dev, account: '444444444444' };
    const failed = await stage.edl(place, ['apply', '--instance', 'qa', '--yes']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/✗ edl-qa-foundation-eu-west-1 +failed after/);
    expect(unwrapped(failed.stdout)).toContain(`s3-bucket/${Bucket} (AWS::S3::Bucket): CREATE_FAILED: `);
    expect(failed.stdout).not.toContain('Resource creation cancelled');
    expect(failed.stdout).toMatch(
      /○ edl-qa-catalog-eu-west-1 +not started: it needs edl-qa-foundation-eu-west-1, which failed/,
    );
    expect(failed.stdout).toMatch(/✓ edl-qa-access-team-analysts/);
    expect(failed.stdout).toMatch(
      /○ edl-qa-objects-eu-west-1 +not started: it needs edl-qa-catalog-eu-west-1, which was not started/,
    );
    expect(failed.stdout).toMatch(/✓ edl-qa-registry-eu-west-1/);
    await stage.byHand(() => stranger.s3.send(new DeleteBucketCommand({ Bucket })));
    const finished = await stage.edl(place, ['apply', '--instance', 'qa', '--yes']);
    expect(finished.stdout).toMatch(/✓ edl-qa-foundation-eu-west-1/);
    expect(finished.stdout).not.toContain('edl-qa-access-team-analysts');
    expect(finished.exitCode).toBe(0);
    await expectNothingToDo(place, 'qa');
  });
});
