import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createWire } from '../../src/aws/clients.ts';
import { glueDriver } from '../../src/aws/glue/driver.ts';
import { athenaReads } from '../../src/aws/reads/athena.ts';
import { glueReads } from '../../src/aws/reads/glue.ts';
import { type JsonObject, objectOf } from '../../src/reconciler/model/json.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { glueDatabaseKind } from '../../src/resources/glue-database/kind.ts';
import { glueJobKind } from '../../src/resources/glue-job/kind.ts';
import { glueTableKind } from '../../src/resources/glue-table/kind.ts';
import { athenaWorkGroup } from '../../src/resources/athena-workgroup/kind.ts';
import { workGroupProperties } from '../../src/resources/athena-workgroup/properties.ts';

import { createOf, recorder, stackOf, virtualTimer, workOf } from './fakes.ts';

/**
 * Answers as AWS gives them, with every field of the API's reference, through the SDK and the readers to the kinds: what AWS
 * adds by itself must not show as drift, or a plan would never be empty.
 */

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const SCOPE = {
  organization: 'acme',
  instance: 'dev01',
  account: ACCOUNT,
  region: REGION,
  homeRegion: REGION,
  tiers: ['internal'],
};

let server: Server | undefined;
afterEach(() => server?.close());

type Reply = { readonly status: number; readonly body: object };

/** A service that speaks JSON; answers by operation, and each answer of a list once, the last one for good. */
const serve = async (replies: Readonly<Record<string, readonly Reply[]>>) => {
  const asked: string[] = [];
  const started = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    asked.push(operation);
    const list = replies[operation] ?? [];
    const reply = list[Math.min(asked.filter((name) => name === operation).length, list.length) - 1];
    request.resume().on('end', () => {
      response.writeHead(reply?.status ?? 404, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(reply?.body ?? {}));
    });
  });
  server = started;
  await new Promise<void>((resolve) => {
    started.listen(0, '127.0.0.1', resolve);
  });
  const address = started.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'none',
  });
  return { wire: createWire(recorder()), asked };
};

const ok = (body: object): readonly Reply[] => [{ status: 200, body }];

const unused = (): Promise<never> => Promise.reject(new Error('not asked for'));

describe('what Glue adds by itself does not show', () => {
  it('on jobs', async () => {
    const declared: JsonObject = {
      Name: 'edl-dev01-daily',
      Description: 'daily',
      Role: `arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/edl-dev01-pipeline-daily`,
      Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation: 's3://b/job.py' },
      GlueVersion: '5.1',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      ExecutionProperty: { MaxConcurrentRuns: 1 },
      MaxRetries: 0,
      Timeout: 480,
      DefaultArguments: { '--enable-metrics': 'true' },
      NonOverridableArguments: { '--edl-instance': 'dev01' },
    };
    const echo = {
      ...declared,
      JobMode: 'SCRIPT',
      JobRunQueuingEnabled: false,
      CreatedOn: 1_790_000_000.123,
      LastModifiedOn: 1_790_000_000.123,
      AllocatedCapacity: 2,
      MaxCapacity: 2,
      Connections: { Connections: [] },
      NotificationProperty: {},
      CodeGenConfigurationNodes: {},
      SourceControlDetails: {},
      ExecutionClass: 'STANDARD',
      ProfileName: 'default',
      LogUri: '',
      AutoUpgradeMetadata: { SourceVersion: '4.0', TargetVersion: '5.1' },
    };
    const { wire } = await serve({ GetJobs: ok({ Jobs: [echo] }) });
    const reads = { ...glueReads(wire) };
    const [live] = await glueJobKind.observe({ ...nothing, ...reads }, SCOPE);
    expect(live?.properties).toEqual(glueJobKind.normalize(declared));
  });

  it('on databases and tables', async () => {
    const table: JsonObject = {
      Name: 'crm__people',
      Description: 'people',
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
      PartitionKeys: [{ Name: 'update_id', Type: 'string' }],
      StorageDescriptor: {
        Columns: [{ Name: 'id', Type: 'string', Comment: 'Who' }],
        InputFormat: 'in',
        OutputFormat: 'out',
        SerdeInfo: { SerializationLibrary: 'serde', Parameters: { 'serialization.format': '1' } },
        Location: 's3://b/crm/data/',
      },
    };
    const echo = {
      ...table,
      CatalogId: ACCOUNT,
      DatabaseName: 'edl_dev01_internal',
      CreateTime: 1_790_000_000,
      UpdateTime: 1_790_000_000,
      LastAccessTime: 0,
      Retention: 0,
      CreatedBy: `arn:aws:sts::${ACCOUNT}:assumed-role/apply/edl`,
      IsRegisteredWithLakeFormation: false,
      IsMultiDialectView: false,
      IsMaterializedView: false,
      VersionId: '3',
      ViewOriginalText: '',
      ViewExpandedText: '',
      PartitionKeys: [{ Name: 'update_id', Type: 'string', Parameters: {} }],
      StorageDescriptor: {
        Columns: [{ Name: 'id', Type: 'string', Comment: 'Who', Parameters: {} }],
        InputFormat: 'in',
        OutputFormat: 'out',
        SerdeInfo: { Name: '', SerializationLibrary: 'serde', Parameters: { 'serialization.format': '1' } },
        Location: 's3://b/crm/data/',
        AdditionalLocations: [],
        BucketColumns: [],
        Compressed: false,
        NumberOfBuckets: -1,
        Parameters: {},
        SkewedInfo: { SkewedColumnNames: [], SkewedColumnValues: [], SkewedColumnValueLocationMaps: {} },
        SortColumns: [],
        StoredAsSubDirectories: false,
      },
    };
    const everyone = { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' };
    const database = {
      Name: 'edl_dev01_internal',
      Description: 'internal',
      CatalogId: ACCOUNT,
      CreateTime: 1_790_000_000,
      CreateTableDefaultPermissions: [{ Principal: everyone, Permissions: ['ALL'] }],
    };
    const { wire } = await serve({
      GetDatabases: ok({ DatabaseList: [database] }),
      GetTables: ok({ TableList: [echo] }),
    });
    const reads = { ...nothing, ...glueReads(wire) };
    const [liveTable] = await glueTableKind.observe(reads, SCOPE);
    expect(liveTable?.properties).toEqual(
      glueTableKind.normalize({ CatalogId: ACCOUNT, DatabaseName: 'edl_dev01_internal', TableInput: table }),
    );
    const [liveDatabase] = await glueDatabaseKind.observe(reads, SCOPE);
    expect(liveDatabase?.properties).toEqual({
      CatalogId: ACCOUNT,
      DatabaseInput: { Name: 'edl_dev01_internal', Description: 'internal' },
    });
  });
});

