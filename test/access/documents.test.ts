import { describe, expect, it } from 'vitest';
import type { AccessRole } from '../../src/access/documents/role.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { RequestContext } from '../../src/access/evaluate/types.ts';
import { arnOf, AS_OF, catalogOf, contextOf, dataset, entry, grant, pipeline, roleOf } from './support.ts';

const BUCKET = 'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1';
const DROP = 'arn:aws:s3:::acme-datalake-drop-dev01-sensitive-eu-west-1';
const GLUE = 'arn:aws:glue:eu-west-1:111111111111';
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/0000';

const S3_KEY: RequestContext = {
  'kms:ResourceAliases': ['alias/edl-dev01-sensitive'],
  'kms:ViaService': 's3.eu-west-1.amazonaws.com',
};

const can = (role: AccessRole, action: string, resource: string, context: RequestContext = {}, at = AS_OF): string =>
  evaluate(contextOf(role), { principalArn: arnOf(role), action, resource, context, at }).answer;

const list = (role: AccessRole, prefix: string, at = AS_OF): string =>
  can(role, 's3:ListBucket', BUCKET, { 's3:prefix': prefix }, at);

const DATASETS = [
  dataset('sales'),
  dataset('sales-secret'),
  dataset('x'),
  dataset('news', 'internal'),
  dataset('sales-eu', 'internal'),
];

const oncology = (...access: Parameters<typeof grant>[1][]): AccessRole =>
  roleOf(catalogOf({ datasets: DATASETS, grants: [grant('team:oncology', ...access)] }), 'team:oncology');

const table = (name: string): string => `${GLUE}:table/edl_dev01_sensitive/${name}`;

describe('read', () => {
  const role = oncology(entry('sales', 'read'));

  it.each([
    ['s3:GetObject', `${BUCKET}/sales/data/2026-01/part-0.parquet`],
    ['s3:GetObjectVersion', `${BUCKET}/sales/data/2026-01/part-0.parquet`],
    ['s3:GetBucketLocation', BUCKET],
    ['glue:GetTable', table('sales__orders')],
    ['glue:GetPartitions', table('sales__orders')],
    ['glue:GetTables', `${GLUE}:database/edl_dev01_sensitive`],
    ['glue:GetDatabase', `${GLUE}:catalog`],
    ['athena:StartQueryExecution', 'arn:aws:athena:eu-west-1:111111111111:workgroup/edl-dev01-team-oncology'],
  ])('allows %s on %s', (action, resource) => {
    expect(can(role, action, resource)).toBe('allowed');
  });

  it.each([
    ['raw data', 's3:GetObject', `${BUCKET}/sales/raw/2026-01/a.csv`],
    ['a sibling whose name starts alike', 's3:GetObject', `${BUCKET}/sales-secret/data/x`],
    ['another dataset', 's3:GetObject', `${BUCKET}/x/data/y`],
    ['a path that only looks like the dataset', 's3:GetObject', `${BUCKET}/x/raw/sales/data/z`],
    ['the folder itself', 's3:GetObject', `${BUCKET}/sales/other`],
    ['another tier', 's3:GetObject', 'arn:aws:s3:::acme-datalake-dev01-internal-eu-west-1/sales/data/x'],
    ['another instance', 's3:GetObject', 'arn:aws:s3:::acme-datalake-prod-sensitive-eu-west-1/sales/data/x'],
    ['another region', 's3:GetObject', 'arn:aws:s3:::acme-datalake-dev01-sensitive-us-east-1/sales/data/x'],
    ['the drop bucket', 's3:GetObject', `${DROP}/sales/x`],
    ['writing', 's3:PutObject', `${BUCKET}/sales/data/x`],
    ['deleting', 's3:DeleteObject', `${BUCKET}/sales/data/x`],
    ['dropping', 's3:PutObject', `${DROP}/sales/x`],
    ['the tables of a sibling', 'glue:GetTable', table('sales_secret__orders')],
    ['changing tables', 'glue:UpdateTable', table('sales__orders')],
    [
      "another team's workgroup",
      'athena:StartQueryExecution',
      'arn:aws:athena:eu-west-1:111111111111:workgroup/edl-dev01-team-other',
    ],
    ['naming uploads of the bucket', 's3:ListBucketMultipartUploads', BUCKET],
  ])('denies %s', (_what, action, resource) => {
    expect(can(role, action, resource)).toBe('denied');
  });

  it('lists under data/ only', () => {
    expect(list(role, 'sales/data/')).toBe('allowed');
    expect(list(role, 'sales/data/2026-01/')).toBe('allowed');
    for (const prefix of ['', 'sales', 'sales/', 'sales/raw/', 'sales-secret/data/', 'x/data/'])
      expect(list(role, prefix), prefix).toBe('denied');
    expect(can(role, 's3:ListBucket', BUCKET, { 's3:prefix': [] })).toBe('denied');
  });

  it("decrypts with the tier's key, through S3 only", () => {
    expect(can(role, 'kms:Decrypt', KEY, S3_KEY)).toBe('allowed');
    expect(can(role, 'kms:Decrypt', KEY, { ...S3_KEY, 'kms:ViaService': [] })).toBe('denied');
    expect(can(role, 'kms:Decrypt', KEY, { ...S3_KEY, 'kms:ResourceAliases': ['alias/edl-dev01-restricted'] })).toBe(
      'denied',
    );
    expect(can(role, 'kms:GenerateDataKey', KEY, S3_KEY)).toBe('denied');
  });
});

