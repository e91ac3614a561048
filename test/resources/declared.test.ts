import { objectOf, textOf } from '../../src/reconciler/model/json.ts';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog, Dataset, Pipeline } from '../../src/reconciler/model/catalog.ts';
import type { DeclareInput, DesiredState, Resource } from '../../src/reconciler/model/resource.ts';

import { compileSound, sampleInput } from '../compile/sample.ts';

/** What becomes of single words in the catalog. */

let input: DeclareInput;
let before: DesiredState;
beforeAll(async () => {
  input = await sampleInput('dev01');
  before = compileSound(input);
});

const resource = (desired: DesiredState, id: string): Resource | undefined =>
  desired.resources.find((candidate) => candidate.id === id);

const compileWith = (change: (catalog: Catalog) => Partial<Catalog>, asOf = input.asOf): DesiredState =>
  compileSound({ ...input, asOf, catalog: { ...input.catalog, ...change(input.catalog) } });

const withDataset = (name: string, change: Partial<Dataset>) => (catalog: Catalog) => ({
  datasets: catalog.datasets.map((dataset) => (dataset.name === name ? { ...dataset, ...change } : dataset)),
});

const withPipeline = (name: string, change: (pipeline: Pipeline) => Partial<Pipeline>) => (catalog: Catalog) => ({
  pipelines: catalog.pipelines.map((one) => (one.name === name ? { ...one, ...change(one) } : one)),
});

/** Ids that only one of two states has, or that differ. */
const differences = (after: DesiredState): readonly string[] => {
  const text = (desired: DesiredState): Map<string, string> =>
    new Map(desired.resources.map(({ id, properties }) => [id, JSON.stringify(properties)]));
  const [left, right] = [text(before), text(after)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((id) => left.get(id) !== right.get(id)).sort();
};

const BUCKET = 's3-bucket/acme-datalake';

describe('buckets', () => {
  test.each([
    [`${BUCKET}-dev01-internal-eu-west-1`, { SSEAlgorithm: 'AES256' }],
    [
      `${BUCKET}-dev01-sensitive-eu-west-1`,
      { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-west-1:111111111111:alias/edl-dev01-sensitive' },
    ],
    [
      `${BUCKET}-drop-dev01-restricted-eu-west-1`,
      { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-west-1:111111111111:alias/edl-dev01-restricted' },
    ],
    [`${BUCKET}-artifacts-dev01-eu-west-1`, { SSEAlgorithm: 'AES256' }],
  ])('%s is encrypted by %j', (id, byDefault) => {
    expect(resource(before, id)?.properties['BucketEncryption']).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault }],
    });
  });

  test('only old versions expire: in drop buckets, and those of the lease, never those of the journal beside it', () => {
    const rules = before.resources
      .filter(({ kind }) => kind === 's3-bucket')
      .map(({ id, properties }) => [id, JSON.stringify(properties['LifecycleConfiguration'])] as const);
    for (const [id, text] of rules) {
      expect(text).toContain('AbortIncompleteMultipartUpload');
      const expiring = [...text.matchAll(/\{[^{}]*"NoncurrentVersionExpiration":\{[^}]*\}[^{}]*\}/g)].map(
        ([rule]) => rule,
      );
      expect(expiring, id).toHaveLength(id.includes('-drop-') || id.includes('-artifacts-') ? 1 : 0);
      if (id.includes('-artifacts-')) expect(expiring[0]).toContain('"Prefix":"edl/lease.json"');
      expect(text).not.toMatch(/"Expiration|Transition/);
    }
  });
});

