import type { DriftEffect } from '../../../src/reconciler/model/drift.ts';
import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
import { type Case, casesOf } from './cases.ts';

const group = casesOf('athena-workgroup');
const CONFIGURATION: JsonObject = { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 1000 };

/** One setting of a workgroup, on both sides; undefined: not there. */
const setting = (
  name: string,
  [declared, live]: readonly [Json | undefined, Json | undefined],
  effect: DriftEffect,
  meaning?: string,
): Case => {
  const { [name]: _, ...rest } = CONFIGURATION;
  const side = (value: Json | undefined): JsonObject => (value === undefined ? rest : { ...rest, [name]: value });
  const path = '/WorkGroupConfiguration';
  return group(
    `${name}: ${JSON.stringify(declared)} → ${JSON.stringify(live)}`,
    path,
    { declared: side(declared), live: side(live), places: [`${path}/${name}`] },
    effect,
    meaning,
  );
};

const FREE = 'who queries chooses where results go, how they are encrypted and how much is read';
const ENCRYPTED = 'EnableMinimumEncryptionConfiguration';
const GROUP_CASES: readonly Case[] = [
  group(
    'disabled',
    '/State',
    { declared: 'ENABLED', live: 'DISABLED' },
    'narrows',
    'nobody can query in the workgroup',
  ),
  group(
    'enabled',
    '/State',
    { declared: 'DISABLED', live: 'ENABLED' },
    'widens',
    'queries run in a workgroup that git keeps disabled',
  ),
  setting('EnforceWorkGroupConfiguration', [true, false], 'widens', FREE),
  setting('EnforceWorkGroupConfiguration', [true, undefined], 'widens', FREE),
  setting(
    'EnforceWorkGroupConfiguration',
    [undefined, true],
    'narrows',
    'who queries can no longer choose where results go',
  ),
  setting(
    'ResultConfiguration',
    [undefined, { OutputLocation: 's3://x/' }],
    'widens',
    'results of queries go to s3://x/',
  ),
  setting(
    'ResultConfiguration',
    [{ OutputLocation: 's3://ours/' }, undefined],
    'widens',
    'results of queries no longer go where git says',
  ),
  setting(
    'ResultConfiguration',
    [{ OutputLocation: 's3://ours/' }, { OutputLocation: 's3://ours/', EncryptionConfiguration: {} }],
    'widens',
    'results of queries are encrypted otherwise',
  ),
  setting(
    'ManagedQueryResultsConfiguration',
    [{ Enabled: true }, undefined],
    'widens',
    'results of queries are no longer kept by Athena alone, or are encrypted otherwise',
  ),
  setting(ENCRYPTED, [undefined, true], 'narrows', 'results must be encrypted more strongly than git asks'),
  setting(ENCRYPTED, [true, undefined], 'widens', 'results may be encrypted more weakly'),
  setting(
    'CustomerContentEncryptionConfiguration',
    [undefined, {}],
    'widens',
    'what the workgroup keeps is encrypted with another key',
  ),
  setting('ExecutionRole', [undefined, 'arn:x'], 'widens', 'queries run with the rights of another role'),
  setting(
    'BytesScannedCutoffPerQuery',
    [1000, undefined],
    'neutral',
    'a query may read as much as it likes, which costs money',
  ),
  setting(
    'BytesScannedCutoffPerQuery',
    [1000, 2000],
    'neutral',
    'a query may read more before it is stopped, which costs money',
  ),
  setting('BytesScannedCutoffPerQuery', [1000, 500], 'narrows', 'queries are stopped sooner than git says'),
  setting('BytesScannedCutoffPerQuery', [undefined, 500], 'narrows', 'queries are stopped sooner than git says'),
  setting('PublishCloudWatchMetricsEnabled', [true, undefined], 'neutral', 'nobody sees how much the workgroup reads'),
  setting('PublishCloudWatchMetricsEnabled', [undefined, true], 'neutral'),
  setting('RequesterPaysEnabled', [undefined, true], 'neutral', 'who pays for reading buckets of others changed'),
  setting('EngineVersion', [{}, { SelectedEngineVersion: 'AUTO' }], 'neutral'),
  setting('AdditionalConfiguration', ['a', 'b'], 'neutral'),
  setting('IdentityCenterConfiguration', [undefined, {}], 'widens', 'EDL does not know what this property gives'),
  group(
    'the worst of several',
    '/WorkGroupConfiguration',
    { declared: CONFIGURATION, live: { BytesScannedCutoffPerQuery: 1, EngineVersion: {} } },
    'widens',
    FREE,
  ),
  group(
    'only what drifted counts, not what git edits beside it',
    '/WorkGroupConfiguration',
    {
      declared: CONFIGURATION,
      live: { BytesScannedCutoffPerQuery: 1 },
      places: ['/WorkGroupConfiguration/BytesScannedCutoffPerQuery'],
    },
    'narrows',
    'queries are stopped sooner than git says',
  ),
  group('a description', '/Description', { live: 'a' }, 'neutral'),
];