describe('the other levels', () => {
  it('discover sees tables and no objects', () => {
    const role = oncology(entry('sales', 'discover'));
    expect(can(role, 'glue:GetTable', table('sales__orders'))).toBe('allowed');
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/data/x`)).toBe('denied');
    expect(list(role, 'sales/data/')).toBe('denied');
    expect(can(role, 'kms:Decrypt', KEY, S3_KEY)).toBe('denied');
  });

  it('read-raw reads and lists both folders', () => {
    const role = oncology(entry('sales', 'read-raw'));
    for (const folder of ['raw', 'data']) {
      expect(can(role, 's3:GetObject', `${BUCKET}/sales/${folder}/x`)).toBe('allowed');
      expect(list(role, `sales/${folder}/`)).toBe('allowed');
    }
    expect(can(role, 's3:PutObject', `${BUCKET}/sales/raw/x`)).toBe('denied');
  });

  it('write drops files and reads nothing', () => {
    const role = oncology(entry('sales', 'write'));
    for (const action of ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'])
      expect(can(role, action, `${DROP}/sales/a.csv`)).toBe('allowed');
    expect(can(role, 'kms:GenerateDataKey', KEY, S3_KEY)).toBe('allowed');
    expect(can(role, 's3:PutObject', `${DROP}/sales-secret/a.csv`)).toBe('denied');
    expect(can(role, 's3:GetObject', `${DROP}/sales/a.csv`)).toBe('denied');
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/data/x`)).toBe('denied');
    expect(can(role, 's3:PutObject', `${BUCKET}/sales/data/x`)).toBe('denied');
  });

  it('admin is read-raw and write, and still publishes nothing', () => {
    const role = oncology(entry('sales', 'admin'));
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/raw/x`)).toBe('allowed');
    expect(can(role, 's3:PutObject', `${DROP}/sales/x`)).toBe('allowed');
    expect(can(role, 's3:PutObject', `${BUCKET}/sales/data/x`)).toBe('denied');
  });
});

describe('a whole tier', () => {
  const role = oncology(entry({ select: { tier: 'sensitive' } }, 'read'));

  it('is published data of every dataset, also of one to come', () => {
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/data/x`)).toBe('allowed');
    expect(can(role, 's3:GetObject', `${BUCKET}/to-come/data/x`)).toBe('allowed');
    expect(list(role, 'to-come/data/')).toBe('allowed');
    expect(can(role, 'glue:GetTable', table('to_come__t'))).toBe('allowed');
  });

  it('is never raw data, however the path is nested', () => {
    for (const key of ['sales/raw/x', 'x/raw/y/data/z', 'x/data/y/raw/z'])
      expect(can(role, 's3:GetObject', `${BUCKET}/${key}`), key).toBe('denied');
    for (const prefix of ['sales/raw/', 'x/raw/y/data/', '', 'sales/'])
      expect(list(role, prefix), prefix).toBe('denied');
  });
});

