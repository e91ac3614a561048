import { expect, it } from 'vitest';
import { defaultHeal, tierFinder } from '../../src/app/drift/tiers.ts';
import type { ResourceId } from '../../src/reconciler/model/resource.ts';
import { compileSound, loadSample, sampleInput } from '../compile/sample.ts';

it('buckets, tables, keys and their aliases belong to their tier, and are healed as it says', async () => {
  const catalog = await loadSample();
  const find = tierFinder(catalog, compileSound(await sampleInput('dev01')));
  const tierOf = (id: ResourceId, stack = 'edl-dev01-foundation-eu-west-1') => find({ id, stack, access: [] });
  expect(tierOf('kms-key/eu-west-1/edl-dev01-sensitive')).toBe('sensitive');
  expect(tierOf('kms-alias/eu-west-1/edl-dev01-restricted')).toBe('restricted');
  expect(tierOf('s3-bucket-policy/acme-datalake-drop-dev01-sensitive-eu-west-1')).toBe('sensitive');
  expect(tierOf('glue-table/eu-west-1/edl_dev01_internal/x')).toBe('internal');
  for (const id of [
    's3-bucket/acme-datalake-artifacts-dev01-eu-west-1',
    'iam-managed-policy/edl-dev01-boundary',
  ] as const)
    expect(tierOf(id, 'edl-dev01-bootstrap')).toBe('sensitive');
  expect(tierOf('iam-role/night-shift', '')).toBe('sensitive');
  expect(tierOf('registry/eu-west-1', 'edl-dev01-objects-eu-west-1')).toBeUndefined();
  expect(defaultHeal(catalog, tierOf('kms-key/eu-west-1/edl-dev01-sensitive'))).toBe('tighten');
});