const MISLEADS = 'who queries may be given other data than the published one';
const database = casesOf('glue-database');
const input = (more: JsonObject): JsonObject => ({ Name: 'edl_dev01_internal', ...more });
const DATABASE_CASES: readonly Case[] = [
  database(
    'a location',
    '/DatabaseInput',
    { declared: input({}), live: input({ LocationUri: 's3://x/' }) },
    'neutral',
    'new tables without a place of their own go to another place',
  ),
  database(
    'default permissions',
    '/DatabaseInput',
    { declared: input({}), live: input({ CreateTableDefaultPermissions: [] }) },
    'widens',
    'Lake Formation gives rights on new tables that no policy of the lake tells of',
  ),
  database(
    'a link',
    '/DatabaseInput',
    { declared: input({}), live: input({ TargetDatabase: {} }) },
    'neutral',
    MISLEADS,
  ),
  database(
    'a federation',
    '/DatabaseInput',
    { declared: input({}), live: input({ FederatedDatabase: {} }) },
    'neutral',
    MISLEADS,
  ),
  database('a description', '/DatabaseInput', { declared: input({}), live: input({ Description: 'x' }) }, 'neutral'),
  database(
    'a parameter',
    '/DatabaseInput',
    { declared: input({}), live: input({ Parameters: { a: 'b' } }) },
    'neutral',
  ),
  database(
    'a mark',
    '/DatabaseInput',
    { declared: input({ Parameters: { 'edl:a': 'b' } }), live: input({}) },
    'neutral',
    'the marks by which EDL knows the object for its own are not those that it wrote',
  ),
  database('another catalog', '/CatalogId', { declared: '1', live: '2' }, 'neutral', MISLEADS),
];

const table = casesOf('glue-table');
const STORAGE: JsonObject = { Location: 's3://b/d/data/', Columns: [{ Name: 'a', Type: 'int' }], InputFormat: 'x' };
const MARKS = 'the marks by which EDL knows the object for its own are not those that it wrote';
const tableCase = (title: string, more: JsonObject, meaning?: string): Case =>
  table(
    title,
    '/TableInput',
    { declared: { Name: 't', StorageDescriptor: STORAGE }, live: { Name: 't', StorageDescriptor: STORAGE, ...more } },
    'neutral',
    meaning,
  );
const stored = (title: string, more: JsonObject, meaning: string): Case =>
  tableCase(title, { StorageDescriptor: { ...STORAGE, ...more } }, meaning);
const TABLE_CASES: readonly Case[] = [
  stored(
    'another place',
    { Location: 's3://x/' },
    'queries read from another place, where somebody else may have put false data; rights to data stay as they are',
  ),
  stored('a column more', { Columns: [] }, 'queries see other columns than the published ones'),
  stored('another format', { InputFormat: 'y' }, 'files are read in another way'),
  tableCase('other partitions', { PartitionKeys: [] }, 'queries find other partitions than the published ones'),
  tableCase('a link', { TargetTable: {} }, MISLEADS),
  tableCase('a view', { ViewOriginalText: 'x' }, MISLEADS),
  tableCase('a view, expanded', { ViewExpandedText: 'x' }, MISLEADS),
  tableCase('another type', { TableType: 'VIRTUAL_VIEW' }, MISLEADS),
  tableCase(
    'partition projection',
    { Parameters: { 'storage.location.template': 's3://x/' } },
    'queries may look for partitions in other places',
  ),
  tableCase('a mark', { Parameters: { 'edl:dataset': 'x' } }, MARKS),
  tableCase('a parameter', { Parameters: { a: 'b' } }),
  tableCase('a description', { Description: 'x' }),
  tableCase('an owner', { Owner: 'x' }),
  tableCase('retention', { Retention: 3 }),
  table('another database', '/DatabaseName', { declared: 'a', live: 'b' }, 'neutral', MISLEADS),
];

export const WORK_CASES: readonly Case[] = [...GROUP_CASES, ...DATABASE_CASES, ...TABLE_CASES];
