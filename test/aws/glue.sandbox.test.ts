import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GetJobCommand,
  GetTableCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOfProperties, readJobMark, readTableMark } from '../../src/reconciler/model/mark.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import type { StackWork } from '../../src/reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../../src/reconciler/model/resource.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { adoptOf, createOf, pruneOf, recorder, stackOf, updateOf, workOf } from './fakes.ts';
import { ACCOUNT, REGION, startTestAws, type TestAws } from './sandbox.ts';

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

const apply = (work: StackWork, reporter = recorder()): Promise<StackResult> =>
  test.driver('glue').apply(work, reporter);

describe('the Glue driver', () => {
  const glue = () => new GlueClient({ region: REGION });
  const stack = 'edl-dev01-catalog-eu-west-1';
  const resourceOf = (
    id: ResourceId,
    type: string,
    properties: Resource['properties'],
    dependsOn: readonly ResourceId[] = [],
  ): Resource => ({
    id,
    kind: id.split('/')[0] ?? '',
    type,
    stack,
    region: REGION,
    properties,
    dependsOn,
  });
  const database = resourceOf(`glue-database/${REGION}/edl_dev01_internal`, 'AWS::Glue::Database', {
    CatalogId: ACCOUNT,
    DatabaseInput: { Name: 'edl_dev01_internal', Description: 'internal' },
  });
  const tableOf = (name: string, description = 'people'): Resource =>
    resourceOf(
      `glue-table/${REGION}/edl_dev01_internal/${name}`,
      'AWS::Glue::Table',
      {
        CatalogId: ACCOUNT,
        DatabaseName: 'edl_dev01_internal',
        TableInput: {
          Name: name,
          Description: description,
          TableType: 'EXTERNAL_TABLE',
          Parameters: { EXTERNAL: 'TRUE' },
          StorageDescriptor: { Columns: [{ Name: 'id', Type: 'string' }], Location: 's3://b/crm/data/' },
        },
      },
      [database.id],
    );
  const jobOf = (script: string): Resource =>
    resourceOf(`glue-job/${REGION}/edl-dev01-daily`, 'AWS::Glue::Job', {
      Name: 'edl-dev01-daily',
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Command: { Name: 'glueetl', ScriptLocation: script, PythonVersion: '3' },
      GlueVersion: '5.1',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      NonOverridableArguments: { '--x': '1' },
    });
  const desiredOf = (resources: readonly Resource[]) => ({
    ...stackOf(resources, { name: stack, driver: 'glue' as const }),
  });
  const workFor = (changes: readonly Change[], resources: readonly Resource[]): StackWork =>
    workOf(changes, desiredOf(resources));
  const table = tableOf('crm__people');
  const job = jobOf('s3://b/one.py');
  const all = [database, table, job];

  it('creates databases, tables and jobs in order, with their marks', async () => {
    const result = await apply(workFor([job, table, database].map(createOf), all));
    expect(result).toMatchObject({ outcome: 'applied', objects: [database.id, table.id, job.id] });
    const { reads } = test.connect();
    const [live] = await reads.glueTables(REGION, 'edl_dev01_internal');
    expect(readTableMark(live?.body['Parameters'])).toEqual({
      mark: { owner: 'acme/dev01', id: table.id, digest: digestOfProperties(table.properties) },
      rest: { EXTERNAL: 'TRUE' },
    });
    const [liveJob] = await reads.glueJobs(REGION);
    expect(readJobMark(liveJob?.body['NonOverridableArguments'])).toEqual({
      mark: { owner: 'acme/dev01', id: job.id, digest: digestOfProperties(job.properties) },
      rest: { '--x': '1' },
    });
  });

  it('does no harm the second time, as our mark proves that it was us', async () => {
    expect(await apply(workFor(all.map(createOf), all))).toMatchObject({ outcome: 'applied' });
  });

  it('updates tables and jobs', async () => {
    const changed = [tableOf('crm__people', 'customers'), jobOf('s3://b/two.py')];
    expect(await apply(workFor(changed.map(updateOf), [database, ...changed]))).toMatchObject({
      outcome: 'applied',
    });
    const { Table } = await glue().send(
      new GetTableCommand({ DatabaseName: 'edl_dev01_internal', Name: 'crm__people' }),
    );
    expect(Table?.Description).toBe('customers');
    const { Job } = await glue().send(new GetJobCommand({ JobName: 'edl-dev01-daily' }));
    expect(Job?.Command?.ScriptLocation).toBe('s3://b/two.py');
    expect(Job?.WorkerType).toBe('G.1X');
  });

  it('refuses to create over, or to prune, what carries no mark of ours; adopts it when the plan says so', async () => {
    const foreign = tableOf('crm__foreign');
    const input = { Name: 'crm__foreign', TableType: 'EXTERNAL_TABLE' };
    await glue().send(new CreateTableCommand({ DatabaseName: 'edl_dev01_internal', TableInput: input }));
    expect(await apply(workFor([createOf(foreign)], [database, foreign]))).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4040', id: foreign.id }],
    });
    expect(await apply(workFor([pruneOf(foreign)], [database]))).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4041', id: foreign.id }],
    });
    expect(await apply(workFor([adoptOf(foreign, foreign.properties)], [database, foreign]))).toMatchObject({
      outcome: 'applied',
    });
    expect(await apply(workFor([pruneOf(foreign)], [database]))).toMatchObject({ outcome: 'applied' });
  });

  it('refuses to prune a copy, which carries the mark of another object', async () => {
    const { reads } = test.connect();
    const [live] = await reads.glueTables(REGION, 'edl_dev01_internal');
    const copy = { Name: 'crm__copy', Parameters: { ...(live?.body['Parameters'] as Record<string, string>) } };
    await glue().send(new CreateTableCommand({ DatabaseName: 'edl_dev01_internal', TableInput: copy }));
    const result = await apply(workFor([pruneOf(tableOf('crm__copy'))], [database]));
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4041' }] });
  });

  it('keeps a database that still holds tables of others', async () => {
    const result = await apply(workOf([pruneOf(database), pruneOf(table)], undefined, { name: stack }));
    expect(result).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4042', id: database.id }],
      objects: [table.id],
    });
  });

  it('prunes jobs, tables and databases, and does not mind that they are gone', async () => {
    await glue().send(new DeleteTableCommand({ DatabaseName: 'edl_dev01_internal', Name: 'crm__copy' }));
    const work = workOf(
      [database, table, job].map((resource) => pruneOf(resource)),
      undefined,
      { name: stack },
    );
    expect(await apply(work)).toMatchObject({ outcome: 'applied', objects: [job.id, table.id, database.id] });
    expect(await apply(work)).toMatchObject({ outcome: 'applied' });
    expect(await test.connect().reads.glueDatabases(REGION)).toEqual([]);
  });

  it('applies what does not need a failed object, and says why the rest waits', async () => {
    const bad = resourceOf(`glue-database/${REGION}/edl_dev01_bad`, 'AWS::Glue::Database', {
      DatabaseInput: { Name: 'edl_dev01_bad' },
    });
    await glue().send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'edl_dev01_bad' } }));
    const waiting = { ...table, dependsOn: [bad.id] };
    const result = await apply(workFor([bad, waiting, job].map(createOf), [bad, waiting, job]));
    expect(result).toMatchObject({
      outcome: 'failed',
      failures: [
        { code: 'EDL-4040', id: bad.id },
        { code: 'EDL-4043', id: table.id },
      ],
      objects: [job.id],
    });
  });
});