it('what Athena adds by itself does not show', async () => {
  const declared = workGroupProperties('edl-dev01-team-a', 'queries');
  const { RecursiveDeleteOption: _never, WorkGroupConfiguration: configuration, ...rest } = declared;
  const group = {
    ...rest,
    CreationTime: 1_790_000_000,
    Configuration: {
      ...objectOf(configuration),
      EnableMinimumEncryptionConfiguration: false,
      EngineVersion: {
        SelectedEngineVersion: 'Athena engine version 3',
        EffectiveEngineVersion: 'Athena engine version 3',
      },
      IdentityCenterConfiguration: { EnableIdentityCenter: false },
      RequesterPaysEnabled: false,
      ResultConfiguration: {},
    },
  };
  const { wire } = await serve({
    ListWorkGroups: ok({ WorkGroups: [{ Name: 'primary' }, { Name: 'edl-dev01-team-a' }] }),
    GetWorkGroup: ok({ WorkGroup: group }),
  });
  const [live] = await athenaWorkGroup.observe({ ...nothing, ...athenaReads(wire) }, SCOPE);
  expect(live?.properties).toEqual(athenaWorkGroup.normalize(declared));
});

describe('a job whose role was made a moment ago', () => {
  const job: Resource = {
    id: `glue-job/${REGION}/edl-dev01-daily`,
    kind: 'glue-job',
    type: 'AWS::Glue::Job',
    stack: 'edl-dev01-job-daily',
    region: REGION,
    properties: { Name: 'edl-dev01-daily', Role: 'arn:aws:iam::111111111111:role/r', Command: { Name: 'glueetl' } },
    dependsOn: [],
  };
  const notYet: Reply = {
    status: 400,
    body: {
      __type: 'InvalidInputException',
      Message: 'Role arn:aws:iam::111111111111:role/r should be given assume role permissions for Glue Service.',
    },
  };
  const desired = stackOf([job], { name: job.stack, driver: 'glue' });
  const apply = async (replies: readonly Reply[]) => {
    const { wire, asked } = await serve({ CreateJob: replies });
    const timer = virtualTimer();
    const result = await glueDriver(wire, timer).apply(workOf([createOf(job)], desired), recorder());
    return { result, asked, timer };
  };

  it('is made once IAM has spread the role', async () => {
    const { result, asked } = await apply([notYet, notYet, ...ok({ Name: 'edl-dev01-daily' })]);
    expect(result).toMatchObject({ outcome: 'applied', objects: [job.id] });
    expect(asked).toHaveLength(3);
  });

  it('is told when the role never can be used', async () => {
    const { result, timer } = await apply([notYet]);
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4017', id: job.id }] });
    expect(timer.now()).toBeLessThan(30_000);
  });
});

const nothing = {
  callerAccount: unused,
  stacks: unused,
  deletedStacks: unused,
  template: unused,
  accountAuthorization: unused,
  accountQuotas: unused,
  bucketNames: unused,
  bucket: unused,
  aliases: unused,
  key: unused,
  workGroupNames: unused,
  workGroup: unused,
  glueDatabases: unused,
  glueTables: unused,
  glueJobs: unused,
  object: unused,
  objects: unused,
  hasObjects: unused,
};
