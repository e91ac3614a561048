import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAccess } from '../../src/access/documents/compile.ts';
import type { AccessRole } from '../../src/access/documents/role.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import { implies, type RowLevel } from '../../src/access/levels.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { instanceNamed } from '../../src/reconciler/model/instance.ts';
import { dataBucket, dropBucket, glueDatabase, glueTablePrefix } from '../../src/reconciler/model/names.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { arnOf, contextOf } from './support.ts';

const NOW = '2026-11-22T10:00:00Z';

/** A check that knows nothing of how documents are made: who should be able to do what, straight from the rows. */
const shouldHold = (role: AccessRole, dataset: string, tier: string, level: RowLevel, at: string): boolean =>
  role.rows.some(
    (row) =>
      row.tier === tier &&
      (row.dataset === dataset || row.dataset === '*') &&
      implies(row.level, level) &&
      (row.until === undefined || at.slice(0, 10) <= row.until),
  );

interface Probe {
  readonly level: RowLevel | 'nobody';
  readonly action: string;
  readonly resource: string;
  readonly prefix?: string;
}

/** One dataset as it is, and things beside it that nobody was given. */
const probesOf = (catalog: Catalog, instance: string, name: string, tier: string, region: string): readonly Probe[] => {
  const { organization } = catalog.lake;
  const bucket = `arn:aws:s3:::${dataBucket(organization, instance, tier, region)}`;
  const drop = `arn:aws:s3:::${dropBucket(organization, instance, tier, region)}`;
  const account = instanceNamed(catalog, instance).account;
  const table = `arn:aws:glue:${region}:${account}:table/${glueDatabase(instance, tier)}/${glueTablePrefix(name)}main`;
  const other = `arn:aws:s3:::${dataBucket(organization, instance === 'prod' ? 'dev01' : 'prod', tier, region)}`;
  return [
    { level: 'discover', action: 'glue:GetTable', resource: table },
    { level: 'discover', action: 'glue:GetPartitions', resource: table },
    { level: 'read', action: 's3:GetObject', resource: `${bucket}/${name}/data/u1/part-0.parquet` },
    { level: 'read', action: 's3:GetObjectVersion', resource: `${bucket}/${name}/data/u1/part-0.parquet` },
    { level: 'read', action: 's3:ListBucket', resource: bucket, prefix: `${name}/data/` },
    { level: 'read-raw', action: 's3:GetObject', resource: `${bucket}/${name}/raw/u1/a.csv` },
    { level: 'read-raw', action: 's3:ListBucket', resource: bucket, prefix: `${name}/raw/u1/` },
    { level: 'write', action: 's3:PutObject', resource: `${drop}/${name}/a.csv` },
    { level: 'run-write', action: 's3:PutObject', resource: `${bucket}/${name}/data/u1/x` },
    { level: 'run-write', action: 's3:DeleteObject', resource: `${bucket}/${name}/raw/u1/x` },
    { level: 'run-write', action: 'glue:UpdateTable', resource: table },
    { level: 'nobody', action: 's3:GetObject', resource: `${bucket}/x-0/raw/${name}/data/z` },
    { level: 'nobody', action: 's3:GetObject', resource: `${bucket}/${name}/u1` },
    { level: 'nobody', action: 's3:GetObject', resource: `${drop}/${name}/a.csv` },
    { level: 'nobody', action: 's3:GetObject', resource: `${other}/${name}/data/u1/x` },
    { level: 'nobody', action: 's3:PutObject', resource: `${bucket}/${name}/u1` },
    { level: 'nobody', action: 's3:DeleteObjectVersion', resource: `${bucket}/${name}/data/u1/x` },
    { level: 'nobody', action: 's3:ListBucket', resource: bucket, prefix: name },
    { level: 'nobody', action: 's3:ListBucket', resource: bucket, prefix: '' },
    { level: 'nobody', action: 'glue:DeleteTable', resource: table },
  ];
};

const momentsOf = (role: AccessRole): readonly string[] =>
  [NOW, ...new Set(role.rows.flatMap((row) => row.until ?? []))].flatMap((moment) => {
    if (moment === NOW) return [NOW];
    const next = new Date(Date.parse(`${moment}T00:00:00Z`) + 86_400_000).toISOString();
    return [`${moment}T23:59:59Z`, next];
  });

/** Datasets of the instance, and a sibling of each that exists nowhere: only a grant on the whole tier reaches it. */
const targetsOf = (catalog: Catalog, instance: string): readonly (readonly [string, string, string])[] => {
  const regions = instanceNamed(catalog, instance).regions;
  const names = new Set(catalog.datasets.map((dataset) => dataset.name));
  return catalog.datasets
    .filter((dataset) => dataset.instances.includes(instance))
    .flatMap((dataset) =>
      regions
        .filter((region) => dataset.regions.includes(region))
        .flatMap((region) =>
          [dataset.name, `${dataset.name}-secret`]
            .filter((name) => name === dataset.name || !names.has(name))
            .map((name) => [name, dataset.tier, region] as const),
        ),
    );
};

describe('every role', () => {
  it('may do what its rows say and nothing beside it, before and after every end', () => {
    fc.assert(
      fc.property(
        catalogArbitrary({ datasets: { min: 2, max: 6 }, grants: { min: 1, max: 10 }, principals: { min: 1, max: 3 } }),
        fc.constantFrom('dev01', 'prod'),
        (catalog, instance) => {
          const account = instanceNamed(catalog, instance).account;
          for (const role of compileAccess(catalog, instance, NOW).roles) {
            const context = contextOf(role);
            for (const [name, tier, region] of targetsOf(catalog, instance))
              for (const probe of probesOf(catalog, instance, name, tier, region))
                for (const at of momentsOf(role)) {
                  const wanted = probe.level !== 'nobody' && shouldHold(role, name, tier, probe.level, at);
                  const answer = evaluate(context, {
                    principalArn: arnOf(role, account),
                    action: probe.action,
                    resource: probe.resource,
                    context: { 's3:prefix': probe.prefix ?? [] },
                    at,
                  }).answer;
                  if (answer !== (wanted ? 'allowed' : 'denied'))
                    expect.fail(
                      `${role.holder} ${probe.action} ${probe.resource} ${probe.prefix ?? ''} at ${at}: ${answer}`,
                    );
                }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
