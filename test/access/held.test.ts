import { describe, expect, it } from 'vitest';
import { worldOf } from '../../src/access/held/world.ts';
import { compileAccess } from '../../src/access/documents/compile.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { allow, BUCKET, held, INTERNAL_BUCKET, only, text, until } from './held-support.ts';
import {
  AS_OF,
  catalogOf,
  dataset,
  entry,
  grant,
  heldBy,
  heldIn,
  INTERNAL,
  roleOf,
  SENSITIVE,
  team,
} from './support.ts';

const statementsOf = (document: JsonObject): readonly JsonObject[] => document['Statement'] as readonly JsonObject[];

describe('what documents of others give', () => {
  it.each([
    ['nothing', [allow('ec2:*', '*')], []],
    ['one folder', [allow('s3:GetObject', `${BUCKET}/sales/data/*`)], ['read sensitive/sales']],
    ['a whole dataset, by any action on it', [allow('s3:*', `${BUCKET}/sales/*`)], ['run-write sensitive/sales']],
    [
      'a prefix without its slash',
      [allow('s3:GetObject', `${BUCKET}/sales*`)],
      ['read-raw sensitive/sales', 'read-raw sensitive/sales-secret'],
    ],
    [
      'a dataset that the catalog does not have',
      [allow('s3:GetObject', `${BUCKET}/ghost/data/*`)],
      ['read sensitive/ghost'],
    ],
    ['a whole bucket', [allow('s3:GetObject', `${INTERNAL_BUCKET}/*`)], ['read-raw internal/*']],
    ['published data of a bucket', [allow('s3:GetObject', `${BUCKET}/*/data/*`)], ['read sensitive/*']],
    [
      'a wildcard in the bucket',
      [allow('s3:GetObject', 'arn:aws:s3:::*/sales/data/*')],
      ['read internal/sales', 'read sensitive/sales'],
    ],
    [
      'everything',
      [allow('*', '*')],
      ['admin internal/*', 'run-write internal/*', 'admin sensitive/*', 'run-write sensitive/*'],
    ],
    [
      'everything but one thing',
      [{ Effect: 'Allow', NotAction: 's3:PutObject', Resource: '*' }],
      ['read-raw internal/*', 'read-raw sensitive/*'],
    ],
    [
      'a drop folder',
      [allow('s3:PutObject', 'arn:aws:s3:::acme-datalake-drop-dev01-sensitive-eu-west-1/sales/*')],
      ['write sensitive/sales'],
    ],
    [
      'tables without their database',
      [allow('glue:GetTable', 'arn:aws:glue:eu-west-1:111111111111:table/edl_dev01_sensitive/sales__*')],
      [],
    ],
    [
      'tables with their ancestors',
      [
        allow('glue:*', [
          'arn:aws:glue:eu-west-1:111111111111:catalog',
          'arn:aws:glue:eu-west-1:111111111111:database/edl_dev01_sensitive',
          'arn:aws:glue:eu-west-1:111111111111:table/edl_dev01_sensitive/sales__*',
        ]),
      ],
      ['discover sensitive/sales'],
    ],
    [
      'tables of all databases',
      [allow('glue:Get*', 'arn:aws:glue:*:111111111111:*')],
      ['discover internal/*', 'discover sensitive/*'],
    ],
    [
      'what is left by NotResource',
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: [`${BUCKET}/*`] }],
      ['read-raw internal/*'],
    ],
    [
      'what a deny leaves',
      [
        allow('s3:GetObject', `${BUCKET}/sales/*`),
        { Effect: 'Deny', Action: 's3:GetObject', Resource: `${BUCKET}/*/raw/*` },
      ],
      ['read sensitive/sales'],
    ],
  ])('%s', (_name, statements, rows) => {
    expect(held(statements)).toEqual(only(rows));
  });

  it('ends where its dates say', () => {
    const folder = `${BUCKET}/sales/data/*`;
    expect(held([allow('s3:GetObject', folder, until('2027-01-01T00:00:00Z'))])).toEqual(
      only(['read sensitive/sales until 2026-12-31']),
    );
    expect(held([allow('s3:GetObject', folder, until('2026-12-31T12:00:00Z'))])).toEqual(
      only(['read sensitive/sales until 2026-12-31']),
    );
    expect(
      held([
        allow('s3:GetObject', folder, until('2027-01-01T00:00:00Z')),
        allow('s3:GetObject', `${BUCKET}/sales/*`, until('2026-07-01T00:00:00Z')),
      ]),
    ).toEqual(only(['read sensitive/sales until 2026-12-31', 'read-raw sensitive/sales until 2026-06-30']));
  });

  it('is expired when its date has passed and nothing else gives it', () => {
    const past = allow('s3:GetObject', `${BUCKET}/sales/data/*`, until('2026-06-01T00:00:00Z'));
    expect(held([past])).toEqual({ rows: [], expired: ['read sensitive/sales until 2026-05-31'], conditional: [] });
    expect(held([past, allow('s3:GetObject', `${BUCKET}/sales/*`)])).toEqual(only(['read-raw sensitive/sales']));
  });

  it.each([
    [
      'depends on what we do not know',
      allow('s3:GetObject', `${BUCKET}/sales/data/*`, { StringEquals: { 'aws:PrincipalTag/team': 'x' } }),
      'depends on aws:principaltag/team, in statement number 1 of foreign',
    ],
    [
      'depends on an operator that we do not decide',
      allow('s3:GetObject', `${BUCKET}/sales/data/*`, { BinaryEquals: { 'aws:PrincipalTag/team': 'eA==' } }),
      'depends on aws:principaltag/team, in statement number 1 of foreign',
    ],
    [
      'begins later',
      allow('s3:GetObject', `${BUCKET}/sales/data/*`, {
        DateGreaterThan: { 'aws:CurrentTime': '2026-07-01T00:00:00Z' },
      }),
      'begins on 2026-07-01',
    ],
    [
      'covers a part of the dataset',
      allow('s3:GetObject', `${BUCKET}/sales/data/2026-01/*`),
      'covers a part of the dataset only',
    ],
    [
      'covers one object',
      allow('s3:GetObject', `${BUCKET}/sales/data/2026-01/part-0.parquet`),
      'covers a part of the dataset only',
    ],
  ])('is conditional when it %s', (_name, statement, condition) => {
    expect(held([statement])).toEqual({
      rows: [],
      expired: [],
      conditional: [`read sensitive/sales: ${condition}`],
    });
  });

  it('is capped by a boundary and by a policy of the bucket', () => {
    const all = [allow('s3:GetObject', '*')];
    const boundary = {
      Version: '2012-10-17',
      Statement: [allow('s3:*', `${BUCKET}/*`, { StringEquals: { 'aws:ResourceAccount': '111111111111' } })],
    };
    expect(held(all, { boundary })).toEqual(only(['read-raw sensitive/*']));
    const refusal = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${BUCKET}/*` };
    const resources = [{ arn: BUCKET, document: { Version: '2012-10-17', Statement: [refusal] } }];
    expect(held(all, { resources })).toEqual(only(['read-raw internal/*']));
  });
});

describe('compiled documents that somebody changed', () => {
  const catalog = catalogOf({
    tiers: [INTERNAL, SENSITIVE],
    datasets: [dataset('sales'), dataset('trials'), dataset('news', 'internal')],
    grants: [
      grant('team:oncology', entry('sales', 'read', '2026-12-31'), entry({ select: { tier: 'internal' } }, 'read')),
    ],
  });
  const role = roleOf(catalog, 'team:oncology');
  const change = (edit: (statement: JsonObject) => readonly JsonObject[]): readonly string[] => {
    const edited = {
      ...role,
      managed: role.managed.map(({ name, document }) => ({
        name,
        document: { ...document, Statement: statementsOf(document).flatMap(edit) },
      })),
      inline: role.inline.map(({ name, document }) => ({
        name,
        document: { ...document, Statement: statementsOf(document).flatMap(edit) },
      })),
    };
    return heldBy(catalog, edited).rows.map(text);
  };
  const same = ['read internal/*', 'read sensitive/sales until 2026-12-31'];
  const isObjects = (statement: JsonObject): boolean => JSON.stringify(statement['Action']).includes('s3:GetObject');

  it('show what was changed', () => {
    expect(change((statement) => [statement])).toEqual(same);
    expect(change(({ Condition: _condition, ...rest }) => [rest])).toContain('read sensitive/sales');
    expect(change((statement) => (statement['Effect'] === 'Deny' ? [] : [statement]))).toEqual(same);
    expect(change((statement) => (isObjects(statement) && statement['Effect'] === 'Allow' ? [] : [statement]))).toEqual(
      ['discover internal/*', 'discover sensitive/sales until 2026-12-31'],
    );
  });
});

describe('speed', () => {
  it('reads 200 principals with ten grants each, in a lake of 1,000 datasets, in a few seconds', () => {
    const datasets = Array.from({ length: 1000 }, (_, index) =>
      dataset(`dataset-${index}`, index % 2 === 0 ? 'internal' : 'sensitive'),
    );
    const principals = Array.from({ length: 200 }, (_, index) => team(`team-${index}`));
    const grants = principals.map((principal, index) =>
      grant(
        principal.ref,
        ...Array.from({ length: 10 }, (_, step) =>
          entry(`dataset-${(index * 37 + step * 101) % 1000}`, 'read', `2027-0${1 + (step % 9)}-01`),
        ),
      ),
    );
    const catalog = catalogOf({ datasets, principals, grants });
    const { roles } = compileAccess(catalog, 'dev01', AS_OF);
    const lake = worldOf(catalog, 'dev01', AS_OF);
    const rows = roles.flatMap((role) => heldIn(lake, role).rows);
    expect(rows.filter((row) => row.level === 'read')).toHaveLength(2000);
  }, 30_000);
});