describe('ends', () => {
  const role = oncology(entry('sales', 'read', '2026-12-31'), entry('x', 'read', '2027-03-31'));
  const last = '2026-12-31T23:59:59Z';
  const next = '2027-01-01T00:00:00Z';

  it.each([
    ['objects', 's3:GetObject', `${BUCKET}/sales/data/a`, {}],
    ['listing', 's3:ListBucket', BUCKET, { 's3:prefix': 'sales/data/' }],
    ['tables', 'glue:GetTable', table('sales__orders'), {}],
  ])('%s end with their grant', (_what, action, resource, context) => {
    expect(can(role, action, resource, context, last)).toBe('allowed');
    expect(can(role, action, resource, context, next)).toBe('denied');
  });

  it.each([
    ['the key', 'kms:Decrypt', KEY, S3_KEY],
    ['the location', 's3:GetBucketLocation', BUCKET, {}],
    ['the database', 'glue:GetDatabase', `${GLUE}:database/edl_dev01_sensitive`, {}],
  ])('%s that two grants share ends with the later one', (_what, action, resource, context) => {
    expect(can(role, action, resource, context, next)).toBe('allowed');
    expect(can(role, action, resource, context, '2027-03-31T23:59:59Z')).toBe('allowed');
    expect(can(role, action, resource, context, '2027-04-01T00:00:00Z')).toBe('denied');
  });

  it('queries go on: the base gives no data', () => {
    const workGroup = 'arn:aws:athena:eu-west-1:111111111111:workgroup/edl-dev01-team-oncology';
    expect(can(role, 'athena:StartQueryExecution', workGroup, {}, '2030-01-01T00:00:00Z')).toBe('allowed');
  });
});

describe('a runner role', () => {
  const catalog = catalogOf({ datasets: DATASETS, pipelines: [pipeline('daily', ['sales'], ['x'])] });
  const role = roleOf(catalog, 'pipeline:daily');

  it('is in the path that may write, and only its engine takes it, for this account', () => {
    expect(role).toMatchObject({ path: '/edl/dev01/run/', stack: 'edl-dev01-pipeline-daily', kind: 'runner' });
    expect(role.trust['Statement']).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'glue.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      },
    ]);
  });

  it('writes exactly its outputs', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:GetObject'])
      for (const folder of ['raw', 'data']) expect(can(role, action, `${BUCKET}/x/${folder}/u/f`)).toBe('allowed');
    for (const key of ['sales/data/f', 'sales/raw/f', 'x/other', 'xx/data/f', 'y/x/data/f'])
      expect(can(role, 's3:PutObject', `${BUCKET}/${key}`), key).toBe('denied');
    expect(can(role, 'glue:BatchCreatePartition', table('x__t'))).toBe('allowed');
    expect(can(role, 'glue:BatchCreatePartition', table('sales__t'))).toBe('denied');
    expect(can(role, 's3:DeleteObjectVersion', `${BUCKET}/x/data/u/f`)).toBe('denied');
  });

  it('reads its inputs, without their raw data', () => {
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/data/f`)).toBe('allowed');
    expect(can(role, 's3:GetObject', `${BUCKET}/sales/raw/f`)).toBe('denied');
  });

  it('reads its code and writes its logs', () => {
    expect(can(role, 's3:GetObject', 'arn:aws:s3:::acme-datalake-artifacts-dev01-eu-west-1/edl/artifacts/a.py')).toBe(
      'allowed',
    );
    expect(can(role, 's3:GetObject', 'arn:aws:s3:::acme-datalake-artifacts-dev01-eu-west-1/edl/datasets.json')).toBe(
      'denied',
    );
    expect(
      can(
        role,
        'logs:PutLogEvents',
        'arn:aws:logs:eu-west-1:111111111111:log-group:/aws-glue/jobs/output:log-stream:jr',
      ),
    ).toBe('allowed');
  });
});
