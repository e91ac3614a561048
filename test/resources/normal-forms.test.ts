import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { athenaWorkGroup } from '../../src/resources/athena-workgroup/kind.ts';
import { glueJobKind } from '../../src/resources/glue-job/kind.ts';
import { glueTableKind } from '../../src/resources/glue-table/kind.ts';
import { s3Bucket } from '../../src/resources/s3-bucket/kind.ts';
import { sampleInput } from '../compile/sample.ts';

/** Two ways in which AWS says the same thing compare equal, and what says another thing does not. */

test('a bucket whose MFA delete was switched off is as any other; switched on it shows', () => {
  const bucket = (more: JsonObject): JsonObject =>
    s3Bucket.normalize({ BucketName: 'b', VersioningConfiguration: { Status: 'Enabled', ...more } });
  expect(bucket({ MFADelete: 'Disabled' })).toEqual(bucket({}));
  expect(bucket({ MFADelete: 'Enabled' })).not.toEqual(bucket({}));
});

test('a workgroup that could know people of Identity Center and does not is as plain as any', () => {
  const WorkGroupConfiguration = { IdentityCenterConfiguration: { EnableIdentityCenter: false } };
  expect(athenaWorkGroup.normalize({ Name: 'a', WorkGroupConfiguration })).toEqual({
    Name: 'a',
    WorkGroupConfiguration: {},
  });
});

test('no buckets in the words of Hive are no buckets; some are', () => {
  const table = (count: number): JsonObject => ({ TableInput: { StorageDescriptor: { NumberOfBuckets: count } } });
  expect(glueTableKind.normalize(table(-1))).toEqual(glueTableKind.normalize(table(0)));
  expect(glueTableKind.normalize(table(4))).not.toEqual(glueTableKind.normalize(table(0)));
});

test('a job with a connection shows it; an empty list of them is none', () => {
  const job = (names: readonly string[]): JsonObject => ({ Name: 'a', Connections: { Connections: names } });
  expect(glueJobKind.normalize(job([]))).toEqual({ Name: 'a' });
  expect(glueJobKind.normalize(job(['vpc']))).toHaveProperty('Connections');
});

test('a description of a column over several lines becomes the one line that Glue takes', async () => {
  const input = await sampleInput('dev01');
  const description = 'Who it is about,\r\n  never by name.\n';
  const columns = [{ name: 'subject_id', type: 'string', description }];
  const datasets = input.catalog.datasets.map((dataset) => ({
    ...dataset,
    tables: dataset.tables.map((table) => ({ ...table, columns })),
  }));
  const { resources } = glueTableKind.declare({ ...input, catalog: { ...input.catalog, datasets } });
  const text = JSON.stringify(resources);
  expect(text).toContain('"Comment":"Who it is about, never by name."');
  expect(text).not.toMatch(/\\[rn]/);
});