describe('a dataset', () => {
  test('is a table in its tier, partitioned by update', () => {
    expect(resource(before, 'glue-table/eu-west-1/edl_dev01_sensitive/clinical_trials__outcomes')).toMatchObject({
      dependsOn: ['glue-database/eu-west-1/edl_dev01_sensitive'],
      declaredIn: { file: 'catalog/datasets/clinical-trials.yaml' },
      properties: {
        CatalogId: '111111111111',
        DatabaseName: 'edl_dev01_sensitive',
        TableInput: {
          TableType: 'EXTERNAL_TABLE',
          PartitionKeys: [{ Name: 'update_id', Type: 'string' }],
          StorageDescriptor: { Location: 's3://acme-datalake-dev01-sensitive-eu-west-1/clinical-trials/data/' },
        },
      },
    });
  });

  test('retires on its day: its tables go, its entry in the registry stays', () => {
    const retired = withDataset('clinical-trials', { retired: { on: '2026-12-01', reason: 'Replaced' } });
    const id = 'glue-table/eu-west-1/edl_dev01_sensitive/clinical_trials__outcomes';
    expect(resource(compileWith(retired, '2026-11-30T23:59:59Z'), id)).toBeDefined();
    const after = compileWith(retired, '2026-12-01T00:00:00Z');
    expect(resource(after, id)).toBeUndefined();
    expect(resource(after, 'registry/eu-west-1')?.properties['Document']).toMatchObject({
      datasets: { 'clinical-trials': { retired: { on: '2026-12-01', reason: 'Replaced' } } },
    });
  });

  test('is in the registry, whole, even without tables', () => {
    const without = compileWith(withDataset('crm-accounts', { tables: [] }));
    const document = objectOf(resource(without, 'registry/eu-west-1')?.properties['Document']);
    const accounts = objectOf(objectOf(document['datasets'])['crm-accounts']);
    expect(accounts).toMatchObject({
      tier: 'internal',
      location: { bucket: 'acme-datalake-dev01-internal-eu-west-1', prefix: 'crm-accounts/' },
      tables: [],
    });
    expect(textOf(accounts['digest'])).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('of another region or instance is not here', () => {
    const ids = before.resources.map(({ id }) => id).join('\n');
    expect(ids).not.toContain('us_claims');
    const document = objectOf(resource(before, 'registry/eu-west-1')?.properties['Document']);
    expect(Object.keys(objectOf(document['datasets']))).not.toContain('us-claims');
  });
});

test('the list of jobs names those of Glue in its region, and nothing of what they do', () => {
  const emr = compileWith(withPipeline('sales-daily', () => ({ engine: 'emr-serverless' })));
  expect(resource(emr, 'registry/eu-west-1/jobs')).toMatchObject({
    stack: 'edl-dev01-registry-eu-west-1',
    properties: {
      Key: 'edl/jobs.json',
      Document: {
        region: 'eu-west-1',
        jobs: {
          'daily-outcomes': { name: 'edl-dev01-daily-outcomes' },
          'demand-forecast': { name: 'edl-dev01-demand-forecast' },
        },
      },
    },
  });
});

describe('one edit changes', () => {
  test("a dataset's owner: the registry alone", () => {
    expect(differences(compileWith(withDataset('crm-accounts', { owner: 'team:security' })))).toEqual([
      'registry/eu-west-1',
    ]);
  });

  test("a table's description: the table alone", () => {
    const accounts = input.catalog.datasets.find(({ name }) => name === 'crm-accounts')!;
    const tables = accounts.tables.map((table) => ({ ...table, description: 'Another word' }));
    expect(differences(compileWith(withDataset('crm-accounts', { tables })))).toEqual([
      'glue-table/eu-west-1/edl_dev01_internal/crm_accounts__accounts',
    ]);
  });

  test("a line of a pipeline's code: its job and its package, and the earlier package is no longer declared", () => {
    const edit = withPipeline('daily-outcomes', ({ files }) => ({
      files: files.map((file) => ({ ...file, content: `${file.content}# edited\n` })),
    }));
    const [first, second, ...rest] = differences(compileWith(edit));
    expect([first, second]).toEqual([
      expect.stringMatching(/^artifact\/eu-west-1\/pipeline-daily-outcomes-/),
      expect.stringMatching(/^artifact\/eu-west-1\/pipeline-daily-outcomes-/),
    ]);
    expect(rest).toEqual(['glue-job/eu-west-1/edl-dev01-daily-outcomes']);
  });

  test('the runtime: every job, no role', () => {
    const after = compileSound({
      ...input,
      runtime: input.runtime.map((file) => ({ ...file, content: `${file.content}\n` })),
    });
    const kinds = new Set(differences(after).map((id) => id.split('/')[0]));
    expect([...kinds].sort()).toEqual(['artifact', 'glue-job']);
  });
});

describe('a pipeline', () => {
  test('on Glue is a job that runs its code by content', () => {
    const job = resource(before, 'glue-job/eu-west-1/edl-dev01-daily-outcomes');
    expect(job?.properties).toMatchObject({
      Role: 'arn:aws:iam::111111111111:role/edl/dev01/run/edl-dev01-pipeline-daily-outcomes',
      GlueVersion: '5.1',
      DefaultArguments: { '--window_days': '7', '--job-bookmark-option': 'job-bookmark-disable' },
    });
    const keys = before.resources
      .filter(({ kind }) => kind === 'artifact')
      .map(({ properties }) => `s3://${textOf(properties['Bucket'])}/${textOf(properties['Key'])}`);
    const locations = [
      textOf(objectOf(job?.properties['Command'])['ScriptLocation']),
      ...textOf(objectOf(job?.properties['NonOverridableArguments'])['--extra-py-files']).split(','),
    ];
    expect(locations).toHaveLength(3);
    for (const location of locations) expect(keys).toContain(location);
  });

  test("its own arguments do not replace Glue's", () => {
    const after = compileWith(withPipeline('daily-outcomes', () => ({ arguments: { 'enable-metrics': 'false' } })));
    expect(
      resource(after, 'glue-job/eu-west-1/edl-dev01-daily-outcomes')?.properties['DefaultArguments'],
    ).toMatchObject({ '--enable-metrics': 'true' });
  });

  test('on EMR Serverless is a role and a package, but no job', () => {
    const after = compileWith(withPipeline('daily-outcomes', () => ({ engine: 'emr-serverless' })));
    const ids = after.resources.map(({ id }) => id).filter((id) => id.includes('daily-outcomes'));
    expect(ids).toEqual([
      expect.stringMatching(/^artifact\/eu-west-1\/pipeline-daily-outcomes-/),
      'iam-role/edl-dev01-pipeline-daily-outcomes',
    ]);
  });

  test('none at all: nothing is uploaded', () => {
    const after = compileWith(() => ({ pipelines: [] }));
    expect(after.blobs).toEqual([]);
    expect(after.resources.filter(({ kind }) => kind === 'artifact')).toEqual([]);
  });

  test('every upload has its bytes', () => {
    for (const { kind, properties } of before.resources)
      if (kind === 'artifact')
        expect(before.blobs.filter(({ sha256 }) => textOf(properties['Key']).includes(sha256))).toHaveLength(1);
  });

  test('the runtime reads the contract of every job', () => {
    const contracts = before.resources
      .filter(({ kind }) => kind === 'glue-job')
      .map(({ properties }) => textOf(objectOf(properties['NonOverridableArguments'])['--edl-contract']));
    const script = [
      'import json, sys',
      'from edl.contract import parse_contract',
      'contracts = [parse_contract(text) for text in json.load(sys.stdin)]',
      'print(json.dumps([[c.pipeline, c.language, [i.name for i in c.inputs], [o.root for o in c.outputs]] for c in contracts]))',
    ].join('\n');
    const answer: unknown = JSON.parse(
      execFileSync('python3', ['-c', script], {
        input: JSON.stringify(contracts),
        env: { ...process.env, PYTHONPATH: fileURLToPath(new URL('../../runtime', import.meta.url)) },
      }).toString(),
    );
    expect(answer).toContainEqual(['daily-outcomes', 'pyspark', ['clinical-trials'], ['outcomes-daily/data/']]);
    expect(answer).toHaveLength(contracts.length);
  });

  test("the runtime's own tests pass", () => {
    const folder = fileURLToPath(new URL('../../runtime/tests', import.meta.url));
    execFileSync('python3', ['-m', 'unittest', 'discover', folder], { stdio: 'pipe' });
  });
});
