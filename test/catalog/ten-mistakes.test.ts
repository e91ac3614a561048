import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { AS_OF, shortly } from './support.ts';

const root = fileURLToPath(new URL('../fixtures/ten-mistakes', import.meta.url));

it('tells ten different mistakes with ten messages, each at its line and column', async () => {
  const result = await loadCatalog(root, { asOf: AS_OF });
  expect(shortly(result)).toEqual([
    'EDL-1304 catalog/datasets/sites.yaml:2:7',
    'EDL-1311 catalog/datasets/trials.yaml:10:30',
    'EDL-1202 catalog/datasets/visits.yaml:5:10',
    'EDL-1324 catalog/grants/oncology-all.yaml:3:15',
    'EDL-1303 catalog/grants/oncology.yaml:4:16',
    'EDL-1322 catalog/grants/oncology.yaml:5:46',
    'EDL-1346 catalog/pipelines/daily-sites/pipeline_config.yaml:6:3',
    'EDL-1344 catalog/pipelines/weekly-sites/pipeline_config.yaml:3:11',
    'EDL-1205 catalog/principals/oncology.yaml:3:10',
    'EDL-1201 lake.yaml:9:1',
  ]);
  expect(result.diagnostics.every(({ severity }) => severity === 'error')).toBe(true);
  expect(result.catalog).toBeUndefined();
  expect(result.files).toBe(13);
});

it('says what to do in each message', async () => {
  const result = await loadCatalog(root, { asOf: AS_OF });
  const details = result.diagnostics.map(({ detail }) => detail).join('\n');
  for (const help of [
    'did you mean "internal"?',
    'did you mean decimal(18,2)?',
    'needs the key "orderBy"',
    'Add tier: to the selector',
    'did you mean "trials"?',
    'Choose 2027-02-20 or an earlier day',
    'Choose another name, such as my_extra_py_files',
    'Give each pipeline an output of its own',
    'For example: "arn:aws:iam::{account}:role/sso-oncology"',
    'did you mean "security"?',
  ])
    expect(details).toContain(help);
});
